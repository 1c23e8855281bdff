"""A small invented country, told to the house by its pack alone: a night, its list, its reasons, its page."""

import json

import duckdb
import pytest
from e2e_commands import ROOT, must, songtan

MERRA = ROOT / "tests" / "packs" / "minimal"
DAY = "2026-03-31"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("merra") / "data"
    must("night", "--pack", MERRA, "--in", MERRA, "--data", folder, "--date", DAY)
    return folder


def table(data, name, columns="*"):
    return duckdb.sql(f"SELECT {columns} FROM read_parquet('{data}/nights/*/{name}/*.parquet')").fetchall()


def person_of(data, source, row):
    return duckdb.sql(f"SELECT person_id FROM read_parquet('{data}/nights/*/person_records/*.parquet') WHERE source = '{source}' AND row = {row}").fetchone()[0]


def family_of(data, person):
    return duckdb.sql(f"SELECT family_id FROM read_parquet('{data}/nights/*/family_members/*.parquet') WHERE person_id = {person}").fetchone()[0]


def listed(data):
    return {(row["class"], row["family_id"]): row for row in must("worklist", "--data", data, "--json").json}


def test_the_pack_checks():
    must("policy", "check", "--pack", MERRA)


def test_ids_that_are_no_citizen_numbers_make_persons(data):
    assert len(table(data, "persons")) == 11, "eleven people in twenty-two records"
    assert person_of(data, "civ.people", 1) == person_of(data, "wel.rolls", 1)
    assert person_of(data, "civ.people", 4) != person_of(data, "civ.people", 5)


def test_a_family_is_a_hearth(data):
    first, grandmother, lodger = (person_of(data, "civ.people", row) for row in (4, 6, 11))
    assert family_of(data, first) == family_of(data, grandmother)
    assert family_of(data, lodger) == family_of(data, person_of(data, "civ.people", 10))


def test_the_list(data):
    rows = listed(data)
    couple = family_of(data, person_of(data, "civ.people", 1))
    solm = family_of(data, person_of(data, "civ.people", 4))
    tarn = family_of(data, person_of(data, "civ.people", 7))
    widow = family_of(data, person_of(data, "civ.people", 3))
    assert ("entitled_not_receiving", couple) in rows and rows["entitled_not_receiving", couple]["amount_fen"] == 14000
    assert ("receiving_not_entitled", solm) in rows and rows["receiving_not_entitled", solm]["cause"] in ("age", "income")
    assert ("amount_differs", tarn) in rows
    assert not any(family == widow for _, family in rows), "whoever receives what is due is on no list"


def test_the_dead_live_in_no_hearth(data):
    dead = person_of(data, "civ.people", 8)
    assert not duckdb.sql(f"SELECT 1 FROM read_parquet('{data}/nights/*/family_members/*.parquet') WHERE person_id = {dead}").fetchall()


def test_reasons_in_the_country_s_own_words(data):
    couple = family_of(data, person_of(data, "civ.people", 1))
    text = must("explain", "--data", data, "--family", couple, "--lang", "en").out
    assert "Merra Heating Act 4" in text and "All are 67 or older" in text
    widow = family_of(data, person_of(data, "civ.people", 3))
    assert "entitled and receiving" in must("explain", "--data", data, "--family", widow, "--why-not-listed", "--lang", "en").out


def test_divisions_that_are_letters(data):
    north = must("worklist", "--data", data, "--region", "MRno", "--json").json
    assert north and all(row["region"].startswith("MRno") for row in north)
    assert songtan("worklist", "--data", data, "--region", "MRxx").code == 2


def test_the_page(data, tmp_path):
    must("report", "--data", data, "--out", tmp_path / "r.html", "--lang", "en")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Merra, an invented country" in page and "heating" in page.lower()


def test_nothing_of_sichuan_is_needed(data):
    run = json.loads(next((data / "nights").glob("*/run.json")).read_text())
    assert run["pack"]["name"] == "minimal"
