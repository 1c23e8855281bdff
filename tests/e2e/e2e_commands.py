"""The program as a user runs it: commands that tests share."""

import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SONGTAN = ROOT / "build" / "release" / "songtan"
PACK = ROOT / "packs" / "sichuan"
REGION = "510812"
DAY = "2026-09-30"


class Run:
    """One finished command: exit code, standard output and standard error."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def json(self):
        return json.loads(self.out)


def songtan(*words, env=None, cwd=None, timeout=600):
    command = [str(SONGTAN), *map(str, words)]
    merged = {**os.environ, "LANG": "C.UTF-8", **(env or {})}
    return Run(subprocess.run(command, capture_output=True, text=True, env=merged, cwd=cwd, timeout=timeout))


def must(*words, **options):
    run = songtan(*words, **options)
    assert run.code == 0, f"songtan {' '.join(map(str, words))}\n{run.err[-3000:]}"
    return run


def make_province(out, persons, dirt, seed=1, day=DAY, previous=None, pack=PACK, **options):
    goes_on = ["--previous", previous] if previous else []
    must("synth", "--pack", pack, "--region", REGION, "--persons", persons, "--seed", seed, "--dirt", dirt, "--date", day, *goes_on, "--out", out, **options)
    return out


def run_night(province, data, *words):
    return must("night", "--pack", PACK, "--in", province, "--data", data, "--date", DAY, *words)


def total_digest(data):
    return must("digest", "--data", data).out.split()[-1]
