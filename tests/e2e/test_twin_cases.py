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
from more_law import WholeLaw  # noqa: E402
from parameters import Parameters  # noqa: E402

PACK = ROOT / "packs" / "sichuan"
POLICIES = ("低保", "低保边缘", "护理补贴", "高龄津贴", "特困", "孤儿", "事实无人抚养", "生活补贴", "刚性支出", "临时救助", "失能护理补贴", "消费补贴")
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
    "低保渐退": Law.gradual_exit,
    "登记未见不符": WholeLaw.nothing_registered_against,
    "渐退人均月收入": Law.income_without_new_wages,
    "可支配线": WholeLaw.disposable_line,
    "月总收入": WholeLaw.total_income,
    "人均总收入": WholeLaw.total_income_a_head,
    "刚性支出": WholeLaw.rigid_spending_sum,
    "支出占比线": WholeLaw.rigid_line,
    "刚性支出困难": WholeLaw.rigid_spending,
    "急难型": WholeLaw.emergency,
    "支出型": WholeLaw.by_spending,
    "失业型": WholeLaw.by_unemployment,
    "近半年必需支出": WholeLaw.half_year_spending,
    "支出承受线": WholeLaw.bearable,
    "临时救助": WholeLaw.temporary,
    "临时救助金": lambda law, f: paid(law.temporary(f), lambda: law.temporary_amount(f)),
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
    "新就业": Law.just_employed,
    "拒绝就业": Law.refuses_work,
    "无劳动能力": WholeLaw.no_ability_to_work,
    "无履行义务能力": WholeLaw.cannot_support,
    "收入不足履行": WholeLaw.income_too_small,
    "财产不足履行": WholeLaw.assets_too_small,
    "自理能力": WholeLaw.care_tier,
    "特困资格": WholeLaw.tekun,
    "特困供养金": lambda law, p: paid(law.tekun(p), lambda: law.tekun_amount(p)),
    "失去父母": WholeLaw.lost_parents,
    "孤儿资格": WholeLaw.orphan,
    "养育方式": lambda law, p: {True: "机构", False: "散居", None: None}[p.is_true("机构养育")],
    "孤儿生活费": lambda law, p: paid(law.orphan(p), lambda: law.orphan_amount(p)),
    "不能抚养": WholeLaw.cannot_raise,
    "关押六个月以上": WholeLaw.held_six_months,
    "低保份额": WholeLaw.share_of_dibao,
    "无人抚养资格": WholeLaw.unraised,
    "无人抚养补贴": lambda law, p: paid(law.unraised(p), lambda: law.before_offset(p)),
    "低保对象": WholeLaw.on_dibao,
    "生活补贴资格": WholeLaw.living_subsidy,
    "生活补贴金": lambda law, p: paid(law.living_subsidy(p), lambda: law.living_amount(p)),
    "未参保失业": WholeLaw.uninsured_jobless,
    "失能护理资格": WholeLaw.nursing,
    "失能护理金": lambda law, p: paid(law.nursing(p), lambda: law.nursing_amount(p)),
    "消费补贴资格": WholeLaw.voucher,
    "消费补贴额": lambda law, p: paid(law.voucher(p), lambda: law.voucher_amount(p)),
}


def answer(law, name, people, families):
    """What the twin says of `甲·单人低保`, `一·低保金` or, in a case of one family, `低保金`."""
    subject, _, rule = name.rpartition("·")
    if subject == "家庭":
        subject = ""
    if subject in people:
        return PERSON[rule](law, people[subject])
    return FAMILY[rule](law, families[subject])


def in_words(value):
    if isinstance(value, Range):
        return value.low if value.known else "待核"
    return value if isinstance(value, str) else {True: "是", False: "否", None: "待核"}[value]


@pytest.mark.parametrize("file", POLICIES)
def test_a_programme_has_enough_cases(file):
    assert sum(owner == file for owner, _ in CASES) >= LEAST_CASES


@pytest.mark.parametrize("file, case", CASES, ids=[f"{file}-{case.name}" for file, case in CASES])
def test_the_twin_agrees_with_the_case(file, case):
    law = WholeLaw(Overridden(Parameters(PACK), case.overrides), lambda month: case.day)
    people, families = build(case, DEFAULTS)
    for name, text in case.expected:
        expected = Fraction(number(text)) if text[0].isdigit() else text
        assert in_words(answer(law, name, people, families)) == expected, name
