"""Personal values stay in the tables: every other byte that a night and its readers write is searched for them."""

import re

import duckdb
import pytest
from e2e_commands import DAY, PACK, must, songtan

ALWAYS = ("number", "phone", "address")


def delivered(data, column, least):
    rows = duckdb.sql(f"SELECT DISTINCT {column} FROM read_parquet('{data}/loads/*/*/identity*.parquet', union_by_name=true) WHERE length({column}) >= {least}").fetchall()
    return {row[0] for row in rows}


def found_in(text, values):
    return [value for value in values if value in text]


@pytest.fixture(scope="module")
def night(realistic, tmp_path_factory):
    data = tmp_path_factory.mktemp("private") / "data"
    run = must("night", "--pack", PACK, "--in", realistic, "--data", data, "--date", DAY)
    return data, run.out + run.err


@pytest.fixture(scope="module")
def values(night):
    data, _ = night
    strong = set().union(*(delivered(data, column, 6) for column in ALWAYS))
    names = delivered(data, "name", 3)
    assert len(strong) > 1000 and len(names) > 500
    return strong, names


def files_outside_tables(data):
    for file in sorted(data.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.suffix != ".parquet":
            yield file


def test_files_beside_the_tables(night, values):
    data, _ = night
    strong, names = values
    seen = 0
    for file in files_outside_tables(data):
        text = file.read_bytes().decode("utf-8", errors="replace")
        if data / "packs" in file.parents:  # the pack's own text; its places are written in addresses too
            assert not re.search(r"\d{17}", text), f"{file.name} holds a number"
            continue
        assert not found_in(text, strong), f"{file.name} holds a personal value"
        assert not found_in(text, names), f"{file.name} holds a name"
        seen += 1
    assert seen > 10


def test_file_and_folder_names(night, values):
    data, _ = night
    strong, names = values
    paths = "\n".join(str(path.relative_to(data)) for path in data.rglob("*"))
    assert not found_in(paths, strong) and not found_in(paths, names)


def test_what_is_printed(night, values, realistic, tmp_path):
    data, printed = night
    strong, names = values
    out = tmp_path / "page.html"
    for run in (
        must("digest", "--data", data),
        must("night", "list", "--data", data),
        must("load", "list", "--data", data),
        must("evaluate", "--data", data, "--truth", realistic / "truth"),
        must("report", "--data", data, "--out", out),
    ):
        printed += run.out + run.err
    page = out.read_text(encoding="utf-8")
    assert not found_in(printed, strong) and not found_in(printed, names)
    assert not found_in(page, strong) and not found_in(page, names)


def test_errors_about_a_damaged_row(realistic, tmp_path, values):
    strong, names = values
    file = sorted((realistic / "extracts" / "mps.population").iterdir())[0]
    copy = tmp_path / "in" / "extracts" / "mps.population"
    copy.mkdir(parents=True)
    (copy / file.name).write_bytes(file.read_bytes()[:-40])
    run = songtan("ingest", "--pack", PACK, "--in", tmp_path / "in", "--data", tmp_path / "data", "--json")
    assert run.code == 3
    assert not found_in(run.out + run.err, strong) and not found_in(run.out + run.err, names)


def test_the_search_would_find_one(night, values):
    strong, names = values
    assert found_in("… " + sorted(strong)[0] + " …", strong) and found_in(sorted(names)[0], names)
