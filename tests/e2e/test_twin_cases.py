"""The cases beside the rules, asked of the Python twin: a case that holds for the policies and not for the twin, or the other way round,
means that one of three (rule, case, twin) does not say what the article says."""

import sys
from fractions import Fraction
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "twin"))

from bounds import Range, exact  # noqa: E402
from cases import Overridden, build, number, read_cases, read_defaults  # noqa: E402
from law import Law  # noqa: E402
from parameters import Parameters  # noqa: E402

PACK = ROOT / "packs" / "sichuan"
POLICIES = ("低保", "低保边缘", "护理补贴", "高龄津贴")
LEAST_CASES = 15
DEFAULTS = read_defaults(PACK / "policies" / "事实.policy")
CASES = [(file, case) for file in POLICIES for case in read_cases(PACK / "policies" / f"{file}.policy")]


def paid(status, amount):
    """The amount of a benefit: nothing without the status."""
    return amount() if status else exact(0)


FAMILY = {
    "标准": lambda law, f: exact(law.standard(f)),
    "保障人口": Law.people,
    "人均月收入": Law.per_head_income,
    "整户低保": Law.whole_family_dibao,
    "低保边缘": Law.edge,
    "低保": Law.dibao,
    "低保金": lambda law, f: paid(law.dibao(f), lambda: law.dibao_amount(f)),
}
PERSON = {
    "单人低保": Law.single_person_dibao,
    "成年无业重残": Law.jobless_severely_disabled,
    "分类施保增发": Law.uplift,
    "应付赡养费": Law.support,
    "护理补贴资格": Law.care_subsidy,
    "护理补贴金": lambda law, p: paid(law.care_subsidy(p), lambda: law.care_amount(p)),
    "高龄津贴资格": Law.old_age,
    "高龄津贴金": lambda law, p: paid(law.old_age(p), lambda: law.old_age_amount(p)),
}


def answer(law, name, people, families):
    """What the twin says of `甲·单人低保`, `一·低保金` or, in a case of one family, `低保金`."""
    subject, _, rule = name.rpartition("·")
    if subject in people:
        return PERSON[rule](law, people[subject])
    return FAMILY[rule](law, families[subject])


def in_words(value):
    if isinstance(value, Range):
        return value.low if value.known else "待核"
    return {True: "是", False: "否", None: "待核"}[value]


@pytest.mark.parametrize("file", POLICIES)
def test_a_programme_has_enough_cases(file):
    assert sum(owner == file for owner, _ in CASES) >= LEAST_CASES


@pytest.mark.parametrize("file, case", CASES, ids=[f"{file}-{case.name}" for file, case in CASES])
def test_the_twin_agrees_with_the_case(file, case):
    law = Law(Overridden(Parameters(PACK), case.overrides), lambda month: case.day)
    people, families = build(case, DEFAULTS)
    for name, text in case.expected:
        expected = text if text in ("是", "否", "待核") else Fraction(number(text))
        assert in_words(answer(law, name, people, families)) == expected, name
