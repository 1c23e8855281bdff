#!/usr/bin/env python3
"""Adds up the outcomes in a folder of test logs and closes with `N passed, N failed, N skipped`.

Read: `*.log` of doctest programs (their summary and the `exit N` line that run_unit_tests.sh adds) and `*.xml` of
pytest. A program that ended without a summary, or with an exit code that its summary does not explain, is one failure.
Exit 1 when anything failed or nothing ran.
"""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

_SUMMARY = re.compile(r"test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|\s*(\d+) skipped")
_EXIT = re.compile(r"^exit (-?\d+)\s*\Z", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def count_doctest(text: str) -> Count:
    text = _COLOUR.sub("", text)
    summary, ended = _SUMMARY.search(text), _EXIT.search(text)
    if summary is None:
        return Count(failed=1)
    count = Count(*(int(number) for number in summary.groups()))
    if (ended is None or ended.group(1) != "0") and count.failed == 0:
        return count + Count(failed=1)  # a sanitizer or a crash after the last case
    return count


def count_pytest(text: str) -> Count:
    total = Count()
    for suite in ElementTree.fromstring(text).iter("testsuite"):
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Count(max(tests - failed - skipped, 0), failed, skipped)
    return total


def count_folder(folder: Path) -> list[tuple[str, Count]]:
    counts = [(path.stem, count_doctest(path.read_text(encoding="utf-8", errors="replace")))
              for path in sorted(folder.glob("*.log")) if path.name != "pytest.log"]
    for path in sorted(folder.glob("*.xml")):
        counts.append((path.stem, count_pytest(path.read_text(encoding="utf-8"))))
    if (folder / "pytest.log").exists() and not (folder / "pytest.xml").exists():
        counts.append(("pytest", Count(failed=1)))
    return counts


def main() -> int:
    counts = count_folder(Path(sys.argv[1]))
    for name, count in counts:
        print(f"{name:<32} {count.passed:>6} passed {count.failed:>4} failed {count.skipped:>4} skipped")
    total = sum((count for _, count in counts), Count())
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
