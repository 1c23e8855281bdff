"""link explain and link report on a small table that anyone can check by hand."""

import csv
import json
import re

import pytest
from e2e_commands import must, songtan

ROWS = [
    ("1", "anna", "lee", "1990-01-02", "riverton", "p1"),
    ("2", "anna", "lee", "1990-01-02", "riverton", "p1"),
    ("3", "ana", "lee", "1990-01-02", "", "p1"),
    ("4", "bert", "moss", "1971-05-09", "hill", "p2"),
    ("5", "bert", "moss", "1971-05-09", "hill", "p2"),
    ("6", "carl", "nye", "1950-12-31", "hill", "p3"),
    ("7", "dora", "", "", "", "p4"),
]
LEVELS = [
    {"label": "missing", "null": True},
    {"label": "equal", "m": 0.9, "u": 0.05},
    {"label": "other", "m": 0.1, "u": 0.95},
]


def comparison(column):
    missing, equal, other = (dict(level) for level in LEVELS)
    missing["any"] = [[{"is": "null", "column": column}]]
    equal["any"] = [[{"is": "exact", "column": column}]]
    other["otherwise"] = True
    return {"name": column, "levels": [missing, equal, other]}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    with (folder / "people.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "first", "last", "born", "town", "truth"])
        writer.writerows(ROWS)
    model = {
        "format": "songtan-link-model",
        "version": 1,
        "mode": "dedupe",
        "prior": 0.05,
        "threshold": 0.9,
        "blocking": [{"columns": ["last", "born"]}, {"columns": ["town"]}],
        "comparisons": [comparison(column) for column in ("first", "last", "born")],
    }
    (folder / "model.json").write_text(json.dumps(model))
    return folder


def explain(files, left, right, *words):
    return songtan("link", "explain", "--model", files / "model.json", "--in", files / "people.csv", "--id", "id", left, right, *words)


def test_a_waterfall_adds_up(files):
    pair = must("link", "explain", "--model", files / "model.json", "--in", files / "people.csv", "--id", "id", "1", "2", "--json").json
    assert pair["compared"] and pair["joined"]
    assert pair["weight"] == pytest.approx(pair["prior_weight"] + sum(step["weight"] for step in pair["steps"]))
    assert pair["probability"] == pytest.approx(1 / (1 + 2 ** -pair["weight"]))
    assert [step["level"] for step in pair["steps"]] == ["equal"] * 3


def test_the_waterfall_is_what_run_weighs(files, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    must("link", "run", "--model", files / "model.json", "--in", files / "people.csv", "--id", "id", "--out", tmp_path / "p.parquet", "--pairs", tmp_path / "pairs.parquet")
    pairs = duckdb.sql(f"SELECT id_l, id_r, weight FROM '{tmp_path}/pairs.parquet'").fetchall()
    assert pairs
    for left, right, weight in pairs:
        assert explain(files, left, right, "--json").json["weight"] == pytest.approx(weight, abs=1e-9)


def test_never_compared_because(files):
    pair = explain(files, "1", "4", "--json").json
    assert not pair["compared"] and not pair["joined"]
    assert pair["rules"][0]["because"] == ["last", "born"] and pair["rules"][0]["verdict"] == "differs"
    assert pair["rules"][1]["because"] == ["town"]
    missing = explain(files, "1", "7", "--json").json
    assert missing["rules"][0]["verdict"] == "missing" and set(missing["rules"][0]["because"]) == {"last", "born"}
    words = explain(files, "1", "4", "--lang", "en").out
    assert "never compared, because" in words and "town differs" in words
    assert "从未比较，因为" in explain(files, "1", "4", "--lang", "zh").out


def test_wrong_use(files):
    assert explain(files, "1", "99").code == 2
    assert explain(files, "1", "1").code == 2
    assert "99" not in explain(files, "1", "99").err
    assert songtan("link", "report", "--model", files / "model.json", "--in", files / "people.csv", "--id", "id", "--truth", "nobody", "--out", files / "x.html").code == 3


def test_ids_that_two_files_share_want_their_source(files, tmp_path):
    (tmp_path / "other.csv").write_text((files / "people.csv").read_text())
    words = ("link", "explain", "--model", files / "model.json", "--in", files / "people.csv", tmp_path / "other.csv", "--id", "id")
    assert songtan(*words, "1", "2").code == 2
    assert songtan(*words, "people/1", "other/1", "--json").json["joined"]


def test_the_page_of_a_linking(files):
    out = files / "report.html"
    must("link", "report", "--model", files / "model.json", "--in", files / "people.csv", "--id", "id", "--truth", "truth", "--out", out)
    page = out.read_text()
    for sheet in ("weights", "chances", "pairs", "blocking", "unlinkable", "clusters", "samples", "review", "right"):
        assert f'<section id="{sheet}"' in page
    text = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.S)
    for row in ROWS:
        for value in row[1:5]:
            assert not value or value not in text, "a value of a record stands on the page"
    assert not re.search(r"https?://|src=", page)


def test_reviewed_pairs_judge_too(files):
    (files / "reviewed.csv").write_text("source_l,id_l,source_r,id_r,same\npeople,1,people,2,yes\npeople,4,people,6,no\n")
    out = files / "reviewed.html"
    must("link", "report", "--model", files / "model.json", "--in", files / "people.csv", "--id", "id", "--reviewed", files / "reviewed.csv", "--out", out)
    assert "people reviewed" in out.read_text()


def test_the_page_of_a_night_s_linking(realistic_night, files, tmp_path):
    out = tmp_path / "night.html"
    must("link", "report", "--data", realistic_night, "--out", out)
    page = out.read_text()
    for sheet in ("rules", "linked", "sizes"):
        assert f'<section id="{sheet}"' in page
    assert songtan("link", "report", "--out", out).code == 2
    assert songtan("link", "report", "--data", realistic_night, "--model", files / "model.json", "--out", out).code == 2
