#!/usr/bin/env python3
"""Holds what a pack promises about its sources: every citation leads to an article that is there, every amount says where it comes from.

    tools/check_pack.py [packs/sichuan]

Checks the law texts (front matter, unique headings), every `依据` of the policies (an article with its item in packs/law, or a row of unseen.csv),
the parameter tables (columns, dates, 文号, 待核), unseen.csv (unique, cited somewhere) and the divisions (parents and successors exist).
Prints `file:line: [rule] what, and what to do`; exit code 1 if anything is found.
"""

import csv
import re
import sys
from datetime import date
from pathlib import Path

NUMERAL = "[一二三四五六七八九十百零]+"
HEADING = re.compile(rf"## (第{NUMERAL}条(?:之{NUMERAL})?|{NUMERAL}(?:（{NUMERAL}）)?\d*)$")
CITED_HEADING = re.compile(rf"^(第{NUMERAL}条(?:之{NUMERAL})?|{NUMERAL}（{NUMERAL}）\d*|{NUMERAL}\d*)(第{NUMERAL}款)?(（{NUMERAL}）)?$")
REQUIRED_FRONT_MATTER = ("id", "title", "read", "gazette")
PARAMETER_COLUMNS = ["值", "自", "至", "文号", "备注", "待核"]
ILLUSTRATIVE = "示例"
LEVELS = {"province": None, "city": "province", "county": "city", "township": "county"}


class Findings:
    def __init__(self, root):
        self.root, self.lines = root, []

    def add(self, path, line, rule, what):
        shown = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        self.lines.append(f"{shown}:{line}: [{rule}] {what}")


def rows_of(path):
    """(line number, cells) of a CSV file without its comments."""
    with open(path, encoding="utf-8", newline="") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                yield number, next(csv.reader([line]))


def read_laws(folder, findings):
    """Name (id, title, document number) → {heading: text}."""
    laws = {}
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        meta = dict(line.split(": ", 1) for line in front.splitlines())
        for key in REQUIRED_FRONT_MATTER:
            if key not in meta:
                findings.add(path, 1, "law", f"front matter has no '{key}'; add it")
        if meta.get("id") != path.stem:
            findings.add(path, 1, "law", f"id '{meta.get('id')}' is not the file's name; make them equal")
        articles = read_articles(path, body, len(meta) + 3, findings)
        for name in {meta.get("id"), meta.get("title"), meta.get("document")} - {None}:
            laws[name] = articles
    return laws


def read_articles(path, body, first_line, findings):
    articles, heading = {}, None
    for number, line in enumerate(body.splitlines(), first_line):
        if line.startswith("## "):
            match = HEADING.match(line)
            if match is None:
                findings.add(path, number, "law", f"'{line}' is not an article heading; write '## 第…条' or '## 一（二）'")
                continue
            heading = match.group(1)
            if heading in articles:
                findings.add(path, number, "law", f"{heading} occurs twice; a heading must be unique")
            articles[heading] = ""
        elif heading and not line.startswith("# "):
            articles[heading] += line + "\n"
    for heading, text in articles.items():
        if not text.strip():
            findings.add(path, 1, "law", f"{heading} has no text")
    return articles


def check_citation(citation, laws, unseen):
    """None if the citation leads somewhere, else what is wrong with it."""
    words = citation.split()
    if len(words) != 2:
        return f"'{citation}' is not '<text> <article>'; separate several sources by '；'"
    name, place = words
    if name == "未见原文":
        return None if place in unseen else f"unseen.csv has no row '{place}'; add it or cite an article"
    if name not in laws:
        return f"packs/law has no text '{name}'; cite its id, title or document number, or add a row to unseen.csv"
    match = CITED_HEADING.match(place)
    if match is None or match.group(1) not in laws[name]:
        return f"{name} has no article '{place}'"
    if match.group(3) and match.group(3) not in laws[name][match.group(1)]:
        return f"{name} {match.group(1)} has no item {match.group(3)}"
    return None


