"""Disks that fail and power that goes: no published night is damaged, no accepted load lost, every restart ends right."""

import os
import random
import shutil

import pytest

from e2e_commands import DAY, PACK, ROOT, make_province, must, songtan, total_digest
from power_cut import image_at, moments, read_log

SHIM = ROOT / "build" / "release" / "tests" / "libio_shim.so"
ENOSPC, EIO = 28, 5
LONG = os.environ.get("SONGTAN_LONG_TESTS") == "1"


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    return make_province(tmp_path_factory.mktemp("village") / "province", 600, "none")


def night(province, data, env=None):
    return songtan("night", "--pack", PACK, "--in", province, "--data", data, "--date", DAY, "--threads", 1, env=env)


@pytest.fixture(scope="module")
def expected(village, tmp_path_factory):
    data = tmp_path_factory.mktemp("whole") / "data"
    assert night(village, data).code == 0
    return total_digest(data)


def shim(data, **settings):
    return {"LD_PRELOAD": str(SHIM), "IO_SHIM_UNDER": str(data), **{f"IO_SHIM_{k.upper()}": str(v) for k, v in settings.items()}}


def assert_restarts_right(village, data, expected, what):
    """Whatever is published is whole now; and the next run ends with the right digest."""
    if (data / "current").exists():
        assert total_digest(data) == expected, what
    again = night(village, data)
    assert again.code == 0, (what, again.err[-2000:])
    assert total_digest(data) == expected, what


def failing_calls(count):
    if LONG:
        return range(1, count + 1)
    return sorted(random.Random(7).sample(range(1, count + 1), 8))


@pytest.mark.parametrize("error", [ENOSPC, EIO], ids=["disk full", "I/O error"])
def test_a_failing_disk_gives_a_clear_error_and_nothing_is_damaged(village, expected, tmp_path, error):
    counted = tmp_path / "count"
    assert night(village, tmp_path / "counted", shim(tmp_path / "counted", count=counted)).code == 0
    count = int(counted.read_text())
    assert count > 300  # the shim is really between the program and the disk
    failed = 0
    for call in failing_calls(count):
        data = tmp_path / f"data-{call}"
        run = night(village, data, shim(data, fail_at=call, errno=error))
        assert run.code in (0, 5), (call, run.code, run.err[-2000:])  # 0: what failed was only tidying up
        if run.code == 5:
            failed += 1
            assert run.err.strip(), call
        assert_restarts_right(village, data, expected, (call, error))
        shutil.rmtree(data)
    assert failed > 0


def loads_of(data):
    return {line.split()[1] for line in must("load", "list", "--data", data).out.splitlines()}


def cuts(entries, share):
    chosen = moments(entries)
    return chosen if LONG else sorted(random.Random(11).sample(chosen, share))


@pytest.mark.parametrize("survives", ["nothing", "names", "chance"])
def test_a_power_cut_in_a_night_damages_nothing(village, expected, tmp_path, survives):
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    must("ingest", "--pack", PACK, "--in", village, "--data", data, env=shim(data, log=log))
    accepted, ingest_done = loads_of(data), len(read_log(log))
    assert night(village, data, shim(data, log=log)).code == 0
    entries = read_log(log)
    for moment in [*cuts(entries, 6), len(entries)]:
        image = tmp_path / "image"
        image_at(entries, moment, data, image, survives, seed=moment)
        if moment >= ingest_done:
            assert accepted <= loads_of(image), (moment, survives)
        if moment == len(entries):
            assert (image / "current").exists(), "a night whose command has ended is published for good"
        assert_restarts_right(village, image, expected, (moment, survives))
        shutil.rmtree(image)


def test_without_rights_the_night_says_so(village, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    run = night(village, data)
    assert run.code == 5 and run.err.strip()
