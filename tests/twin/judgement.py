"""What the twin says of a population, and where `songtan policy run` says otherwise."""
import calendar
import csv
from dataclasses import dataclass
from datetime import date

from exchange import FAMILIES, PERSONS, write_population
from law import Law, presumed
from parameters import Parameters
from random_families import Generator

COUNTIES = ("510104", "510812", "513431", "500101")  # a city district, two rural counties, and one outside the province
WORDS = {True: "yes", False: "no", None: "to_verify"}


def last_day(month):
    return date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])


@dataclass
class Population:
    month: date
    folder: object
    expected: dict  # (file, id) → {column: cell}


def amount_cell(status, amount):
    if status is not True:
        return "0.00"
    value = amount()
    return f"{float(value.low):.2f}" if value.known else ""


def columns(code, pairs):
    """pairs: (status, amount) as the facts stand, then under the presumptions."""
    (status, amount), (probable, probable_amount) = pairs
    return {code: WORDS[status], f"{code}_amount": amount_cell(status, amount),
            f"{code}_probable": WORDS[probable], f"{code}_probable_amount": amount_cell(probable, probable_amount)}


def of_family(law, family):
    both = (family, presumed(law, family))
    dibao = columns("DB", [(law.dibao(f), lambda f=f: law.dibao_amount(f)) for f in both])
    return {**dibao, **status_only("BY", [law.edge(f) for f in both])}


def status_only(code, statuses):
    return {code: WORDS[statuses[0]], f"{code}_probable": WORDS[statuses[1]]}


def of_person(law, person, under_presumption):
    both = (person, under_presumption)
    return {**columns("HL", [(law.care_subsidy(p), lambda p=p: law.care_amount(p)) for p in both]),
            **columns("GL", [(law.old_age(p), lambda p=p: law.old_age_amount(p)) for p in both])}


def make_population(pack, month, count, seed, folder):
    """Random families written for the engine, judged by the twin."""
    law = Law(Parameters(pack), last_day)
    families = Generator(law, COUNTIES, month, seed).families(count)
    persons = write_population(families, folder)
    ids = {id(person): str(number) for number, person in enumerate(persons, 1)}
    expected = {}
    for number, family in enumerate(families, 1):
        expected[FAMILIES, str(number)] = of_family(law, family)
        for person, same in zip(family.members, presumed(law, family).members):
            expected[PERSONS, ids[id(person)]] = of_person(law, person, same)
    return Population(month, folder, expected)


def differences(population, results):
    """(file, id, column, engine, twin) wherever the two do not say the same."""
    found, seen = [], 0
    for name in (FAMILIES, PERSONS):
        with open(results / name, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                seen += 1
                for column, twin in population.expected[name, row["id"]].items():
                    if row[column] != twin:
                        found.append((name, row["id"], column, row[column], twin))
    assert seen == len(population.expected)
    return found
