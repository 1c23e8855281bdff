"""Small provinces made once a session, and nights over them."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from e2e_commands import make_province, run_night  # noqa: E402


@pytest.fixture(scope="session")
def clean(tmp_path_factory):
    """A small county without dirt."""
    return make_province(tmp_path_factory.mktemp("clean") / "province", 3000, "none")


@pytest.fixture(scope="session")
def realistic(tmp_path_factory):
    """A small county with everyday dirt."""
    return make_province(tmp_path_factory.mktemp("realistic") / "province", 6000, "realistic")


@pytest.fixture(scope="session")
def clean_night(clean, tmp_path_factory):
    data = tmp_path_factory.mktemp("clean_night") / "data"
    run_night(clean, data)
    return data


@pytest.fixture(scope="session")
def realistic_night(realistic, tmp_path_factory):
    data = tmp_path_factory.mktemp("realistic_night") / "data"
    run_night(realistic, data)
    return data


@pytest.fixture
def province_copy(clean, tmp_path):
    copy = tmp_path / "province"
    shutil.copytree(clean, copy)
    return copy
