"""Three nights over deltas say what three nights over full deliveries say, whatever the order and the number of parts."""

import os
import random
import re
import shutil

import duckdb
import pytest

from e2e_commands import DAY, PACK, make_province, must, songtan

DAYS = (DAY, "2026-10-31", "2026-11-30")
SEEDS = range(1, 21) if os.environ.get("SONGTAN_LONG_TESTS") == "1" else ()
# What a record's file and delivery are is lineage; everything else must agree.
TOLD = {
    "persons": "*",
    "families": "*",
    "family_members": "*",
    "kin": "person_id, relation, other_person_id, obligor, same_family",
    "facts": "person_id, fact, kind, valid_from, valid_to, value, text, source, used",
    "decisions": "*",
    "findings": "*",
}


@pytest.fixture(scope="module")
def full_pack(tmp_path_factory):
    """The pack, but every register delivers in full again."""
    packs = tmp_path_factory.mktemp("packs")
    shutil.copytree(PACK, packs / "sichuan")
    shutil.copytree(PACK.parent / "law", packs / "law")
    changed = 0
    for form in (packs / "sichuan" / "synth" / "registers").glob("*.toml"):
        text = form.read_text(encoding="utf-8")
        form.write_text(re.sub(r"^delta = .*\n", "", text, flags=re.M), encoding="utf-8")
        changed += text != form.read_text(encoding="utf-8")
    assert changed >= 3
    return packs / "sichuan"


def chain(base, seed, pack, days=DAYS):
    places, previous = [], None
    for number, day in enumerate(days):
        previous = make_province(base / f"d{number}", 1000, "harsh" if seed % 2 else "realistic", seed=seed, day=day, previous=previous, pack=pack)
        places.append(previous)
    return places


def run_nights(places, data, *words):
    ids = []
    for place, day in zip(places, DAYS):
        run = songtan("night", "--pack", PACK, "--in", place, "--data", data, "--date", day, *words, "--json")
        assert run.code in (0, 1), run.err[-2000:]
        ids.append(run.json["id"])
        if run.code == 1:
            must("night", "release", ids[-1], "--data", data, "--reason", "test")
    return ids


@pytest.mark.parametrize("seed", SEEDS)
def test_deltas_say_what_full_deliveries_say(seed, full_pack, tmp_path):
    deltas, fulls = chain(tmp_path / "deltas", seed, PACK), chain(tmp_path / "fulls", seed, full_pack)
    assert any("delta" in p.name for p in deltas[1].rglob("*.csv"))
    assert not any("delta" in p.name for p in fulls[2].rglob("*.csv"))
    a, b = tmp_path / "a", tmp_path / "b"
    for night_a, night_b in zip(run_nights(deltas, a), run_nights(fulls, b)):
        for table, told in TOLD.items():
            left, right = (f"SELECT {told} FROM '{data}/nights/{night}/{table}/*.parquet'" for data, night in ((a, night_a), (b, night_b)))
            odd = duckdb.sql(f"(({left}) EXCEPT ALL ({right})) UNION ALL (({right}) EXCEPT ALL ({left}))").fetchall()
            assert odd == [], (night_a[:10], table)


def test_order_of_delivery_and_parts_do_not_show(tmp_path):
    first, second = chain(tmp_path / "deltas", 4, PACK, DAYS[:2])
    a, c = tmp_path / "a", tmp_path / "c"
    run_nights([first, second], a)
    run_nights([first], c)
    files = sorted(f for f in (second / "extracts").rglob("*.*") if f.is_file())
    random.Random(4).shuffle(files)
    mixed = tmp_path / "mixed"
    for place, file in enumerate(files):
        target = mixed / "extracts" / file.parent.name / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
        if place == len(files) // 2:
            must("ingest", "--pack", PACK, "--in", mixed, "--data", c)
    run = songtan("night", "--pack", PACK, "--in", mixed, "--data", c, "--date", DAYS[1], "--partitions", 7, "--threads", 1, "--json")
    assert run.code in (0, 1), run.err[-2000:]
    night = run.json["id"]
    assert must("digest", "--data", c, "--night", night).out == must("digest", "--data", a, "--night", night).out
