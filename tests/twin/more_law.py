"""The other deep programmes of the twin, from their articles: TK 特困, GE 孤儿, SW 事实无人抚养, SL 生活补贴, GX 刚性支出, LS 临时救助,
YL 失能护理, XF 消费补贴. Methods named after what they decide; statuses are True, False or None (待核), amounts are ranges."""
from fractions import Fraction
from math import ceil, floor

from bounds import Range, all_of, any_of, at_least, at_most, cents, choose, equal, exact, less, negate, total, whole_yuan_up
from law import Law, once

TWO_PARENTS = 2
CARE_TIERS = ("具备", "部分丧失", "完全丧失")
ABILITY_LEVELS = range(5)


def either(condition, then, otherwise):
    """若 … 则 … 否则 … between conditions: unknown only where the branches differ."""
    if condition is None:
        return then if then == otherwise else None
    return then if condition else otherwise


def one_of(number, *values):
    return any_of(*(equal(number, exact(v)) for v in values))


def above(a, b):
    return less(b, a)


def hull(ranges):
    ranges = list(ranges)
    return Range(min(r.low for r in ranges), max(r.high for r in ranges))


class WholeLaw(Law):
    # ---- tekun, 民发〔2021〕43号 ------------------------------------------------------------------------------------
    def no_ability_to_work(self, p):
        """第五条; multiple disability by U15, school by U16."""
        grade, kind = p.number("残疾等级"), lambda *words: p.word_is("残疾类别", *words)
        school_age = self.rate("特困在校年龄上限", p.family)
        return any_of(
            self.aged(p, 60), negate(self.aged(p, 16)), all_of(kind("智力", "精神"), one_of(grade, 1, 2, 3)),
            all_of(kind("肢体", "多重"), one_of(grade, 1, 2)), all_of(kind("视力"), one_of(grade, 1)),
            all_of(p.is_true("特困"), less(self.age(p), exact(school_age)), p.word_is("在校学段", "初中", "高中", "中职")))

    def disposable_line(self, family):
        return cents(exact(self.rate("上年人均可支配收入", family, family.residence) / 12))

    def assets_within_edge(self, p):
        family = p.family
        return all_of(
            at_most(p.number("金融资产"), exact(self.rate("边缘金融资产上限", family) * self.standard(family))),
            at_most(p.number("住房套数"), exact(self.rate("住房套数上限", family))), equal(p.number("非住宅房产数"), exact(0)),
            equal(p.number("机动车数"), exact(0)), at_most(p.number("企业出资"), exact(self.rate("边缘企业出资上限", family))))

    @once
    def assets_too_small(self, o):
        """Checked by consent only (社会救助法 第四十一条), else as told."""
        return either(o.is_true("同意核对"), self.assets_within_edge(o), o.is_true("自报无履行能力"))

    @once
    def income_too_small(self, o):
        low = less(self.own_net_income(o), self.disposable_line(o.family))
        return either(o.is_true("同意核对"), low, o.is_true("自报无履行能力"))

    @once
    def cannot_support(self, o):
        """第八条."""
        poor = all_of(self.income_too_small(o), self.assets_too_small(o))
        return any_of(
            o.is_true("已死亡"), negate(self.aged(o, 18)), o.is_true("特困"), all_of(o.is_true("在册低保"), self.aged(o, 60)),
            all_of(any_of(self.aged(o, 70), self.severe(o)), poor),
            all_of(any_of(o.is_true("服刑中"), o.is_true("失联")), self.assets_too_small(o)))

    def no_able_obligor(self, p):
        kin = [k for relation in ("婚姻配偶", "亲生子女", "亲生父母") for k in p.kin.get(relation, ())]
        return all_of(*(self.cannot_support(k) for k in kin))

    @once
    def tekun(self, p):
        """第四条; 第九条 (children choose), 第二十四条（三） (prison)."""
        return all_of(
            negate(p.is_true("已死亡")), p.is_true("户籍本省"), self.no_ability_to_work(p),
            less(at_least(self.income(p), 0), exact(self.standard(p.family))), self.own_assets_within(p), self.no_able_obligor(p),
            negate(p.is_true("孤儿")), negate(p.is_true("事实无人抚养")), negate(p.is_true("服刑中")))

    def care_tier(self, p):
        """第二十二条: none, up to three, four or more of six."""
        failed = p.number("不能自理项数")
        if not failed.known:
            return None
        return CARE_TIERS[0 if failed.low == 0 else 1 if failed.low <= 3 else 2]

    def tekun_amount(self, p):
        family = p.family
        base = exact(Fraction(ceil(self.standard(family) * self.rate("特困基本生活倍数", family))))
        tiers = CARE_TIERS if self.care_tier(p) is None else [self.care_tier(p)]
        return base + hull(exact(self.rate("特困照料护理标准", family, tier)) for tier in tiers)

    # ---- children ------------------------------------------------------------------------------------------------
    def parents(self, p):
        return p.kin.get("亲生父母", ())

    @once
    def lost_parents(self, p):
        """国办发〔2010〕54号 一."""
        known = all_of(*(k.is_true("已死亡") for k in self.parents(p)))
        return any_of(p.is_true("孤儿"), all_of(known, any_of(len(self.parents(p)) >= TWO_PARENTS, p.is_true("查找不到父母"))))

    def in_custody(self, p):
        return any_of(p.is_true("服刑中"), p.is_true("强制戒毒中"))

    def orphan(self, p):
        school = p.facts["在校学段"]
        studies = None if school is None else school not in ("无", "研究生")
        young = any_of(negate(self.aged(p, 18)), all_of(p.is_true("孤儿"), studies))
        return all_of(self.free_and_here(p), young, self.lost_parents(p), negate(p.is_true("特困")))

    def orphan_rate(self, p, institution):
        return exact(self.rate("孤儿基本生活费标准", p.family, "机构" if institution else "散居"))

    def orphan_amount(self, p):
        return choose(p.is_true("机构养育"), lambda: self.orphan_rate(p, True), lambda: self.orphan_rate(p, False))

    def held_six_months(self, k):
        already = any_of(*(all_of(k.is_true(f), k.value_before(f, 6)) for f in ("服刑中", "强制戒毒中")))
        return any_of(already, all_of(self.in_custody(k), k.is_true("羁押期限满六月")))

    @once
    def cannot_raise(self, k):
        """民发〔2019〕62号 一: grades 1 and 2, or 3 and 4 if intellectual or mental; illness; six months of custody; out of contact."""
        severe = any_of(one_of(k.number("残疾等级"), 1, 2), all_of(one_of(k.number("残疾等级"), 3, 4), k.word_is("残疾类别", "智力", "精神")))
        return any_of(severe, k.is_true("重病"), self.held_six_months(k), k.is_true("其他限制自由"), k.is_true("失联"))

    @once
    def parents_cannot_raise(self, p):
        each = all_of(*(any_of(k.is_true("已死亡"), self.cannot_raise(k)) for k in self.parents(p)))
        both = any_of(len(self.parents(p)) >= TWO_PARENTS, p.is_true("未登记父母符合情形"))
        return all_of(each, both, negate(self.lost_parents(p)))

    def unraised(self, p):
        return all_of(
            self.free_and_here(p), negate(self.aged(p, 18)), any_of(p.is_true("事实无人抚养"), self.parents_cannot_raise(p)),
            negate(p.is_true("特困")))

    def share_of_dibao(self, p):
        family = p.family

        def share():
            part = self.dibao_amount(family).over(at_least(self.people(family), 1))
            return part.each_end(lambda v: Fraction(floor(v * 100), 100))

        return choose(all_of(self.whole_family_dibao(family), self.counted(p)), share, lambda: exact(0))

    def unraised_amount(self, p):
        """三（一）: those who have dibao or the living subsidy get the difference."""
        living = choose(self.living_subsidy(p), lambda: self.living_amount(p), lambda: exact(0))
        return at_least(self.before_offset(p) - living, 0)

    def before_offset(self, p):
        return at_least(self.orphan_rate(p, False) - self.share_of_dibao(p), 0)

    def any_care_amount(self, p):
        """Of a grade that may still be unknown."""
        grade = p.number("残疾等级")
        rows = [exact(self.rate("护理补贴标准", p.family, n)) for n in (1, 2) if grade.low <= n <= grade.high]
        return hull(rows) if rows else exact(0)

    # ---- disability and old age ----------------------------------------------------------------------------------
    @once
    def nothing_registered_against(self, family):
        """Of a family on the roster: registered income and property alone do not refute it."""
        own = lambda name: self.over_members(family, lambda p: p.number(name))
        registered = self.over_members(family, self.registered_income) - self.over_members(family, self.deduction)
        return all_of(
            less(registered, at_least(self.people(family), 1).times(self.standard(family))),
            at_most(own("住房套数"), exact(self.rate("住房套数上限", family))), equal(own("非住宅房产数"), exact(0)),
            equal(own("机动车数"), exact(0)), at_most(own("企业出资"), exact(self.rate("低保企业出资上限", family))))

    @once
    def on_dibao(self, p):
        valid = any_of(self.nothing_registered_against(p.family), self.gradual_exit(p.family))
        whole = any_of(negate(p.is_true("在册边缘")), self.severe(p), p.is_true("重病"))  # on both rosters: dibao of single persons
        return any_of(all_of(p.is_true("在册低保"), whole, valid), all_of(self.whole_family_dibao(p.family), self.counted(p)), self.single_person_dibao(p))

    def living_subsidy(self, p):
        """U20; 民发〔2019〕62号 三（一） for children with the full allowance."""
        injury = all_of(p.is_true("曾参加职工保险"), p.is_true("工伤护理"))
        return all_of(
            self.free_and_here(p), at_most(exact(1), p.number("残疾等级")), self.on_dibao(p), negate(p.is_true("特困")),
            negate(p.is_true("孤儿")), negate(p.is_true("事实无人抚养")), negate(injury))

    def living_amount(self, p):
        return exact(self.rate("生活补贴标准", p.family))

    @once
    def nursing(self, p):
        """老年人权益保障法 第三十条; U23."""
        poor = any_of(self.on_dibao(p), p.is_true("在册边缘"), all_of(self.edge(p.family), self.counted(p)))
        return all_of(
            self.free_and_here(p), self.aged(p, 60), at_most(exact(3), p.number("能力等级")), poor, negate(p.is_true("特困")))

    def nursing_amount(self, p):
        level = p.number("能力等级")
        return hull(exact(self.rate("护理补贴失能标准", p.family, n)) for n in ABILITY_LEVELS if level.low <= n <= level.high)

    def voucher(self, p):
        """U24: where one lives, not where one is registered."""
        return all_of(
            negate(p.is_true("已死亡")), p.is_true("常住本省"), self.aged(p, 60), at_most(exact(2), p.number("能力等级")),
            negate(p.is_true("特困")), negate(p.is_true("集中照护")), negate(self.in_custody(p)))

    def voucher_amount(self, p):
        share, most = self.rate("消费补贴比例", p.family), self.rate("消费补贴上限", p.family)
        part = p.number("养老服务费用").times(share).each_end(lambda v: Fraction(floor(v * 100), 100))
        return Range(min(part.low, most), min(part.high, most))

    # ---- families ------------------------------------------------------------------------------------------------
    def total_income(self, family):
        support = self.over_members(family, lambda p: total(self.support(o) for o in p.obligors))
        return at_least(self.own_income(family) + support, 0)

    def total_income_a_head(self, family):
        return cents(self.total_income(family).over(at_least(self.people(family), 1)))

    def rigid_spending_sum(self, family):
        """认定办法 第五条."""
        living = cents(self.people(family).times(self.standard(family) * self.rate("生活支出计入倍数", family)))
        items = ("自付医疗费", "教育支出", "康复支出")
        return living + self.over_members(family, lambda p: total(self.mean(p, item) for item in items))

    def rigid_line(self, family):
        return cents(self.total_income(family).times(self.rate("刚性支出比例", family)))

    def rigid_spending(self, family):
        """认定办法 第四条; 社会救助法 第二十二条 from 2026-07-01."""
        return all_of(
            self.applies_here(family), negate(self.whole_family_dibao(family)), negate(self.edge(family)), negate(self.gradual_exit(family)),
            self.somebody_to_protect(family), less(self.total_income_a_head(family), self.disposable_line(family)),
            self.assets_within(family, "边缘"), above(self.rigid_spending_sum(family), self.rigid_line(family)))

    def uninsured_jobless(self, p):
        """兜底工作通知 二（一）."""
        zero = exact(0)
        earned_lately = self.sum_of_months(p, "工资", 3) + self.sum_of_months(p, "经营净收入", 3)
        return all_of(
            self.aged(p, 16), negate(self.aged(p, 60)), negate(p.is_true("就业中")), above(self.sum_of_months(p, "工资", 12), zero),
            equal(earned_lately, zero), equal(p.number("零散收入"), zero), equal(p.number("失业保险金"), zero),
            negate(p.is_true("曾参加职工保险")))

    def half_year_spending(self, family):
        def of(p):
            return total(cents(self.sum_of_months(p, item, 6).times(Fraction(1, 6))) for item in ("自付医疗费", "教育支出"))
        return self.over_members(family, of)

    def bearable(self, family):
        return cents(self.people(family).times(self.standard(family) * self.rate("支出型负担倍数", family)))

    def emergency(self, family):
        return any_of(*(all_of(negate(p.is_true("已死亡")), p.is_true("突发急难")) for p in family.members))

    @once
    def by_spending(self, family):
        return all_of(
            self.applies_here(family), self.somebody_to_protect(family), above(self.half_year_spending(family), self.bearable(family)),
            less(self.per_head_income(family), self.disposable_line(family)), self.assets_within(family, "边缘"))

    def by_unemployment(self, family):
        return all_of(
            any_of(*(self.uninsured_jobless(p) for p in family.members)), negate(self.whole_family_dibao(family)),
            *(negate(p.is_true("在册低保")) for p in family.members))

    def temporary(self, family):
        """民发〔2018〕23号 二（一）; 社会救助法 第二十九条."""
        return any_of(self.emergency(family), self.by_spending(family), self.by_unemployment(family))

    def temporary_amount(self, family):
        standard = self.standard(family)

        def by_months(name, people):
            return whole_yuan_up(people.times(standard * self.rate(name, family)))

        return choose(
            self.by_spending(family), lambda: by_months("支出型救助月数", self.people(family)),
            lambda: by_months("急难救助月数", at_least(self.people(family), 1)))