def check_policies(pack, laws, unseen, findings):
    """Returns the ids of unseen.csv that policies cite."""
    cited = set()
    for path in sorted((pack / "policies").glob("*.policy")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("#") or "依据" not in line:
                continue
            for citation in line.split("依据", 1)[1].split("；"):
                citation = citation.strip()
                trouble = check_citation(citation, laws, unseen)
                if trouble:
                    findings.add(path, number, "citation", trouble)
                cited.update(re.findall(r"^未见原文 (\S+)$", citation))
    return cited


def check_dates(path, number, valid_from, valid_to, findings):
    try:
        start = date.fromisoformat(valid_from)
        if valid_to and date.fromisoformat(valid_to) < start:
            findings.add(path, number, "parameter", "至 lies before 自")
    except ValueError:
        findings.add(path, number, "parameter", f"'{valid_from}' to '{valid_to}' are not days; write YYYY-MM-DD")


def check_parameters(pack, laws, findings):
    for path in sorted((pack / "parameters").glob("*.csv")):
        rows = list(rows_of(path))
        if rows[0][1][-len(PARAMETER_COLUMNS):] != PARAMETER_COLUMNS:
            findings.add(path, rows[0][0], "parameter", f"the last columns must be {','.join(PARAMETER_COLUMNS)}")
            continue
        for number, row in rows[1:]:
            if len(row) != len(rows[0][1]):
                findings.add(path, number, "parameter", f"{len(row)} cells where the header has {len(rows[0][1])}")
                continue
            _, valid_from, valid_to, document, evidence, unconfirmed = row[-len(PARAMETER_COLUMNS):]
            check_dates(path, number, valid_from, valid_to, findings)
            if not document or not evidence.startswith("证据 "):
                findings.add(path, number, "source", "an amount needs its 文号 and its evidence (备注 '证据 …')")
            if unconfirmed not in ("是", "否"):
                findings.add(path, number, "source", "待核 must be 是 or 否")
            seen_text = evidence.startswith("证据 T:")
            if not seen_text and unconfirmed != "是":
                findings.add(path, number, "source", "only a value from a text in packs/law may be marked 待核 否")
            if seen_text and check_citation(document, laws, {}):
                findings.add(path, number, "citation", check_citation(document, laws, {}))
            if document == ILLUSTRATIVE and unconfirmed != "是":
                findings.add(path, number, "source", "an illustrative value is 待核")


def read_unseen(pack, findings):
    path, ids = pack / "unseen.csv", {}
    for number, row in list(rows_of(path))[1:]:
        if row[0] in ids:
            findings.add(path, number, "unseen", f"'{row[0]}' occurs twice")
        ids[row[0]] = number
    return ids


def check_regions(pack, findings):
    path = pack / "regions" / "divisions.csv"
    rows = list(rows_of(path))[1:]
    level = {row[0]: row[2] for _, row in rows}
    for number, (code, name, own, parent, valid_from, valid_to, successor) in rows:
        if len(code) != 12 or not code.isdigit() or not name:
            findings.add(path, number, "division", f"'{code}' needs twelve digits and a name")
        if parent and level.get(parent) != LEVELS[own] or not parent and own in ("city", "township"):
            findings.add(path, number, "division", f"{name}: parent '{parent}' is no {LEVELS[own]} of this table")
        if successor.startswith("51") and successor not in level:
            findings.add(path, number, "division", f"{name}: successor '{successor}' is not in this table")
        if valid_from and valid_to and valid_to <= valid_from:
            findings.add(path, number, "division", f"{name}: ends before it begins")


def check(pack):
    """All findings of a pack, sorted by file as read."""
    findings = Findings(pack.parent)
    laws = read_laws(pack.parent / "law", findings)
    unseen = read_unseen(pack, findings)
    cited = check_policies(pack, laws, unseen, findings)
    check_parameters(pack, laws, findings)
    in_tables = set(re.findall(r"unseen (U\d+)", "".join(p.read_text(encoding="utf-8") for p in (pack / "parameters").glob("*.csv"))))
    for name, number in unseen.items():
        if name not in cited | in_tables:
            findings.add(pack / "unseen.csv", number, "unseen", f"'{name}' is cited nowhere; cite it or delete the row")
    check_regions(pack, findings)
    return findings.lines


def main(arguments):
    pack = Path(arguments[0] if arguments else Path(__file__).resolve().parents[1] / "packs" / "sichuan")
    if not (pack / "pack.toml").exists():
        print(f"check_pack: {pack} is no pack (no pack.toml); name the folder of a pack", file=sys.stderr)
        return 2
    lines = check(pack)
    print("\n".join(lines) if lines else "check_pack: every citation leads to its article, every amount to its source")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
