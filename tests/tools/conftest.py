"""A small house in a temporary folder, into which each test plants one fault."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


class PlantedHouse:
    def __init__(self, root: Path):
        self.root = root
        (root / "tools").mkdir(parents=True)
        for name in ("layers.toml", "house.toml"):
            shutil.copy(ROOT / "tools" / name, root / "tools" / name)
        self.write("src/base/day.h", "#pragma once\nstruct Day {};\n")
        self.write("src/table/session.h", '#pragma once\n#include "base/day.h"\n')
        self.write("src/table/session.cc", '#include "table/session.h"\n#include <duckdb.h>\n')

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def planted(tmp_path: Path) -> PlantedHouse:
    return PlantedHouse(tmp_path / "house")
