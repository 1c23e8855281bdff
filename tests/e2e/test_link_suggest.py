"""Linking tables as a newcomer does: suggest and run, then train with judged pairs; and what wrong use is told."""

import csv
import json
import random

import pytest
from e2e_commands import must, songtan

SYLLABLES = "ba de fi go hu ka le mi no pu ra se ti vo".split()


def word(chance, syllables):
    return "".join(chance.choice(SYLLABLES) for _ in range(syllables))


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """250 people, each twice; one record of three has a slip. Columns' names say nothing."""
    chance = random.Random(7)
    file = tmp_path_factory.mktemp("linking") / "people.csv"
    with open(file, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["no", "u", "v", "w", "x"])
        for person in range(250):
            day = f"{chance.randint(1, 28)}/{chance.randint(1, 12)}/{chance.randint(1930, 2010)}"
            names = [word(chance, 2), word(chance, 3), day, word(chance, 2)]
            for turn in range(2):
                row = list(names)
                if turn == 1 and person % 3 == 0:
                    row[1] = row[1][1] + row[1][0] + row[1][2:]
                writer.writerow([f"{person}-{turn}", *row])
    return file


@pytest.fixture(scope="module")
def model(people):
    file = people.parent / "model.json"
    must("link", "suggest", "--in", people, "--id", "no", "--out", file)
    return file


def test_two_commands_find_the_people(people, model):
    report = must("link", "run", "--in", people, "--id", "no", "--model", model, "--out", people.parent / "persons.parquet", "--json").json
    assert report["records"] == 500
    assert abs(report["persons"] - 250) <= 3


def test_the_same_input_gives_the_same_model(people, model):
    again = people.parent / "again.json"
    must("link", "suggest", "--in", people, "--id", "no", "--out", again, "--threads", "1")
    assert again.read_bytes() == model.read_bytes()


def test_every_proposal_says_why(model):
    proposed = json.loads(model.read_text(encoding="utf-8"))
    assert all(comparison["why"] for comparison in proposed["comparisons"])
    for rule in proposed["blocking"]:
        assert rule["why"] and rule["expected_pairs"] >= 0 and 0 <= rule["expected_loss"] <= 1


def test_judged_pairs_teach(people, model):
    labels = people.parent / "judged.csv"
    labels.write_text("id_l,id_r,match\n" + "".join(f"{p}-0,{p}-1,1\n" for p in range(0, 60, 3)), encoding="utf-8")
    better = people.parent / "better.json"
    must("link", "train", "--in", people, "--id", "no", "--model", model, "--labels", labels, "--out", better)
    levels = {c["name"]: c["levels"] for c in json.loads(better.read_text(encoding="utf-8"))["comparisons"]}
    before = {c["name"]: c["levels"] for c in json.loads(model.read_text(encoding="utf-8"))["comparisons"]}
    # All judged people have a slip in v, so that its exact level loses.
    assert levels["v"][1]["m"] < before["v"][1]["m"] * 0.8


def test_wrong_labels_are_refused_with_the_columns_they_need(people, model):
    labels = people.parent / "wrong.csv"
    labels.write_text("left,right\n1,2\n", encoding="utf-8")
    run = songtan("link", "train", "--in", people, "--id", "no", "--model", model, "--labels", labels, "--out", people.parent / "no.json")
    assert run.code == 3 and "id_l" in run.err and not (people.parent / "no.json").exists()


def test_a_missing_id_column_is_named(people):
    run = songtan("link", "suggest", "--in", people, "--id", "nr", "--out", people.parent / "no.json")
    assert run.code != 0 and "nr" in run.err
