"""The same law once more, in plain Python, written from the articles and the pack's figures and never from the policies.

In: families of persons with facts (None = 待核) and a month. Out per family and person: status and amount of DB 低保, BY 低保边缘, HL 护理补贴,
GL 高龄津贴 (the other programmes: more_law.py), as the facts stand and once more under the presumptions. Slow and simple on purpose.
"""
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import wraps
from math import inf

from bounds import (Range, all_of, any_of, at_least, at_most, cents, choose, equal, exact, largest, less, negate, total, whole_yuan_up)

# What no register tells, with the value under which a decision is called probable; None: a figure of the pack.
PRESUMED = {
    "零散收入": None, "自报赡养费": None, "财产净收入": Fraction(0), "其他转移收入": Fraction(0), "金融资产": Fraction(0), "工伤护理": False,
    "拒绝就业次数": 0, "自报无履行能力": False, "失联": False, "其他限制自由": False, "羁押期限满六月": True, "查找不到父母": False,
    "未登记父母符合情形": False, "机构养育": False, "不能自理项数": 0, "突发急难": False, "教育支出": Fraction(0), "康复支出": Fraction(0),
    "能力等级": 0, "养老服务费用": Fraction(0), "集中照护": False}
HIGHEST = {"残疾等级": 4, "能力等级": 4, "不能自理项数": 6}
MONTHS_AVERAGED = 12
GRADUAL_EXIT_SINCE = date(2022, 11, 1)
LONGEST_LIFE = 200


@dataclass(eq=False)
class Person:
    facts: dict
    family: "Family" = None
    obligors: list = field(default_factory=list)  # 户外赡养义务人
    kin: dict = field(default_factory=dict)  # 婚姻配偶, 亲生子女, 亲生父母 → persons
    past: dict = field(default_factory=dict)  # (fact, months ago) → value, where it differs from today's
    known_results: dict = field(default_factory=dict)

    def number(self, name):
        """A fact as a range; amounts and counts are never negative."""
        return self.number_before(name, 0)

    def number_before(self, name, months):
        value = self.value_before(name, months)
        return Range(Fraction(0), Fraction(HIGHEST.get(name, inf)) if name in HIGHEST else inf) if value is None else exact(value)

    def value_before(self, name, months):
        return self.past.get((name, months), self.facts[name])

    def is_true(self, name):
        return self.facts[name]

    def word_is(self, name, *words):
        value = self.facts[name]
        return None if value is None else value in words


@dataclass(eq=False)
class Family:
    county: str
    residence: str  # 城镇 / 农村
    members: list
    month: date
    known_results: dict = field(default_factory=dict)


def once(rule):
    """A rule over one person or family is worked out once; facts do not change while a case is decided."""
    @wraps(rule)
    def remembered(law, subject):
        results = subject.known_results
        if rule.__name__ not in results:
            results[rule.__name__] = rule(law, subject)
        return results[rule.__name__]
    return remembered


def completed_years(birth, day):
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


