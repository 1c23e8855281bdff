"""count_tests.py counts what passed, and calls a crash, a sanitizer's stop and an empty run by their names."""

import pytest

import count_tests
from count_tests import Count

SUMMARY = "[doctest] test cases:  9 |  {} passed | {} failed | {} skipped\n"

CASES = [
    ("all passed", SUMMARY.format(9, 0, 0) + "exit 0\n", Count(9, 0, 0)),
    ("one failed", SUMMARY.format(8, 1, 0) + "exit 1\n", Count(8, 1, 0)),
    ("in colour", "\x1b[0;36m" + SUMMARY.format("\x1b[0;32m7", 0, 2) + "exit 0\n", Count(7, 0, 2)),
    ("crashed before the summary", "Segmentation fault\nexit 139\n", Count(0, 1, 0)),
    ("stopped by a sanitizer at the end", SUMMARY.format(9, 0, 0) + "ERROR: LeakSanitizer\nexit 23\n", Count(9, 1, 0)),
    ("killed", SUMMARY.format(9, 0, 0), Count(9, 1, 0)),
    ("nothing", "", Count(0, 1, 0)),
]


@pytest.mark.parametrize(("what", "text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_doctest_log(what, text, expected):
    assert count_tests.count_doctest(text) == expected


def test_a_pytest_report():
    text = '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/></testsuites>'
    assert count_tests.count_pytest(text) == Count(4, 3, 3)


def close(folder, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["count_tests.py", str(folder)])
    return count_tests.main(), capsys.readouterr().out.splitlines()[-1]


def test_the_last_line_and_the_exit_code(tmp_path, monkeypatch, capsys):
    (tmp_path / "release.test_base.log").write_text(SUMMARY.format(9, 0, 1) + "exit 0\n")
    (tmp_path / "pytest.xml").write_text('<testsuite tests="2" failures="0" errors="0" skipped="0"/>')
    (tmp_path / "pytest.log").write_text("2 passed\n")
    assert close(tmp_path, monkeypatch, capsys) == (0, "11 passed, 0 failed, 1 skipped")


def test_a_pytest_that_left_no_report_has_failed(tmp_path, monkeypatch, capsys):
    (tmp_path / "release.test_base.log").write_text(SUMMARY.format(9, 0, 0) + "exit 0\n")
    (tmp_path / "pytest.log").write_text("INTERNALERROR\n")
    assert close(tmp_path, monkeypatch, capsys) == (1, "9 passed, 1 failed, 0 skipped")


def test_no_test_at_all_is_no_success(tmp_path, monkeypatch, capsys):
    assert close(tmp_path, monkeypatch, capsys) == (1, "0 passed, 0 failed, 0 skipped")
