"""check_layers.py sees each kind of wrong arrow, and nothing in a house that is in order."""

import subprocess
import sys
from pathlib import Path

import pytest

import check_layers

TOOL = Path(check_layers.__file__)

FAULTS = [
    # what is wrong, file, its text, words of the finding
    ("an arrow upward", "src/base/upward.h", '#include "table/session.h"\n', "above it"),
    ("two rooms of one floor", "src/link/sideways.h", '#include "watch/list.h"\n', "share a floor"),
    ("another room's private header", "src/model/pry.cc", '#include "table/detail/buffer.h"\n', "is private to 'table'"),
    ("a test that pries", "tests/unit/model/pry_test.cc", '#include "table/detail/buffer.h"\n', "is private to 'table'"),
    ("DuckDB outside table", "src/model/rows.cc", "#include <duckdb.h>\n", "belongs to table"),
    ("command lines outside cli", "src/night/flags.cc", "#include <CLI/CLI.hpp>\n", "belongs to cli"),
    ("a kernel that knows tables", "src/link/kernel/score.cc", '#include "table/session.h"\n', "hand the columns in"),
    ("a kernel that knows ICU", "src/link/kernel/fold.cc", "#include <unicode/unistr.h>\n", "kernels stay free of it"),
    ("a kernel that reaches tables", "src/link/kernel/deep.cc", '#include "link/rows.h"\n', "hand the columns in"),
    ("a circle", "src/base/self.h", '#include "base/self.h"\n', "include circle"),
    ("a room nobody drew", "src/attic/box.h", "#pragma once\n", "no room of"),
    ("a header that is not there", "src/model/ghost.cc", '#include "base/ghost.h"\n', "does not exist"),
]


@pytest.fixture
def furnished(planted):
    planted.write("src/watch/list.h", "#pragma once\n")
    planted.write("src/table/detail/buffer.h", "#pragma once\n")
    planted.write("src/link/rows.h", '#pragma once\n#include "table/session.h"\n')
    return planted


def findings_of(house):
    return check_layers.check(house.root, house.root / "tools" / "layers.toml")[0]


def test_a_house_in_order_has_no_finding(furnished):
    assert findings_of(furnished) == []


@pytest.mark.parametrize(("what", "file", "text", "words"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_planted_fault_is_seen(furnished, what, file, text, words):
    furnished.write(file, text)
    found = findings_of(furnished)
    assert len(found) == 1, found
    assert words in found[0]


def test_a_circle_of_two_headers_is_printed_whole(furnished):
    furnished.write("src/base/hen.h", '#include "base/egg.h"\n')
    furnished.write("src/base/egg.h", '#include "base/hen.h"\n')
    assert any("src/base/egg.h → src/base/hen.h → src/base/egg.h" in finding for finding in findings_of(furnished))


def test_an_include_inside_a_comment_or_a_string_is_no_include(furnished):
    furnished.write("src/base/talk.cc", '// #include "cli/main.h"\n/*\n#include "night/x.h"\n*/\nauto s = R"(\n#include "x/y.h")";\n')
    assert findings_of(furnished) == []


def test_the_program_exits_1_with_the_file_and_line(furnished):
    furnished.write("src/base/upward.h", '#pragma once\n#include "table/session.h"\n')
    run = subprocess.run([sys.executable, TOOL, "--root", furnished.root], capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stdout.startswith("src/base/upward.h:2: ")


def test_our_own_house_is_in_order():
    root = TOOL.parent.parent
    found, files = check_layers.check(root, root / "tools" / "layers.toml")
    assert files > 10
    assert found == []