class Law:
    """The law of one province: its parameters, and the day on which ages of a month are counted."""

    def __init__(self, parameters, day_of_month):
        self.parameters = parameters
        self.day = day_of_month

    def rate(self, name, family, *keys):
        return self.parameters.at(name, family.month, *keys)

    @once
    def standard(self, family):
        return self.rate("低保标准", family, family.county, family.residence) if family.county.startswith("51") else Fraction(0)

    # ---- persons -------------------------------------------------------------------------------------------------
    @once
    def age(self, p):
        birth = p.facts["出生"]
        return Range(Fraction(0), Fraction(LONGEST_LIFE)) if birth is None else exact(completed_years(birth, self.day(p.family.month)))

    def aged(self, p, years):
        return at_most(exact(years), self.age(p))

    @once
    def severe(self, p):
        """57号 第八条（一）: grades 1 and 2; grade 3 if intellectual or mental."""
        third = all_of(equal(p.number("残疾等级"), exact(3)), p.word_is("残疾类别", "智力", "精神"))
        return any_of(self.grade_one_or_two(p), third)

    def grade_one_or_two(self, p):
        grade = p.number("残疾等级")
        return any_of(equal(grade, exact(1)), equal(grade, exact(2)))

    @once
    def counted(self, p):
        """Members who have tekun support or an orphan's allowance, or have died, are not counted again (U14)."""
        return all_of(negate(p.is_true("特困")), negate(p.is_true("孤儿")), negate(p.is_true("已死亡")))

    def may_earn_casually(self, p):
        """U12: of working age, able, not at school, without registered work."""
        limit = self.rate("零散收入年龄上限", p.family)
        return all_of(self.aged(p, 16), less(self.age(p), exact(limit)), negate(self.grade_one_or_two(p)), p.word_is("在校学段", "无"),
                      negate(p.is_true("就业中")))

    def mean(self, p, flow):
        """Mean of the twelve full months before."""
        if not p.past:
            return cents(p.number(flow))
        return cents(self.sum_of_months(p, flow, MONTHS_AVERAGED).times(Fraction(1, MONTHS_AVERAGED)))

    def sum_of_months(self, p, flow, months):
        """Sum of the `months` full months before."""
        if not any(name == flow for name, _ in p.past):
            return p.number(flow).times(months)
        return total(p.number_before(flow, ago) for ago in range(1, months + 1))

    def net_wage(self, p):
        return at_least(self.mean(p, "工资") - exact(self.rate("就业成本扣减", p.family)), 0)

    def registered_income(self, p):
        """57号 第十三条: wages net of work costs, net operating, pensions, unemployment; less social insurance paid."""
        left_out = 1 - self.rate("基础养老金计入比例", p.family)
        pension = cents(self.mean(p, "养老金") - self.mean(p, "基础养老金").times(left_out))
        return self.net_wage(p) + self.mean(p, "经营净收入") + pension + self.mean(p, "失业保险金") - self.mean(p, "社保个人缴费")

    @once
    def income(self, p):
        casual = choose(self.may_earn_casually(p), lambda: p.number("零散收入"), lambda: exact(0))
        return self.registered_income(p) + casual + p.number("财产净收入") + p.number("其他转移收入")

    @once
    def deduction(self, p):
        """57号 第十三条末款: what the disabled and the seriously ill paid for care themselves."""
        share = self.rate("刚性支出扣减比例", p.family)
        burdened = any_of(p.is_true("重病"), at_most(exact(1), p.number("残疾等级")))
        return cents(choose(burdened, lambda: self.mean(p, "自付医疗费").times(share), lambda: exact(0)))

    @once
    def support(self, o):
        """What an obligor outside the family owes each parent (U08); checked only by consent (社会救助法 第四十一条)."""
        unable = any_of(o.is_true("特困"), o.is_true("服刑中"), o.is_true("强制戒毒中"), o.is_true("已死亡"),
                        all_of(o.is_true("在册低保"), self.aged(o, 60)))
        return choose(unable, lambda: exact(0), lambda: self.owed(o))

    def owed(self, o):
        """By consent the formula; without it only what the obligor says is paid."""
        return choose(o.is_true("同意核对"), lambda: self.computed_support(o), lambda: o.number("自报赡养费"))

    def computed_support(self, o):
        family = o.family
        kept = self.rate("赡养豁免倍数", family) * self.standard(family)
        share = self.rate("赡养费比例", family)
        spare = at_least(self.own_income(family) - self.people(family).times(kept), 0)
        return cents(spare.times(share).over(at_least(o.number("受赡养父母数"), 1)))

    @once
    def uplift(self, p):
        """社会救助法 第二十条: the highest of the groups a member belongs to."""
        groups = (("老年人", self.aged(p, 60)), ("未成年人", negate(self.aged(p, 18))), ("重度残疾人", self.severe(p)), ("重病患者", p.is_true("重病")))
        shares = [choose(holds, lambda g=group: exact(self.rate(g + "增发比例", p.family)), lambda: exact(0)) for group, holds in groups]
        return cents(largest(*shares).times(self.standard(p.family)))

    # ---- families ------------------------------------------------------------------------------------------------
    def over_members(self, family, amount):
        """Sum over the members who count; one who may or may not count widens it."""
        return total(choose(self.counted(p), lambda p=p: amount(p), lambda: exact(0)) for p in family.members)

    @once
    def people(self, family):
        return self.over_members(family, lambda p: exact(1))

    @once
    def own_income(self, family):
        return self.over_members(family, self.income)

    @once
    def per_head_income(self, family):
        support = self.over_members(family, lambda p: total(self.support(o) for o in p.obligors))
        net = at_least(self.own_income(family) + support - self.over_members(family, self.deduction), 0)
        return cents(net.over(at_least(self.people(family), 1)))

    def income_below(self, family, line):
        return less(self.per_head_income(family), exact(line))

    def assets_within(self, family, programme):
        """57号 第十四条; limits are local (U06). `programme` is 低保 or 边缘."""
        savings_a_head = self.rate(programme + "金融资产上限", family) * self.standard(family)
        own = lambda name: self.over_members(family, lambda p: p.number(name))
        return all_of(
            at_most(own("金融资产"), self.people(family).times(savings_a_head)),
            at_most(own("住房套数"), exact(self.rate("住房套数上限", family))),
            equal(own("非住宅房产数"), exact(0)), equal(own("机动车数"), exact(0)),
            at_most(own("企业出资"), exact(self.rate(programme + "企业出资上限", family))))

    def applies_here(self, family):
        return family.county.startswith("51")

    def somebody_to_protect(self, family):
        return at_most(exact(1), self.people(family))

    @once
    def whole_family_dibao(self, family):
        """社会救助法 第十八条; before 2026-07-01 社会救助暂行办法 第九条."""
        return all_of(self.applies_here(family), self.somebody_to_protect(family), self.income_below(family, self.standard(family)),
                      self.assets_within(family, "低保"))

    @once
    def edge(self, family):
        """社会救助法 第二十一条; before 2026-07-01 57号 第八条末款."""
        line = self.standard(family) * self.rate("边缘倍数", family)
        return all_of(self.applies_here(family), self.somebody_to_protect(family), negate(self.whole_family_dibao(family)),
                      self.income_below(family, line), self.assets_within(family, "边缘"))

    def own_net_income(self, p):
        return at_least(self.income(p) - self.deduction(p), 0)

    def jobless_severely_disabled(self, p):
        """兜底工作通知 一（一）: an adult without work may apply like a household of one."""
        family = p.family
        standard = exact(self.standard(family))
        return all_of(
            self.applies_here(family), self.aged(p, 18), self.severe(p), negate(p.is_true("就业中")),
            less(self.own_net_income(p), standard), self.own_assets_within(p))

    def own_assets_within(self, p):
        family = p.family
        return all_of(
            at_most(p.number("金融资产"), exact(self.rate("低保金融资产上限", family) * self.standard(family))),
            at_most(p.number("住房套数"), exact(self.rate("住房套数上限", family))),
            equal(p.number("非住宅房产数"), exact(0)), equal(p.number("机动车数"), exact(0)),
            at_most(p.number("企业出资"), exact(self.rate("低保企业出资上限", family))))

    @once
    def single_person_dibao(self, p):
        """57号 第八条（一）（二）; 社会救助法 第二十一条第二款; 兜底工作通知 一（一）."""
        of_edge = all_of(self.edge(p.family), any_of(self.severe(p), p.is_true("重病")))
        return all_of(
            self.counted(p), negate(self.whole_family_dibao(p.family)), any_of(of_edge, self.jobless_severely_disabled(p)))

    @once
    def just_employed(self, p):
        """兜底工作通知 一（三）: at work, and six months ago not."""
        return all_of(self.counted(p), p.is_true("就业中"), negate(p.value_before("就业中", 6)))

    @once
    def income_without_new_wages(self, family):
        support = self.over_members(family, lambda p: total(self.support(o) for o in p.obligors))
        wages = total(choose(self.just_employed(p), lambda p=p: self.net_wage(p), lambda: exact(0)) for p in family.members)
        net = at_least(self.own_income(family) + support - self.over_members(family, self.deduction) - wages, 0)
        return cents(net.over(at_least(self.people(family), 1)))

    @once
    def gradual_exit(self, family):
        """兜底工作通知 一（三）: families on the roster who passed the line by work keep dibao for up to six months."""
        return all_of(
            family.month >= GRADUAL_EXIT_SINCE, any_of(*(p.is_true("在册低保") for p in family.members)), any_of(*(self.just_employed(p) for p in family.members)),
            negate(self.whole_family_dibao(family)), self.applies_here(family),
            less(self.income_without_new_wages(family), exact(self.standard(family))), self.assets_within(family, "低保"))

    @once
    def refuses_work(self, p):
        """57号 第三十四条: an able member who refused suitable work three times in a row."""
        limit = exact(self.rate("拒绝就业上限", p.family))
        return all_of(self.counted(p), self.may_earn_casually(p), at_most(limit, p.number("拒绝就业次数")))

    def dibao(self, family):
        return any_of(self.whole_family_dibao(family), *(self.single_person_dibao(p) for p in family.members), self.gradual_exit(family))

    def dibao_amount(self, family):
        """57号 第二十三条: the gap to the standard, up to whole yuan, with the uplift of 社会救助法 第二十条."""
        standard = exact(self.standard(family))

        def whole():
            refusing = total(choose(self.refuses_work(p), lambda: exact(1), lambda: exact(0)) for p in family.members)
            gap = (standard - self.per_head_income(family)).product(self.people(family) - refusing)
            uplifted = (choose(all_of(self.counted(p), negate(self.refuses_work(p))), lambda p=p: self.uplift(p), lambda: exact(0))
                        for p in family.members)
            return gap + total(uplifted)

        def leaving():
            gap = (standard - self.income_without_new_wages(family)).product(self.people(family))
            return gap + self.over_members(family, self.uplift)

        def of(p):
            return at_least(standard - self.own_net_income(p), 0) + self.uplift(p)

        def single():
            return total(choose(self.single_person_dibao(p), lambda p=p: of(p), lambda: exact(0)) for p in family.members)

        return whole_yuan_up(choose(self.whole_family_dibao(family), whole, lambda: choose(self.gradual_exit(family), leaving, single)))

    # ---- status benefits -----------------------------------------------------------------------------------------
    def free_and_here(self, p):
        return all_of(negate(p.is_true("已死亡")), p.is_true("户籍本省"), negate(p.is_true("服刑中")), negate(p.is_true("强制戒毒中")))

    def care_subsidy(self, p):
        """U01–U04, U09: grades 1 and 2; not with tekun, not with work-injury care pay."""
        injury = all_of(p.is_true("曾参加职工保险"), p.is_true("工伤护理"))
        return all_of(self.free_and_here(p), self.grade_one_or_two(p), negate(p.is_true("特困")), negate(injury))

    def care_amount(self, p):
        """Asked only where the subsidy is due, so the grade is 1 or 2."""
        return exact(self.rate("护理补贴标准", p.family, p.facts["残疾等级"]))

    def old_age(self, p):
        """老年人权益保障法 第三十三条; U05, U09."""
        return all_of(self.free_and_here(p), self.aged(p, 80))

    def old_age_amount(self, p):
        """Asked only where the allowance is due, so the age is known."""
        return exact(self.rate("高龄津贴标准", p.family, int(self.age(p).low)))


def presumed(law, families):
    """The same families once more, with every missing uncheckable fact at its presumption; kin and obligors among them too."""
    worlds = [replace(family, members=[], known_results={}) for family in families]
    people = {}
    for old, new in zip(families, worlds):
        new.members = [Person(with_presumptions(law, p), new, past=p.past) for p in old.members]
        people.update((id(p), same) for p, same in zip(old.members, new.members))
    for family in families:
        for p in family.members:
            people[id(p)].obligors = [people[id(o)] for o in p.obligors]
            people[id(p)].kin = {relation: [people[id(k)] for k in kin] for relation, kin in p.kin.items()}
    return worlds


def with_presumptions(law, p):
    facts = dict(p.facts)
    for name, value in PRESUMED.items():
        if facts[name] is None:
            facts[name] = figure_of_the_pack(law, p.family, name) if value is None else value
    return facts


def figure_of_the_pack(law, family, name):
    if name == "零散收入":
        return law.rate("推定零散收入", family, family.residence)
    return law.rate("推定赡养费", family)
