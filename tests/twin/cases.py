"""Reads the cases that stand beside the rules (测试 blocks of *.policy) as plain data, so that the twin can be asked the same questions."""
import calendar
import re
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from law import Family, Person

KIN = ("婚姻配偶", "亲生子女", "亲生父母")
MONTHS = 12


@dataclass
class Case:
    name: str
    month: date = None
    day: date = None
    overrides: dict = field(default_factory=dict)
    given: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    expected: list = field(default_factory=list)


def read_cases(path):
    case, cases = None, []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith("测试 "):
            case = Case(line.split(" ", 1)[1])
            cases.append(case)
        elif not line.startswith(" "):
            case = None
        elif case:
            read_line(case, line.strip())
    return cases


def read_line(case, line):
    if line.startswith("|"):
        case.rows.append([cell.strip() for cell in line.strip("|").split("|")])
        return
    word, rest = line.split(" ", 1)
    if word == "时间":
        parts = rest.split()
        case.month = date.fromisoformat(parts[0] + "-01")
        last = calendar.monthrange(case.month.year, case.month.month)[1]
        case.day = date.fromisoformat(parts[2]) if len(parts) > 1 else case.month.replace(day=last)
    elif word == "参数":
        for pair in rest.split(", "):
            name, value = pair.split(" = ")
            case.overrides[name] = number(value)
    elif word in ("给定", "期望"):
        pairs = [pair.split(" = ") for pair in rest.split(", ")]
        (case.given if word == "给定" else case.expected).extend(pairs)


def number(text):
    return Fraction(re.match(r"[\d.]+", text).group())


def value_of(name, text, defaults):
    """A cell as the twin holds it, by the kind of the fact's default."""
    if text == "待核":
        return None
    kind = defaults[name]
    if isinstance(kind, bool):
        return text == "是"
    if isinstance(kind, date):
        return date.fromisoformat(text)
    return number(text) if isinstance(kind, Fraction) else text


def read_defaults(path):
    """事实 declarations of persons: name → default value, which also tells the fact's kind."""
    defaults = {}
    for match in re.finditer(r"^事实 人·(\S+): (\S+) .*?缺省 (\S+)", Path(path).read_text(encoding="utf-8"), re.M):
        name, kind, text = match.groups()
        if kind == "是否":
            defaults[name] = text == "是"
        elif kind == "日期":
            defaults[name] = date.fromisoformat(text)
        else:
            defaults[name] = number(text) if text[0].isdigit() else text
    return defaults


class Overridden:
    """Parameters with the values that a case sets."""

    def __init__(self, parameters, overrides):
        self.parameters, self.overrides = parameters, overrides

    def at(self, name, month, *keys):
        return self.overrides[name] if name in self.overrides else self.parameters.at(name, month, *keys)


def build(case, defaults):
    """The case's people: {name: Person}, {name of family: Family}; one family without a name is ''."""
    header, *rows = case.rows
    people, families, links = {}, {}, []
    for cells in rows:
        row = dict(zip(header, cells))
        family = families.setdefault(row.get("家庭", ""), Family("510812", "农村", [], case.month))
        facts = dict(defaults)
        facts.update({name: value_of(name, text, defaults) for name, text in row.items() if name in defaults and text})
        person = people[row["成员"]] = Person(facts, family)
        family.members.append(person)
        for link in ("户外赡养义务人", *KIN):
            links += [(person, link, name.strip()) for name in row.get(link, "").split(",") if name.strip()]
    for person, link, name in links:
        (person.obligors if link not in KIN else person.kin.setdefault(link, [])).append(people[name])
    apply_given(case, people, families, defaults)
    return people, families


def apply_given(case, people, families, defaults):
    for name, text in case.given:
        subject, fact = name.split("·")
        if fact == "申请地本省":
            for family in families.values():
                family.county = "500101" if text == "否" else family.county
            continue
        fact, month = fact.split("@")
        month = date.fromisoformat(month + "-01")
        distance = (case.month.year - month.year) * MONTHS + case.month.month - month.month
        people[subject].past[fact, distance] = value_of(fact, text, defaults)
        if distance == 0:
            people[subject].facts[fact] = value_of(fact, text, defaults)
            fill_months_before(people[subject], fact, defaults)


def fill_months_before(person, fact, defaults):
    """A value given for the month of the case alone leaves the months before at the default."""
    for ago in range(1, MONTHS + 1):
        person.past.setdefault((fact, ago), defaults[fact])
