"""A night from extracts to worklist: right, the same at any number of threads, and proof against being killed."""

import random
import re
import signal
import subprocess
import time

import pytest

from e2e_commands import DAY, PACK, SONGTAN, make_province, must, run_night, songtan, total_digest


def figures(data, province):
    return must("evaluate", "--data", data, "--truth", province / "truth", "--json").json


def test_clean_extracts_give_every_link_family_and_decision(clean, clean_night):
    e = figures(clean_night, clean)
    assert e["linkage"]["all"]["f1"] == 1
    assert e["families"]["right"] == 1
    assert e["decisions"]["right"] == 1


def test_everyday_dirt_leaves_people_found(realistic, realistic_night):
    e = figures(realistic_night, realistic)
    assert e["linkage"]["all"]["f1"] >= 0.99
    rows = [r for r in e["findings"] if r["class"] == "entitled_not_receiving"]
    true = sum(r["true"] for r in rows) // 2  # each case stands in the row of both certainties
    assert true > 0
    assert sum(r["found"] for r in rows) >= 0.95 * true
    certain = [r for r in rows if r["certainty"] == "certain"]
    assert sum(r["right"] for r in certain) >= 0.93 * sum(r["listed"] for r in certain)


def test_the_list_beats_chance_and_income_alone(realistic, realistic_night):
    for row in figures(realistic_night, realistic)["list"]:
        assert row["recall"] > row["random"]
        assert row["recall"] > row["by_income"]


def test_every_planted_fault_class_is_found_or_named_undetectable(realistic, realistic_night):
    faults = figures(realistic_night, realistic)["faults"]
    assert len(faults) >= 8
    for fault in faults:
        assert fault["found"] > 0 or (fault["undetectable"] > 0 and fault["why"]), fault


def test_same_seed_same_bytes_at_any_number_of_threads(clean, tmp_path):
    again = make_province(tmp_path / "again", 3000, "none", env={"OMP_NUM_THREADS": "1"})
    files = sorted(p.relative_to(clean) for p in clean.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file())
    for file in files:
        assert (clean / file).read_bytes() == (again / file).read_bytes(), file


def test_one_two_and_four_threads_give_the_same_digest(realistic, realistic_night, tmp_path):
    expected = total_digest(realistic_night)
    for threads in (1, 4):
        data = tmp_path / str(threads)
        run_night(realistic, data, "--threads", threads)
        assert total_digest(data) == expected


def test_a_published_night_is_repeated_without_change(realistic, realistic_night):
    before = total_digest(realistic_night)
    run_night(realistic, realistic_night)
    assert total_digest(realistic_night) == before


@pytest.mark.parametrize("kills", [30, pytest.param(300, marks=pytest.mark.long)])
def test_killed_at_random_moments_the_night_resumes_to_the_same_digest(realistic, realistic_night, tmp_path, kills):
    expected = total_digest(realistic_night)
    command = [str(SONGTAN), "night", "--pack", str(PACK), "--in", str(realistic), "--date", DAY]
    data = tmp_path / "whole"
    began = time.monotonic()
    run_night(realistic, data)
    whole = time.monotonic() - began
    moments = random.Random(20260701)
    data, done = tmp_path / "killed-0", 0
    for kill in range(kills):
        process = subprocess.Popen([*command, "--data", str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(moments.uniform(0, whole / 2))
            done += 1
            assert process.returncode == 0
            assert total_digest(data) == expected
            data = tmp_path / f"killed-{done}"
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    run_night(realistic, data)
    assert total_digest(data) == expected


def test_an_interrupted_night_says_so_and_goes_on(realistic, realistic_night, tmp_path):
    command = [str(SONGTAN), "night", "--pack", str(PACK), "--in", str(realistic), "--date", DAY, "--data", str(tmp_path / "d")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode in (0, 130), err[-500:]
    run_night(realistic, tmp_path / "d")
    assert total_digest(tmp_path / "d") == total_digest(realistic_night)


def test_two_nights_on_the_same_data_at_once_are_refused(realistic, tmp_path):
    data = tmp_path / "data"
    command = [str(SONGTAN), "night", "--pack", str(PACK), "--in", str(realistic), "--date", DAY, "--data", str(data)]
    first = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (data / "lock").exists() and first.poll() is None:
            time.sleep(0.01)
        time.sleep(0.1)
        second = songtan("night", "--pack", PACK, "--in", realistic, "--date", DAY, "--data", data)
        if first.poll() is None:
            assert second.code == 5, second.err
            assert "data" in second.err
        assert first.wait(300) == 0
    finally:
        first.kill()


def test_a_night_writes_no_personal_data_outside_its_tables(realistic, tmp_path):
    run = run_night(realistic, tmp_path / "data")
    number = re.compile(r"(?<!\d)[1-9]\d{16}[\dX](?!\d)")
    assert not number.search(run.err) and not number.search(run.out)
    for file in (tmp_path / "data").rglob("*.json"):
        assert not number.search(file.read_text()), file
