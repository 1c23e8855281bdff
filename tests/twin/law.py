"""The same law once more, in plain Python, written from the articles and the pack's figures and never from the policies.

In: families of persons with facts (None = 待核) and a month. Out per family and person: status and amount of DB 低保, BY 低保边缘, HL 护理补贴,
GL 高龄津贴, as the facts stand and once more under the presumptions. Slow and simple on purpose.
"""
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import wraps
from math import ceil, floor

from three_valued import add, all_of, any_of, at_most, choose, equal, floored, known, less, negate

UNCHECKABLE = ("零散收入", "财产净收入", "其他转移收入", "自报赡养费", "金融资产", "工伤护理")


@dataclass(eq=False)
class Person:
    facts: dict
    family: "Family" = None
    obligors: list = field(default_factory=list)  # 户外赡养义务人
    known_results: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.facts[name]


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


def cents(value):
    """To 0.01 yuan, halves away from zero (amounts here are never negative)."""
    return known(lambda v: Fraction(floor(v * 100 + Fraction(1, 2)), 100), value)


def age(birth, day):
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


class Law:
    """The law of one province: its parameters, and how the day for ages is taken from the month."""

    def __init__(self, parameters, day_of_month):
        self.parameters = parameters
        self.day = day_of_month

    def rate(self, name, family, *keys):
        return self.parameters.at(name, family.month, *keys)

    @once
    def standard(self, family):
        return self.rate("低保标准", family, family.county, family.residence)

    # ---- persons -------------------------------------------------------------------------------------------------
    @once
    def age(self, p):
        return known(lambda b: age(b, self.day(p.family.month)), p["出生"])

    def mean(self, p, flow):
        """Mean of the twelve full months before the month; a single figure stands for twelve equal months."""
        value = p[flow]
        if isinstance(value, list):
            value = None if None in value else Fraction(sum(value), 12)
        return cents(value)

    @once
    def severe(self, p):
        """57号 第八条（一）: grades 1 and 2; grade 3 if intellectual or mental."""
        grade = p["残疾等级"]
        third = all_of(equal(grade, 3), any_of(equal(p["残疾类别"], "智力"), equal(p["残疾类别"], "精神")))
        return any_of(equal(grade, 1), equal(grade, 2), third)

    @once
    def counted(self, p):
        """Members who have tekun support or an orphan's allowance, or have died, are not counted again (U14)."""
        return all_of(negate(p["特困"]), negate(p["孤儿"]), negate(p["已死亡"]))

    def may_earn_casually(self, p):
        """U12: of working age, able, not at school, without registered work."""
        years = self.age(p)
        limit = self.rate("零散收入年龄上限", p.family)
        unable = any_of(equal(p["残疾等级"], 1), equal(p["残疾等级"], 2))
        return all_of(at_most(16, years), less(years, limit), negate(unable), equal(p["在校学段"], "无"), negate(p["就业中"]))

    @once
    def checkable_income(self, p):
        """57号 第十三条: wages net of work costs, net operating, pensions, unemployment; less social insurance paid."""
        wage = self.mean(p, "工资")
        cost = self.rate("就业成本扣减", p.family)
        counted_share = self.rate("基础养老金计入比例", p.family)
        net_wage = floored(known(lambda w: w - cost, wage))
        pension = known(lambda whole, base: whole - base * (1 - counted_share), self.mean(p, "养老金"), self.mean(p, "基础养老金"))
        paid = known(lambda s: -s, self.mean(p, "社保个人缴费"))
        return add(net_wage, self.mean(p, "经营净收入"), pension, self.mean(p, "失业保险金"), paid)

    @once
    def income(self, p):
        casual = choose(self.may_earn_casually(p), lambda: self.mean(p, "零散收入"), lambda: 0)
        return add(self.checkable_income(p), casual, self.mean(p, "财产净收入"), self.mean(p, "其他转移收入"))

    @once
    def deduction(self, p):
        """57号 第十三条末款: what the disabled and the seriously ill paid for care themselves."""
        share = self.rate("刚性支出扣减比例", p.family)
        ill = any_of(p["重病"], known(lambda g: g >= 1, p["残疾等级"]))
        return choose(ill, lambda: known(lambda m: m * share, self.mean(p, "自付医疗费")), lambda: 0)

    @once
    def support(self, o):
        """What an obligor outside the family owes each parent (U08); checked only by consent (社会救助法 第四十一条)."""
        unable = any_of(o["特困"], o["服刑中"], o["强制戒毒中"], o["已死亡"])
        return choose(unable, lambda: 0, lambda: choose(o["同意核对"], lambda: self.computed_support(o), lambda: o["自报赡养费"]))

    def computed_support(self, o):
        family = o.family
        kept = self.rate("赡养豁免倍数", family) * self.standard(family)
        share = self.rate("赡养费比例", family)
        return known(
            lambda own, people, parents: cents(max(own - kept * people, 0) * share / max(parents, 1)),
            self.own_income(family), self.people(family), o["受赡养父母数"])

    @once
    def uplift(self, p):
        """社会救助法 第二十条: the highest of the groups a member belongs to."""
        standard = self.standard(p.family)
        groups = {
            "老年人": known(lambda a: a >= 60, self.age(p)),
            "未成年人": known(lambda a: a < 18, self.age(p)),
            "重度残疾人": self.severe(p),
            "重病患者": p["重病"],
        }
        shares = [choose(holds, lambda g=g: self.rate("分类施保比例", p.family, g), lambda: Fraction(0)) for g, holds in groups.items()]
        return known(lambda *s: standard * max(s), *shares)

    # ---- families ------------------------------------------------------------------------------------------------
    def total(self, family, amount):
        """Sum over the members who count; an unknown member makes the sum unknown."""
        return add(0, *(choose(self.counted(p), lambda p=p: amount(p), lambda: 0) for p in family.members))

    @once
    def people(self, family):
        return self.total(family, lambda p: 1)

    @once
    def own_income(self, family):
        return self.total(family, self.income)

    def per_head(self, family, income):
        """Rounded to 0.01 yuan; a family with nobody to protect has nothing to divide."""
        net = floored(known(lambda i, d: i - d, income, self.total(family, self.deduction)))
        return known(lambda n, people: cents(n / people) if people else Fraction(0), net, self.people(family))

    @once
    def per_head_income(self, family):
        support = self.total(family, lambda p: add(0, *(self.support(o) for o in p.obligors)))
        return self.per_head(family, add(self.own_income(family), support))

    @once
    def per_head_checkable(self, family):
        return self.per_head(family, self.total(family, self.checkable_income))

    def income_below(self, family, line):
        """Checkable income alone can settle that the family is above the line, whatever the rest."""
        return all_of(less(self.per_head_checkable(family), line), less(self.per_head_income(family), line))

    def assets_within(self, family, limit):
        """57号 第十四条; limits are local (U06). `limit` is 低保 or 边缘."""
        standard = self.standard(family)
        months = self.rate("金融资产上限月数", family, limit)
        savings = known(lambda s, people: s <= months * standard * people, self.total(family, lambda p: p["金融资产"]), self.people(family))
        return all_of(
            savings,
            at_most(self.total(family, lambda p: p["住房套数"]), self.rate("住房套数上限", family, limit)),
            equal(self.total(family, lambda p: p["非住宅房产数"]), 0),
            equal(self.total(family, lambda p: p["机动车数"]), 0),
            at_most(self.total(family, lambda p: p["企业出资"]), self.rate("企业出资上限", family, limit)))

    @once
    def whole_family_dibao(self, family):
        """社会救助法 第十八条; before 2026-07-01 社会救助暂行办法 第九条."""
        return all_of(
            known(lambda n: n > 0, self.people(family)),
            self.income_below(family, self.standard(family)),
            self.assets_within(family, "低保"))

    @once
    def edge(self, family):
        """社会救助法 第二十一条; before 2026-07-01 57号 第八条末款."""
        line = self.standard(family) * self.rate("边缘倍数", family)
        return all_of(
            known(lambda n: n > 0, self.people(family)),
            negate(self.whole_family_dibao(family)),
            self.income_below(family, line),
            self.assets_within(family, "边缘"))

    def own_net_income(self, p):
        return floored(known(lambda i, d: i - d, self.income(p), self.deduction(p)))

    def jobless_severely_disabled(self, p):
        """兜底工作通知 一（一）: an adult without work may apply like a household of one."""
        family = p.family
        standard = self.standard(family)
        months = self.rate("金融资产上限月数", family, "低保")
        checkable = floored(known(lambda i, d: i - d, self.checkable_income(p), self.deduction(p)))
        return all_of(
            known(lambda a: a >= 18, self.age(p)), self.severe(p), negate(p["就业中"]),
            less(checkable, standard), less(self.own_net_income(p), standard),
            at_most(p["金融资产"], months * standard),
            at_most(p["住房套数"], self.rate("住房套数上限", family, "低保")),
            equal(p["非住宅房产数"], 0), equal(p["机动车数"], 0),
            at_most(p["企业出资"], self.rate("企业出资上限", family, "低保")))

    @once
    def single_person_dibao(self, p):
        """57号 第八条（一）（二）; 社会救助法 第二十一条第二款; 兜底工作通知 一（一）."""
        of_edge = all_of(self.edge(p.family), any_of(self.severe(p), p["重病"]))
        return all_of(
            self.counted(p), negate(self.whole_family_dibao(p.family)), any_of(of_edge, self.jobless_severely_disabled(p)))

    def dibao(self, family):
        return any_of(self.whole_family_dibao(family), *(self.single_person_dibao(p) for p in family.members))

    def dibao_amount(self, family):
        """57号 第二十三条: the gap to the standard, up to whole yuan, with the uplift of 社会救助法 第二十条."""
        standard = self.standard(family)

        def whole():
            gap = known(lambda i, n: (standard - i) * n, self.per_head_income(family), self.people(family))
            return add(gap, self.total(family, self.uplift))

        def one(p):
            return add(floored(known(lambda i: standard - i, self.own_net_income(p))), self.uplift(p))

        def single():
            return add(0, *(choose(self.single_person_dibao(p), lambda p=p: one(p), lambda: 0) for p in family.members))

        amount = choose(self.whole_family_dibao(family), whole, single)
        return known(lambda a: Fraction(ceil(a)), amount)

    # ---- status benefits -----------------------------------------------------------------------------------------
    def free_and_here(self, p):
        return all_of(negate(p["已死亡"]), p["户籍本省"], negate(p["服刑中"]), negate(p["强制戒毒中"]))

    def care_subsidy(self, p):
        """U01–U04, U09: grades 1 and 2; not with tekun, not with work-injury care pay."""
        grade = p["残疾等级"]
        injury = all_of(p["曾参加职工保险"], p["工伤护理"])
        return all_of(self.free_and_here(p), any_of(equal(grade, 1), equal(grade, 2)), negate(p["特困"]), negate(injury))

    def care_amount(self, p):
        return choose(self.care_subsidy(p), lambda: self.rate("护理补贴标准", p.family, p["残疾等级"]), lambda: Fraction(0))

    def old_age(self, p):
        """老年人权益保障法 第三十三条; U05, U09."""
        return all_of(self.free_and_here(p), known(lambda a: a >= 80, self.age(p)))

    def old_age_amount(self, p):
        return choose(self.old_age(p), lambda: self.rate("高龄津贴标准", p.family, self.age(p)), lambda: Fraction(0))


def presumed(law, family):
    """The family with every missing uncheckable fact at its presumption."""
    def person(p):
        facts = dict(p.facts)
        for name in UNCHECKABLE:
            if facts[name] is None:
                facts[name] = presumption(law, p.family, name)
        return Person(facts)

    def copy(old):
        new = replace(old, members=[person(p) for p in old.members], known_results={})
        for p in new.members:
            p.family = new
        return new

    result = copy(family)
    copies = {id(family): result}
    for old, new in zip(family.members, result.members):
        for obligor in old.obligors:
            if id(obligor.family) not in copies:
                copies[id(obligor.family)] = copy(obligor.family)
            there = copies[id(obligor.family)]
            new.obligors.append(there.members[obligor.family.members.index(obligor)])
    return result


def presumption(law, family, name):
    if name == "工伤护理":
        return False
    if name == "金融资产":
        return law.parameters.at("推定财产", family.month)
    return law.parameters.at("推定收入", family.month, name, family.residence)
