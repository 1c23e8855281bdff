"""Damaged and hostile deliveries: each is refused for a named reason, leaves nothing, and stays within the memory."""

import json
import os
import random
import shutil
import subprocess

import damaged_files
import duckdb
import pytest
from e2e_commands import SONGTAN

MEMORY_MIB = 256
CONTRACT = """format = 1
id = "{id}"
version = "1"
department = {{ zh = "测试局", en = "Test Bureau" }}
title = {{ zh = "名册", en = "Roster" }}
[files]
pattern = "*.{ext}"
format = "{format}"
encoding = "{encoding}"
[delivery]
rhythm_days = 30
absence = "none"
keys = ["证件号"]
[coverage]
regions = ["51"]
population = {{ zh = "全体", en = "all" }}
period = {{ zh = "现状", en = "now" }}
[legal]
basis = ["社会救助法 第四十一条"]
[codes.state]
"1" = "enrolled"
"2" = "ended"
[[columns]]
name = "证件号"
type = "number"
[[columns]]
name = "姓名"
type = "text"
required = true
[[columns]]
name = "出生"
type = "date"
form = "yyyy-mm-dd"
[[columns]]
name = "金额"
type = "money"
unit = "yuan"
range = [0, 100000]
[[columns]]
name = "区划"
type = "region"
digits = [6]
[[columns]]
name = "状态"
type = "code"
codes = "state"
[[identity]]
number = "证件号"
name = "姓名"
birth = "出生"
region = "区划"
[[enrolment]]
programme = {{ constant = "GL" }}
state = "状态"
amount = "金额"
"""


class Place:
    """A pack of one source and its delivery folder."""

    def __init__(self, root, format, ext, encoding="utf-8"):
        self.root, self.ext = root, ext
        (root / "pack" / "sources").mkdir(parents=True)
        (root / "in" / "extracts" / "t.roster").mkdir(parents=True)
        contract = CONTRACT.format(id="t.roster", ext=ext, format=format, encoding=encoding)
        (root / "pack" / "sources" / "t.roster.toml").write_text(contract)
        self.file = root / "in" / "extracts" / "t.roster" / f"2026-07-01.full.{ext}"

    def ingest(self):
        """Exit code, the error as JSON, and the peak of the process in MiB."""
        shutil.rmtree(self.root / "data", ignore_errors=True)
        words = ["--json", "ingest", "--pack", self.root / "pack", "--in", self.root / "in", "--data", self.root / "data"]
        words += ["--threads", "1", "--memory", f"{MEMORY_MIB}MiB"]
        run = subprocess.Popen([str(SONGTAN), *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        told = run.stderr.read()
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        error = next((json.loads(line) for line in told.splitlines() if line.startswith("{")), {})
        return run.returncode, error, used.ru_maxrss / 1024

    def left(self):
        return list((self.root / "data" / "loads" / "t.roster").glob("*"))


def must_refuse(place, body, code, name):
    place.file.write_bytes(body)
    exit_code, error, peak = place.ingest()
    number = damaged_files.citizen_number(3)
    assert (name, exit_code, error.get("code")) == (name, 3, code)
    assert error["file"] == str(place.file) and error["message"] and error["mend"], name
    assert number not in json.dumps(error), name
    assert not place.left(), name
    assert peak < 2 * MEMORY_MIB, (name, peak)


FORMATS = {
    "csv": ("csv", "csv", "utf-8", damaged_files.csv_damages),
    "gb18030": ("csv", "csv", "gb18030", damaged_files.gb18030_damages),
    "jsonl": ("jsonl", "jsonl", "utf-8", damaged_files.json_damages),
    "xlsx": ("xlsx", "xlsx", "utf-8", damaged_files.xlsx_damages),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_each_damage_has_its_reason_and_leaves_nothing(kind, tmp_path):
    format, ext, encoding, damages = FORMATS[kind]
    place = Place(tmp_path, format, ext, encoding)
    for name, body, code in damages():
        must_refuse(place, body, code, name)


def test_damaged_parquet_has_its_reason_and_leaves_nothing(tmp_path):
    place = Place(tmp_path, "parquet", "parquet")
    with duckdb.connect() as connection:
        damages = damaged_files.parquet_damages(connection, tmp_path)
    for name, body, code in damages:
        must_refuse(place, body, code, name)


def test_a_line_of_a_gibibyte_is_refused_without_being_held(tmp_path):
    place = Place(tmp_path, "csv", "csv")
    with open(place.file, "wb") as file:
        file.write(damaged_files.csv(damaged_files.table(3)).encode() + b"x" * (2 << 20))
        file.truncate(1 << 30)  # a hole: the line goes on, the disk holds little
    code, error, peak = place.ingest()
    assert (code, error["code"], error["row"]) == (3, "csv.row_length", 4)
    assert peak < MEMORY_MIB and not place.left()


def test_damages_are_at_least_sixty():
    with duckdb.connect() as connection:
        import pathlib
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            parquet = damaged_files.parquet_damages(connection, pathlib.Path(folder))
    assert sum(len(damages()) for _, _, _, damages in FORMATS.values()) + len(parquet) >= 60


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx", "parquet"])
def test_a_flipped_bit_anywhere_is_refused_or_taken_whole(kind, tmp_path):
    place = Place(tmp_path, kind, kind)
    table = damaged_files.table()
    with duckdb.connect() as connection:
        good = {
            "csv": lambda: damaged_files.csv(table).encode(),
            "jsonl": lambda: damaged_files.lines(table).encode(),
            "xlsx": lambda: damaged_files.workbook(damaged_files.sheet(table)),
            "parquet": lambda: damaged_files.parquet_bytes(connection, tmp_path, "*"),
        }[kind]()
    moments = random.Random(kind)
    for _ in range(6):
        at, bit = moments.randrange(len(good)), 1 << moments.randrange(8)
        place.file.write_bytes(damaged_files.flipped(good, at, bit))
        code, error, _ = place.ingest()
        assert code in (0, 3), (at, bit, error)
        loads = place.left()
        assert len(loads) == (1 if code == 0 else 0), (at, bit)
        if loads:
            load = json.loads((loads[0] / "load.json").read_text())
            assert load["rows"] == load["accepted"] + load["rejected"]
