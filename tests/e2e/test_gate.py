"""The publication gate: a night unlike the last one is held until a person releases it with a reason."""

import csv
import shutil

import pytest

from e2e_commands import PACK, make_province, must, songtan

FIRST, SECOND, THIRD = "2026-09-30", "2026-10-31", "2026-11-01"


def delivered(month, source):
    (file,) = (month / "next" / "extracts" / source).glob("*.full.csv")
    return file


def night(province, data, day):
    return songtan("night", "--pack", PACK, "--in", province, "--data", data, "--date", day, "--json")


def listed(data):
    return {n["id"][:10]: n for n in must("night", "list", "--data", data, "--json").json}


@pytest.fixture(scope="module")
def first(clean, tmp_path_factory):
    """A published night and, beside it, next month's delivery of the same place."""
    base = tmp_path_factory.mktemp("gate")
    assert night(clean, base / "data", FIRST).code == 0
    make_province(base / "next", 3000, "none", day=SECOND, previous=clean)
    return base


@pytest.fixture
def month(first, tmp_path):
    shutil.copytree(first / "data", tmp_path / "data", symlinks=True)
    shutil.copytree(first / "next" / "extracts", tmp_path / "next" / "extracts")
    return tmp_path


def held(month, check, subject):
    run = night(month / "next", month / "data", SECOND)
    assert run.code == 1, run.out + run.err
    assert any(b["check"] == check and b["subject"].startswith(subject) for b in run.json["gate"]), run.json["gate"]
    nights = listed(month / "data")
    assert nights[SECOND]["state"] == "held" and nights[FIRST]["current"]
    return run.json["id"]


def test_a_plain_next_month_is_published(month):
    run = night(month / "next", month / "data", SECOND)
    assert run.code == 0, run.out
    assert listed(month / "data")[SECOND]["current"]


def test_one_department_missing_is_held(month):
    for source in (month / "next" / "extracts").glob("hr.*"):
        shutil.rmtree(source)
    held(month, "peers_delivered_permille", "hr.pensions")


def test_one_file_halved_is_held_then_released_with_a_reason(month):
    file = delivered(month, "mca.dibao")
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: len(lines) // 2]))
    data = month / "data"
    id = held(month, "rows_change_permille", "mca.dibao")
    assert night(month / "next", data, SECOND).code == 1  # repeating does not publish it
    assert songtan("night", "release", id, "--data", data, "--reason", " ").code == 2
    assert must("explain", "--data", data, "--as-known-on", SECOND, "--family", family_of(data)).code == 0
    must("night", "release", id, "--data", data, "--reason", "verified by telephone")
    nights = listed(data)
    assert nights[SECOND]["current"] and nights[SECOND]["reason"] == "verified by telephone"
    assert songtan("night", "release", id, "--data", data, "--reason", "again").code == 2
    # The next night is measured against the one that was released, so the same halved file holds nothing any more.
    assert night(month / "next", data, THIRD).code == 0
    assert listed(data)[THIRD]["previous"] == id


def family_of(data):
    return must("worklist", "--data", data, "--top", 1, "--json").json[0]["family_id"]


def test_one_column_slipped_by_one_code_is_held(month):
    file = delivered(month, "mps.population")
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    column = rows[0].index("与户主关系")
    codes = sorted({r[column] for r in rows[1:] if r[column]})
    for row in rows[1:]:
        if row[column]:
            row[column] = codes[(codes.index(row[column]) + 1) % len(codes)]
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows(rows)
    held(month, "words_change_permille", "mps.population/relation.relation")


def split_in_two(folder, name, change):
    """One file as the parts of two counties; the first gets one row less when `change`."""
    (file,) = [p for p in folder.glob("*.csv") if len(p.read_bytes()) > 2000]
    head, *lines = file.read_bytes().splitlines(keepends=True)
    file.unlink()
    half = len(lines) // 2
    for county, part in (("510802", lines[: half - change]), ("510812", lines[half:])):
        (folder / f"{name}.full.{county}.csv").write_bytes(head + b"".join(part))


def test_one_office_sending_the_old_file_again_is_held(clean, tmp_path):
    for month in ("one", "two"):
        shutil.copytree(clean / "extracts", tmp_path / month / "extracts")
        split_in_two(tmp_path / month / "extracts" / "tax.wages", f"2026-{9 if month == 'one' else 10}-28".replace("-9-", "-09-"), month == "two")
    data = tmp_path / "data"
    assert night(tmp_path / "one", data, FIRST).code == 0
    run = night(tmp_path / "two", data, SECOND)
    assert run.code == 1, run.out
    assert [b["subject"] for b in run.json["gate"] if b["check"] == "resent_part_rows"] == ["tax.wages/2026-10-28.full.510812.csv"]


def test_a_gate_key_that_nobody_knows_is_refused(clean, tmp_path):
    shutil.copytree(PACK, tmp_path / "packs" / "sichuan")
    shutil.copytree(PACK.parent / "law", tmp_path / "packs" / "law")
    pack = tmp_path / "packs" / "sichuan"
    text = (pack / "pack.toml").read_text(encoding="utf-8")
    (pack / "pack.toml").write_text(text.replace("[gate]\n", "[gate]\nrows_chance_permille = 1\n"), encoding="utf-8")
    run = songtan("night", "--pack", pack, "--in", clean, "--data", tmp_path / "d", "--date", FIRST, "--json")
    assert run.code == 3
    assert "pack.toml" in run.err and "rows_chance_permille" in run.err
