"""The director's page: whole, in both languages, self-contained, and without one word about any person."""

import re

import duckdb
import pytest
from e2e_commands import must, songtan

PERSONAL = ("name", "number", "phone", "address")


@pytest.fixture(scope="module")
def page(realistic_night, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "report.html"
    must("report", "--data", realistic_night, "--out", out)
    return out.read_text(encoding="utf-8")


def personal_values(data):
    """Every name, number, phone and address that the registers delivered."""
    values = set()
    for column in PERSONAL:
        rows = duckdb.sql(f"SELECT DISTINCT {column} FROM read_parquet('{data}/loads/*/*/identity*.parquet', union_by_name=true) WHERE length({column}) > 1")
        values |= {row[0] for row in rows.fetchall()}
    return values


def test_the_page_stands_alone(page):
    assert page.startswith("<!DOCTYPE html>")
    assert not re.search(r"https?://|src=|@import", page)


def test_every_sheet_is_there_in_both_languages(page):
    for sheet in ("steps", "map", "towns", "classes", "coverage", "missing", "trend", "fairness", "sources", "held"):
        assert f'<section id="{sheet}"' in page
    assert page.count('class="zh" lang="zh"') > 50 and page.count('class="en" lang="en"') > 50


def test_the_same_night_gives_the_same_bytes(page, realistic_night, tmp_path):
    must("report", "--data", realistic_night, "--out", tmp_path / "again.html", "--threads", 1)
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_nobody_is_on_the_page(page, realistic_night):
    text = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    words = set(re.split(r"[^\w一-鿿]+", re.sub(r"<[^>]+>", " ", text)))
    assert not words & personal_values(realistic_night)
    assert not re.search(r"\d{11,}", text)


def test_small_counts_are_hidden(page, realistic_night):
    night = must("digest", "--data", realistic_night) and next((realistic_night / "nights").glob("2*"))
    small = duckdb.sql(
        f"SELECT count(*) FROM (SELECT class, county, count(*) AS n FROM '{night}/findings/*.parquet' f "
        f"JOIN '{night}/families/*.parquet' USING (family_id) GROUP BY ALL) WHERE n < 10"
    ).fetchone()[0]
    assert small > 0, "the test wants a night with small cells"
    table = page[page.index('<section id="classes"') :]
    table = table[: table.index("</section>")]
    cells = re.findall(r'<td class="number">(\d+)</td>', table)
    assert cells and not any(0 < int(cell) < 10 for cell in cells)
    assert "不足10" in table and "under 10" in table


def test_wrong_use(realistic_night, tmp_path):
    assert songtan("report", "--data", tmp_path / "nothing", "--out", tmp_path / "r.html").code == 2
    assert songtan("report", "--data", realistic_night).code == 2
    assert songtan("report", "--data", realistic_night, "--night", "2001-01-01-000000000000", "--out", tmp_path / "r.html").code == 2
    assert songtan("report", "--data", realistic_night, "--out", tmp_path / "no" / "folder" / "r.html").code == 5
