#!/usr/bin/env python3
"""make_sbom.py [--out FILE] [--check]: the bill of materials (CycloneDX 1.5, JSON) and the licence check.

What Songtan needs stands in tools/packages/*.txt, tests/requirements.txt and tools/fetch_duckdb.sh; what each is allowed
to be stands in tools/licences.toml. Versions of Debian packages come from the machine where they are installed. Same
tree and same machine, same bytes. Exit 1 names every dependency without a licence, with one that its scope does not
allow, or whose Debian copyright file tells another.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[1]


def words(file):
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def debian_version(package):
    asked = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or None


def told_licences(package):
    """What the package's Debian copyright file says of licences; None where there is no such file."""
    names = [package, *(name for name in (re.sub(r"^g\+\+$", "gcc-12-base", package),) if name != package)]
    for name in names:
        file = pathlib.Path("/usr/share/doc") / name / "copyright"
        if file.is_file():
            text = file.read_text(encoding="utf-8", errors="replace")
            return " ".join(re.findall(r"^License:[ \t]*(\S.*)$", text, re.M)) or text
    return None


def pinned_duckdb():
    text = (ROOT / "tools/fetch_duckdb.sh").read_text(encoding="utf-8")
    version = re.search(r"^version=(\S+)$", text, re.M).group(1)
    sums = re.findall(r"package=(@duckdb/\S+)\s*\n\s*sha256=([0-9a-f]{64})", text)
    if not sums:
        sys.exit("make_sbom: tools/fetch_duckdb.sh no longer names package and sha256")
    return version, sums


def dependencies():
    """(kind, name, version, sha256) of everything, in order."""
    packages = sorted({name for file in sorted((ROOT / "tools/packages").glob("*.txt")) for name in words(file)})
    for name in packages:
        yield "debian", name, debian_version(name), None
    for line in words(ROOT / "tests/requirements.txt"):
        name, version = line.split("==")
        yield "pypi", name, version, None
    version, sums = pinned_duckdb()
    for name, sha256 in sums:
        yield "npm", name, version, sha256


def entry_of(licences, kind, name):
    known = licences[kind]
    return known.get(name) or known.get(re.sub(r"-linux-\w+$", "", name))


def offences(licences):
    seen = set()
    for kind, name, _, _ in dependencies():
        entry = entry_of(licences, kind, name)
        seen.add((kind, name if name in licences[kind] else re.sub(r"-linux-\w+$", "", name)))
        if entry is None:
            yield f"{kind} {name}: no licence in tools/licences.toml"
            continue
        if entry["licence"] not in licences["allowed"][entry["scope"]]:
            yield f"{kind} {name}: {entry['licence']} is not allowed for what is {entry['scope']}"
        told = told_licences(name) if kind == "debian" else None
        if told is not None and not any(word.lower() in told.lower() for word in entry["told_as"]):
            yield f"debian {name}: its copyright file names none of {', '.join(entry['told_as'])}"
    for kind in ("debian", "pypi", "npm"):
        for name in licences[kind]:
            if (kind, name) not in seen:
                yield f"{kind} {name}: in tools/licences.toml, but nothing needs it any more"


def component(licences, kind, name, version, sha256):
    entry = entry_of(licences, kind, name)
    purl = {"debian": "deb/debian/", "pypi": "pypi/", "npm": "npm/"}[kind] + name.replace("@", "%40").replace("+", "%2B")
    licence = entry["licence"]
    part = {
        "type": "library" if entry["scope"] == "shipped" else "application",
        "bom-ref": f"pkg:{purl}" + (f"@{version}" if version else ""),
        "name": name,
        "scope": "required" if entry["scope"] == "shipped" else "excluded",
        "licenses": [{"expression": licence} if " " in licence else {"license": {"id": licence}}],
        "purl": f"pkg:{purl}" + (f"@{version}" if version else ""),
        "properties": [{"name": "songtan:scope", "value": entry["scope"]}],
    }
    if version:
        part["version"] = version
    if sha256:
        part["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return part


def bill(licences):
    version = re.search(r"project\(songtan VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "songtan", "name": "songtan", "version": version, "licenses": [{"license": {"id": "Apache-2.0"}}]}
        },
        "components": [component(licences, *dependency) for dependency in dependencies()],
        "dependencies": [{"ref": "songtan", "dependsOn": [component(licences, *d)["bom-ref"] for d in dependencies() if entry_of(licences, d[0], d[1])["scope"] == "shipped"]}],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--check", action="store_true", help="only the licence check")
    arguments = parser.parse_args()
    licences = tomllib.loads((ROOT / "tools/licences.toml").read_text(encoding="utf-8"))
    wrong = list(offences(licences))
    for line in wrong:
        print(f"make_sbom: {line}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    if arguments.check:
        print("every dependency has a licence that its use allows")
        return
    text = json.dumps(bill(licences), indent=1, ensure_ascii=False) + "\n"
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
