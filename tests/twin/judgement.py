"""What the twin says of a population, and where `songtan policy run` says otherwise."""
import calendar
import csv
from dataclasses import dataclass
from datetime import date

from exchange import FAMILIES, PERSONS, write_population
from bounds import all_of, choose, exact, less, negate
from law import presumed
from more_law import WholeLaw
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


def of_family(law, family, under_presumption):
    both = (family, under_presumption)
    dibao = columns("DB", [(law.dibao(f), lambda f=f: law.dibao_amount(f)) for f in both])
    temporary = columns("LS", [(law.temporary(f), lambda f=f: law.temporary_amount(f)) for f in both])
    return {**dibao, **temporary, **status_only("BY", [law.edge(f) for f in both]), **status_only("GX", [law.rigid_spending(f) for f in both])}


def status_only(code, statuses):
    return {code: WORDS[statuses[0]], f"{code}_probable": WORDS[statuses[1]]}


def of_person(law, person, under_presumption):
    both = (person, under_presumption)
    of = lambda code, status, amount: columns(code, [(status(p), lambda p=p: amount(p)) for p in both])
    return {
        **of("HL", lambda p: care_or_nursing(law, p)[0], law.care_amount), **of("YL", lambda p: care_or_nursing(law, p)[1], law.nursing_amount),
        **of("GL", law.old_age, law.old_age_amount), **of("TK", law.tekun, law.tekun_amount), **of("GE", law.orphan, law.orphan_amount),
        **of("SW", law.unraised, law.unraised_amount), **of("SL", law.living_subsidy, law.living_amount),
        **of("XF", law.voucher, law.voucher_amount)}


def care_or_nursing(law, person):
    """The higher of the two (U23); the care subsidy where they are equal."""
    care, nursing = law.care_subsidy(person), law.nursing(person)
    nursing_more = less(choose(care, lambda: law.any_care_amount(person), lambda: exact(0)),
                        choose(nursing, lambda: law.nursing_amount(person), lambda: exact(0)))
    return all_of(care, negate(all_of(nursing, nursing_more))), all_of(nursing, negate(all_of(care, negate(nursing_more))))


def make_population(pack, month, count, seed, folder):
    """Random families written for the engine, judged by the twin."""
    law = WholeLaw(Parameters(pack), last_day)
    families = Generator(law, COUNTIES, month, seed).families(count)
    persons = write_population(families, folder)
    ids = {id(person): str(number) for number, person in enumerate(persons, 1)}
    expected = {}
    for number, (family, presumption) in enumerate(zip(families, presumed(law, families)), 1):
        expected[FAMILIES, str(number)] = of_family(law, family, presumption)
        for person, same in zip(family.members, presumption.members):
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
