"""The pack's parameter tables, read straight from their CSV files: what the twin shares with the policies is the figures, not the rules."""
import csv
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

COLUMNS_AFTER_KEYS = 6  # 值,自,至,文号,备注,待核


def number(text):
    """'730', '1.5', '30%' as an exact fraction."""
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def matches(cell, key):
    """A plain key equals; a banded one '[80..90)' holds from its lower to below its upper end."""
    if not cell.startswith("["):
        return cell == str(key)
    low, high = cell[1:-1].split("..")
    return int(low) <= key and (not high or key < int(high))


class Table:
    """One parameter by its keys and the month's first day."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(line for line in file if not line.startswith("#")))
        self.name = path.stem
        self.keys = len(rows[0]) - COLUMNS_AFTER_KEYS
        self.by_first_key = {}
        for row in rows[1:]:
            self.by_first_key.setdefault(row[0] if self.keys and not row[0].startswith("[") else None, []).append(row)

    def at(self, month, *keys):
        """The value in force; raises LookupError when none is, so that a gap in a table never passes for nothing."""
        rows = self.by_first_key.get(str(keys[0]) if keys else None, []) or self.by_first_key.get(None, [])
        day = month.isoformat()
        for row in rows:
            value, valid_from, valid_to = row[self.keys : self.keys + 3]
            if valid_from <= day and (not valid_to or day <= valid_to) and all(map(matches, row, keys)):
                return number(value)
        raise LookupError(f"{self.name}: no row for {keys} on {day}")


class Parameters:
    """All tables of a pack by name."""

    def __init__(self, pack):
        self.tables = {path.stem: Table(path) for path in sorted((Path(pack) / "parameters").glob("*.csv"))}

    @lru_cache(maxsize=None)
    def at(self, name, month: date, *keys):
        return self.tables[name].at(month, *keys)
