"""Ten minutes of libFuzzer on each target, with the kept corpus as its start; only with ./test --long."""

import os
import shutil
import subprocess

import pytest
from e2e_commands import ROOT

SECONDS = 600
TARGETS = {
    "fuzz_readers": ["-max_len=8192", "tests/fuzz/readers"],
    "fuzz_policy": ["-max_len=4096", "-dict=tests/fuzz/policy.dict", "tests/fuzz/corpus", "tests/bad-programs"],
}


@pytest.mark.skipif(os.environ.get("SONGTAN_LONG_TESTS") != "1", reason="ten minutes each: ./test --long")
@pytest.mark.skipif(shutil.which("clang++-19") is None, reason="Debian's clang-19 is not installed")
@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_break_it(target, tmp_path):
    subprocess.run(["cmake", "--preset", "fuzz"], cwd=ROOT, check=True, capture_output=True)
    subprocess.run(["cmake", "--build", "build/fuzz", "--target", target], cwd=ROOT, check=True, capture_output=True)
    found = tmp_path / "corpus"
    found.mkdir()
    options = [word for word in TARGETS[target] if word.startswith("-")]
    seeds = [word for word in TARGETS[target] if not word.startswith("-")]
    command = [f"build/fuzz/tests/{target}", f"-max_total_time={SECONDS}", f"-artifact_prefix={tmp_path}/", *options, str(found), *seeds]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stderr[-4000:]
