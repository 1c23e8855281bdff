"""The bill of materials, the licence check and the Debian package."""

import json
import shutil
import subprocess
import sys

import pytest
from e2e_commands import ROOT


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=options.pop("cwd", ROOT), check=False, **options)


def sbom(*words, root=ROOT):
    return run(sys.executable, root / "tools" / "make_sbom.py", *words, cwd=root)


@pytest.fixture
def tree(tmp_path):
    for name in ("tools/make_sbom.py", "tools/licences.toml", "tools/fetch_duckdb.sh", "tests/requirements.txt", "CMakeLists.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "tools" / "packages", tmp_path / "tools" / "packages")
    return tmp_path


def test_every_dependency_is_allowed():
    assert sbom("--check").returncode == 0, sbom("--check").stderr


def test_the_bill_is_cyclonedx_and_repeats_itself():
    first = sbom()
    bill = json.loads(first.stdout)
    assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.5"
    names = {part["name"] for part in bill["components"]}
    assert {"libfmt-dev", "pytest", "@duckdb/node-bindings-linux-x64"} <= names
    references = [part["bom-ref"] for part in bill["components"]]
    assert len(references) == len(set(references)) and set(bill["dependencies"][0]["dependsOn"]) <= set(references)
    assert all(part["licenses"] for part in bill["components"])
    assert sbom().stdout == first.stdout


def test_a_dependency_without_licence_is_named(tree):
    packages = tree / "tools/packages/build.txt"
    packages.write_text(packages.read_text() + "libsurprise-dev\n")
    refused = sbom("--check", root=tree)
    assert refused.returncode == 1 and "libsurprise-dev" in refused.stderr


def test_a_licence_that_may_not_be_shipped_is_named(tree):
    licences = tree / "tools/licences.toml"
    text = licences.read_text()
    changed = text.replace('libfmt-dev = { licence = "MIT"', 'libfmt-dev = { licence = "GPL-3.0-or-later"')
    assert changed != text
    licences.write_text(changed)
    refused = sbom("--check", root=tree)
    assert refused.returncode == 1 and "libfmt-dev" in refused.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    if shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg-deb here")
    out = tmp_path_factory.mktemp("deb")
    made = run("tools/make_deb.sh", out)
    assert made.returncode == 0, made.stderr
    return next(out.glob("*.deb"))


def test_the_package_holds_what_it_promises(package, tmp_path):
    assert run("dpkg-deb", "-x", package, tmp_path).returncode == 0
    for name in (
        "usr/lib/songtan/songtan",
        "usr/lib/songtan/libduckdb.so",
        "usr/share/songtan/packs/sichuan/pack.toml",
        "usr/share/doc/songtan/operations.md",
        "usr/share/doc/songtan/sbom.cdx.json",
        "lib/systemd/system/songtan-night.timer",
        "lib/systemd/system/songtan-night.service",
        "etc/songtan/night.env",
    ):
        assert (tmp_path / name).is_file(), name
    fields = run("dpkg-deb", "-f", package).stdout
    assert "Package: songtan" in fields and "libstdc++6" in fields


def test_the_installed_program_finds_its_own_library(package, tmp_path):
    run("dpkg-deb", "-x", package, tmp_path)
    program = tmp_path / "usr/bin/songtan"
    told = run(program, "--version")
    assert told.returncode == 0 and told.stdout.startswith("songtan ")
    libraries = run("ldd", tmp_path / "usr/lib/songtan/songtan").stdout
    line = next(line for line in libraries.splitlines() if "libduckdb" in line)
    assert str(tmp_path) in line
