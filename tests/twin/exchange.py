"""Populations as the files of `songtan policy run`, and its answers read back."""
import csv
from datetime import date
from fractions import Fraction

PERSONS, FAMILIES = "人.csv", "家庭.csv"
OBLIGORS = "户外赡养义务人"
KIN = ("婚姻配偶", "亲生子女", "亲生父母")


def cell(value):
    """A fact as a cell; nothing where it is to verify."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def month_before(month, months):
    count = month.year * 12 + month.month - 1 - months
    return f"{count // 12}-{count % 12 + 1:02d}"


def write_population(families, folder):
    """One row a person and a family, ids in the order given; returns the persons in that order."""
    folder.mkdir(parents=True, exist_ok=True)
    persons = [p for family in families for p in family.members]
    ids = {id(p): number for number, p in enumerate(persons, 1)}
    names = list(persons[0].facts)
    past = sorted({key for p in persons for key in p.past})
    of = lambda people: " ".join(str(ids[id(o)]) for o in people)
    with open(folder / FAMILIES, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "区县", "城乡", "申请地本省"])
        rows.writerows([n, f.county, f.residence, cell(f.county.startswith("51"))] for n, f in enumerate(families, 1))
    with open(folder / PERSONS, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "家庭_id", "家庭_role", OBLIGORS, *KIN,
                       *(f"{name}@{month_before(families[0].month, ago)}" for name, ago in past), *names])
        for number, family in enumerate(families, 1):
            for p in family.members:
                rows.writerow([ids[id(p)], number, "", of(p.obligors), *(of(p.kin.get(k, ())) for k in KIN),
                               *(cell(p.value_before(*key)) for key in past), *(cell(p.facts[n]) for n in names)])
    return persons
