"""Deliveries into loads: whole or not at all, the same bytes however they are read, and undone without a trace."""

import hashlib
import json
import random
import subprocess
import time

from e2e_commands import PACK, SONGTAN, must, songtan

KILLS = 6


def ingest(province, data, *words):
    return must("ingest", "--pack", PACK, "--in", province, "--data", data, *words)


def bytes_of_loads(data):
    """One digest of every file below DATA/loads."""
    whole = hashlib.sha256()
    for file in sorted(p for p in (data / "loads").rglob("*") if p.is_file()):
        whole.update(str(file.relative_to(data)).encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


def test_threads_do_not_show(realistic, tmp_path):
    digests = set()
    for threads in (1, 2, 4):
        ingest(realistic, tmp_path / str(threads), "--threads", threads)
        digests.add(bytes_of_loads(tmp_path / str(threads)))
    assert len(digests) == 1


def test_a_killed_ingest_leaves_whole_loads_and_the_next_one_ends_alike(realistic, tmp_path):
    began = time.monotonic()
    ingest(realistic, tmp_path / "whole")
    lasted = time.monotonic() - began
    data = tmp_path / "killed"
    moments = random.Random(7)
    for _ in range(KILLS):
        run = subprocess.Popen(
            [str(SONGTAN), "ingest", "--pack", str(PACK), "--in", str(realistic), "--data", str(data)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(0, lasted / 2))
        run.kill()
        run.wait()
        if (data / "loads").exists():
            for folder in (data / "loads").glob("*/[0-9]*"):
                assert json.loads((folder / "load.json").read_text())["load"] == folder.name
                assert (folder / "issues.parquet").exists()
    ingest(realistic, data)
    assert bytes_of_loads(data) == bytes_of_loads(tmp_path / "whole")


def test_the_same_delivery_twice_changes_nothing_and_undo_takes_one_load_away(realistic, tmp_path):
    data = tmp_path / "data"
    ingest(realistic, data)
    before = bytes_of_loads(data)
    again = ingest(realistic, data)
    assert "loaded" not in again.out and "known" in again.out
    assert bytes_of_loads(data) == before
    listed = [line.split()[:2] for line in must("load", "list", "--data", data).out.splitlines()]
    source, load = next(pair for pair in listed if pair[0] == "nhc.deaths")
    must("load", "undo", "--data", data, load, "--source", source)
    assert not list((data / "loads" / source).iterdir())
    assert songtan("load", "undo", "--data", data, load, "--source", source).code == 2
    ingest(realistic, data)
    assert bytes_of_loads(data) == before


def test_no_personal_value_is_printed(realistic, tmp_path):
    population = next((realistic / "extracts" / "mps.population").iterdir())
    numbers = {line.split(",")[0] for line in population.read_text().splitlines()[1:] if line.split(",")[0]}
    run = ingest(realistic, tmp_path / "data")
    shown = run.out + run.err + "".join(p.read_text() for p in (tmp_path / "data" / "loads").rglob("load.json"))
    assert not [number for number in numbers if number in shown]
