"""`synth --previous`: the same place lives on, registers deliver what changed, and nights in a row stay right."""

import csv
import json

import pytest

from e2e_commands import PACK, REGION, must, songtan

DAYS = ("2026-06-30", "2026-07-31", "2026-08-20")


def deliver(out, day, previous=None, seed=1, persons=1500, dirt="none"):
    words = ["--previous", previous] if previous else []
    return songtan("synth", "--pack", PACK, "--region", REGION, "--persons", persons, "--seed", seed, "--dirt", dirt, "--date", day, *words, "--out", out)


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory):
    base = tmp_path_factory.mktemp("deliveries")
    folders = []
    for i, day in enumerate(DAYS):
        run = deliver(base / str(i), day, folders[-1] if folders else None)
        assert run.code == 0, run.err[-2000:]
        folders.append(base / str(i))
    return folders


def test_nights_in_a_row_over_deltas_stay_exact(deliveries, tmp_path):
    data = tmp_path / "data"
    for folder, day in zip(deliveries, DAYS):
        must("night", "--pack", PACK, "--in", folder, "--data", data, "--date", day)
        e = must("evaluate", "--data", data, "--truth", folder / "truth", "--json").json
        assert e["linkage"]["all"]["f1"] == 1, day
        assert e["families"]["right"] == 1, day
        assert e["decisions"]["right"] == 1, day


def deltas(folder):
    return sorted(folder.glob("extracts/*/*.delta.csv"))


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_delta_says_what_changed_and_nothing_else(deliveries):
    first, second = deliveries[0], deliveries[1]
    assert not deltas(first) and deltas(second)
    told = {row["操作"] for path in deltas(second) for row in rows(path)}
    assert "新增" in told and told <= {"新增", "变更", "删除"}
    deaths = [row for path in deltas(second) if path.parent.name == "nhc.deaths" for row in rows(path)]
    before = {row["死亡证编号"] for path in first.glob("extracts/nhc.deaths/*.csv") for row in rows(path)}
    assert deaths and all(row["死亡证编号"] not in before for row in deaths if row["操作"] == "新增")


def test_the_next_delivery_is_the_same_bytes_again(deliveries, tmp_path):
    assert deliver(tmp_path / "again", DAYS[1], deliveries[0]).code == 0
    files = sorted(p.relative_to(deliveries[1]) for p in deliveries[1].rglob("*") if p.is_file())
    assert files
    for file in files:
        assert (deliveries[1] / file).read_bytes() == (tmp_path / "again" / file).read_bytes(), file


@pytest.mark.parametrize("change", [{"seed": 2}, {"persons": 1400}, {"dirt": "realistic"}, {"day": DAYS[0]}, {"previous": "elsewhere"}], ids=str)
def test_another_place_or_an_earlier_day_is_wrong_usage(deliveries, tmp_path, change):
    words = {"day": DAYS[1], "previous": deliveries[0], **change}
    if words["previous"] == "elsewhere":
        words["previous"] = tmp_path
    run = deliver(tmp_path / "out", words.pop("day"), words.pop("previous"), **words)
    assert run.code == 2 and run.err.strip()
    assert not (tmp_path / "out").exists()


def test_the_manifest_tells_what_the_next_delivery_must_repeat(deliveries):
    manifest = json.loads((deliveries[1] / "manifest.json").read_text())
    assert (manifest["region"], manifest["persons"], manifest["seed"], manifest["dirt"], manifest["date"]) == (REGION, 1500, 1, "none", DAYS[1])
