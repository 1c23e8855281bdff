"""Random families for comparing the engine with the twin: near the law's borders more often than life, with unknowns.

Every figure is drawn from the law's own landmarks (the standard, its edge multiple, ages 16, 18, 60, 70, 80, 90, 100, the limits of
assets) and a step to either side, so that a condition off by one unit shows.
"""
from datetime import date
from fractions import Fraction
from random import Random

from law import PRESUMED, Family, Person

LANDMARK_AGES = (0, 5, 15, 16, 17, 18, 19, 30, 45, 59, 60, 69, 70, 79, 80, 89, 90, 99, 100)
CATEGORIES = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")
SCHOOLING = ("学前", "小学", "初中", "高中", "中职", "专科", "本科", "研究生")
MAY_BE_UNKNOWN = (
    "工资", "经营净收入", "养老金", "失业保险金", "残疾等级", "重病", "机动车数", "住房套数", "特困", "服刑中", "就业中", "户籍本省", "企业出资",
    "自付医疗费", "在校学段", "孤儿", "出生", "在册低保", "已死亡", "常住本省", "曾参加职工保险", "残疾类别")
AMOUNTS = (
    "工资", "社保个人缴费", "经营净收入", "养老金", "基础养老金", "失业保险金", "零散收入", "财产净收入", "其他转移收入", "自报赡养费", "金融资产",
    "企业出资", "自付医疗费", "教育支出", "康复支出", "养老服务费用")
COUNTS = ("住房套数", "非住宅房产数", "机动车数", "受赡养父母数", "拒绝就业次数", "不能自理项数", "能力等级")
STATES = ("重病", "曾参加职工保险", "就业中", "服刑中", "强制戒毒中", "特困", "孤儿", "工伤护理", "同意核对", "在册低保", "在册边缘",
          "事实无人抚养", "自报无履行能力", "失联", "其他限制自由", "羁押期限满六月", "查找不到父母", "未登记父母符合情形", "机构养育",
          "突发急难", "集中照护")
BORDER_SHARE = 0.45
PARENT_CASES = ("dead", "dead", "dead", "dead", "dead", "disabled", "ill", "held", "other", "missing", "able")
UNCHECKABLE_SHARE_UNKNOWN = 0.35
UNKNOWN_SHARE = 0.006


class Generator:
    """One stream of families; the same seed gives the same families."""

    def __init__(self, law, counties, month, seed):
        self.law, self.counties, self.month = law, counties, month
        self.random = Random(seed)
        self.extra = []  # families of kin that a border family asked for

    def family(self):
        r = self.random
        family = Family(r.choice(self.counties), r.choice(("城镇", "农村")), [], self.month)
        standard = self.law.standard(family)
        for _ in range(r.choice((1, 1, 2, 2, 3, 3, 4, 5, 7))):
            family.members.append(Person(self.facts(standard), family))
        return family

    def border_family(self):
        """A plain family that lies exactly on one line of the law, or a fen to either side."""
        r = self.random
        family = Family(r.choice(self.counties), r.choice(("城镇", "农村")), [], self.month)
        standard = self.law.standard(family)
        people = r.choice((1, 1, 2, 3))
        family.members += [Person(self.plain_facts(), family) for _ in range(people)]
        first, fen = family.members[0].facts, r.choice((Fraction(0), Fraction(1, 100), Fraction(-1, 100)))
        line = r.choice((1, Fraction(3, 2))) * standard * people
        border = r.choice(("income", "savings", "age", "own income", "rigid", "burden", "disposable", "kin", "kin", "kin", "parents", "parents", "school", "elder"))
        if border == "income":
            first["工资"] = max(line + self.law.rate("就业成本扣减", family) + fen, Fraction(0))
        elif border == "savings":
            first["金融资产"] = max(r.choice((24, 36)) * standard * people + fen, Fraction(0))
            first["经营净收入"] = r.choice((0, Fraction(6, 5))) * standard * people
        elif border == "age":
            first["出生"] = self.years_ago(r.choice((15, 16, 69, 70)))
            first["零散收入"] = r.choice((line + 1, None))
        elif border == "own income":
            first.update({"残疾等级": 2, "残疾类别": "肢体", "养老金": max(standard + fen, Fraction(0))})
            family.members[-1].facts["经营净收入"] += r.choice((0, 5)) * standard
        else:
            self.more_borders(family, border, fen)
        return family

    def more_borders(self, family, border, fen):
        r, first, people = self.random, family.members[0].facts, len(family.members)
        standard = self.law.standard(family)
        yearly = self.law.rate("上年人均可支配收入", family, family.residence)
        if border == "rigid":  # pension 2.2 standards a head, spending at the ratio of it
            first["养老金"] = people * standard * 22 / 10
            first[r.choice(("自付医疗费", "教育支出", "康复支出"))] = max(people * standard * (Fraction(176, 100) - 1) + fen, Fraction(0))
        elif border == "burden":
            first["养老金"] = people * standard * r.choice((1, 2))
            first[r.choice(("自付医疗费", "教育支出"))] = max(people * standard * 2 + fen, Fraction(0))
        elif border == "disposable":
            first["养老金"] = max(Fraction(int(yearly * people * 100 / 12), 100) + fen, Fraction(0))
            first["自付医疗费"] = people * standard * 9
        elif border == "kin":  # an old person, and the child who may or may not be able to support
            first["出生"] = self.years_ago(66)
            child = Person(self.plain_facts(), Family(family.county, family.residence, [], family.month))
            child.family.members.append(child)
            child.facts.update(self.obligor(standard, yearly, fen))
            family.members[0].kin["亲生子女"] = [child]
            self.extra.append(child.family)
        elif border == "parents":
            first.update({"出生": self.years_ago(r.choice((10, 10, 18))), "查找不到父母": self.chance(0.25), "未登记父母符合情形": r.choice((True, False))})
            both = r.choice(PARENT_CASES) if self.chance(0.8) else None
            family.members[0].kin["亲生父母"] = [self.parent(family, both or r.choice(PARENT_CASES)) for _ in range(r.choice((1, 2, 2)))]
        elif border == "elder":
            first.update({"出生": self.years_ago(60), "能力等级": r.choice((1, 2, 3, 4)), "养老服务费用": r.choice((Fraction(2000), Fraction(1999))),
                          "在册边缘": r.choice((True, False)), "养老金": standard * r.choice((0, 1, 2))})
        else:
            first.update({"出生": self.years_ago(r.choice((16, 17, 18))), "特困": r.choice((True, True, False)), "在校学段": r.choice(SCHOOLING)})

    def parent(self, family, case):
        """A parent elsewhere who has died, cannot raise a child for one reason, or can."""
        parent = Person(self.plain_facts(), Family(family.county, family.residence, [], family.month))
        parent.family.members.append(parent)
        self.extra.append(parent.family)
        facts = {"dead": {"已死亡": True}, "ill": {"重病": True}, "other": {"其他限制自由": True}, "missing": {"失联": True}, "able": {},
                 "disabled": {"残疾等级": self.random.choice((1, 2, 3, 4)), "残疾类别": self.random.choice(("智力", "精神", "肢体"))},
                 "held": {self.random.choice(("服刑中", "强制戒毒中")): True, "羁押期限满六月": self.chance(0.5)}}
        parent.facts.update(facts[case])
        return parent

    def obligor(self, standard, yearly, fen):
        r = self.random
        case = r.choice(("young", "old", "disabled", "dibao", "prison"))
        facts = {"同意核对": self.chance(0.8), "自报无履行能力": r.choice((True, False, None))}
        if case == "young":
            facts["出生"] = self.years_ago(18)
        elif case == "dibao":
            facts.update({"出生": self.years_ago(60), "在册低保": True})
        elif case == "prison":
            facts["服刑中"] = True
        else:
            facts.update({"出生": self.years_ago(70)} if case == "old" else {"残疾等级": r.choice((1, 2, 3)), "残疾类别": "智力"})
            facts["养老金"] = r.choice((Fraction(0), max(Fraction(int(yearly * 100 / 12), 100) + fen, Fraction(0))))
        limit = r.choice(("企业出资", "金融资产", "住房套数", "机动车数", "非住宅房产数", "企业出资"))
        edge = {"企业出资": Fraction(50000) + max(fen, Fraction(0)), "金融资产": max(standard * 36 + fen, Fraction(0)), "住房套数": r.choice((1, 2))}
        facts[limit] = edge.get(limit, r.choice((0, 1)))
        return facts

    def families(self, count):
        """Families; about a third of the older people are owed support by members of an earlier family."""
        made = []
        for _ in range(count):
            family = self.border_family() if self.random.random() < BORDER_SHARE else self.family()
            for person in family.members:
                self.past(person)
                self.kin(person, made)
                if made and self.random.random() < 0.15:
                    for _ in range(self.random.choice((1, 1, 2))):
                        other = self.random.choice(made[-40:])
                        person.obligors.append(self.random.choice(other.members))
            made.append(family)
        return made + self.extra

    def chance(self, share):
        return self.random.random() < share

    def near(self, amount):
        """About `amount`: exactly, a fen to either side, a share of it, or nothing."""
        r = self.random
        value = r.choice((Fraction(0), amount, amount + Fraction(1, 100), amount - Fraction(1, 100), amount * r.randint(1, 30) / 10))
        return max(Fraction(int(value * 100), 100), Fraction(0))

    def years_ago(self, years):
        """Born so that `years` are completed on the decision day, or the day after."""
        day = self.law.day(self.month)
        return date.fromordinal(date(day.year - years, day.month, min(day.day, 28)).toordinal() + self.random.choice((0, 3, 4)))

    def plain_facts(self):
        """Somebody of working age of whom everything is known and nothing speaks against dibao."""
        return {
            "出生": self.years_ago(40), "已死亡": False, "户籍本省": True, "常住本省": True, "残疾等级": 0, "残疾类别": "无", "在校学段": "无",
            **{name: Fraction(0) for name in AMOUNTS}, **{name: 0 for name in COUNTS}, **{name: False for name in STATES}}

    def birth(self):
        r, years = self.random, self.random.choice(LANDMARK_AGES) + self.random.choice((0, 0, 0, 1, 2, 3))
        day = self.law.day(self.month)
        shift = r.choice((0, 0, 1, -1, 40, 200))
        base = date(day.year - years, day.month, min(day.day, 28))
        return min(date.fromordinal(base.toordinal() - shift), day)

    def facts(self, standard):
        r, chance, near = self.random, self.chance, self.near
        grade = r.choice((1, 2, 3, 4)) if chance(0.3) else 0
        base_pension = r.choice((Fraction(0), Fraction(143), Fraction(163)))
        facts = {
            "出生": self.birth(), "已死亡": chance(0.02), "户籍本省": not chance(0.03),
            "工资": near(standard) if chance(0.3) else Fraction(0), "社保个人缴费": near(standard / 10) if chance(0.2) else Fraction(0),
            "经营净收入": near(standard / 2) if chance(0.1) else Fraction(0),
            "养老金": base_pension + near(standard / 3), "基础养老金": base_pension,
            "失业保险金": near(standard) if chance(0.05) else Fraction(0),
            "零散收入": near(standard / 2), "财产净收入": near(standard / 20), "其他转移收入": near(standard / 20),
            "自报赡养费": near(standard / 3), "金融资产": near(standard * 24) if chance(0.5) else Fraction(r.randint(0, 5000)),
            "住房套数": r.choice((0, 0, 0, 1, 1, 2)), "非住宅房产数": 1 if chance(0.03) else 0, "机动车数": 1 if chance(0.05) else 0,
            "企业出资": r.choice((Fraction(10000), Fraction(50000), Fraction(50001))) if chance(0.03) else Fraction(0),
            "残疾等级": grade, "残疾类别": r.choice(CATEGORIES) if grade else "无", "重病": chance(0.1),
            "自付医疗费": near(standard / 2) if chance(0.3) else Fraction(0), "在校学段": r.choice(SCHOOLING) if chance(0.2) else "无",
            "曾参加职工保险": chance(0.4), "就业中": chance(0.2), "服刑中": chance(0.02), "强制戒毒中": chance(0.02), "特困": chance(0.04),
            "孤儿": chance(0.03), "工伤护理": chance(0.2), "同意核对": chance(0.4), "受赡养父母数": r.choice((0, 1, 2, 2, 3, 4)),
            **self.told_facts(standard),
        }
        self.forget(facts)
        return facts

    def told_facts(self, standard):
        """What rosters of other programmes say, and what only a visit or an assessment tells."""
        r, chance, near = self.random, self.chance, self.near
        return {
            "常住本省": not chance(0.05), "在册低保": chance(0.12), "在册边缘": chance(0.06), "事实无人抚养": chance(0.02),
            "自报无履行能力": chance(0.5), "失联": chance(0.04), "其他限制自由": chance(0.03), "羁押期限满六月": chance(0.5),
            "查找不到父母": chance(0.2), "未登记父母符合情形": chance(0.4), "机构养育": chance(0.3), "突发急难": chance(0.04),
            "集中照护": chance(0.05), "拒绝就业次数": r.choice((0, 0, 0, 0, 2, 3, 4)), "不能自理项数": r.choice((0, 0, 1, 3, 4, 6)),
            "能力等级": r.choice((0, 0, 0, 1, 2, 3, 4)), "养老服务费用": r.choice((Fraction(0), Fraction(1999), Fraction(2000), Fraction(3001, 2))),
            "教育支出": near(standard) if chance(0.15) else Fraction(0), "康复支出": near(standard) if chance(0.05) else Fraction(0),
        }

    def past(self, person):
        """Months that were otherwise than now: work just begun, wages of five months ago, custody just begun."""
        past = person.past
        if self.chance(0.3):
            past["就业中", 6] = None if self.chance(UNKNOWN_SHARE) else self.chance(0.5)
        if self.chance(0.1):
            past["工资", 5] = Fraction(self.random.randint(1, 9000))
        if self.chance(0.05):
            past["自付医疗费", 4] = Fraction(self.random.randint(1, 20000))
        for custody in ("服刑中", "强制戒毒中"):
            if person.facts[custody] and self.chance(0.6):
                past[custody, 6] = False

    def kin(self, person, made):
        """A spouse, children or parents among the latest families."""
        if not made or self.chance(0.5):
            return
        elsewhere = [k for family in made[-12:] for k in family.members] + person.family.members
        for relation, most in (("婚姻配偶", 1), ("亲生子女", 2), ("亲生父母", 2)):
            if self.chance(0.35):
                person.kin[relation] = self.random.sample(elsewhere, min(most, len(elsewhere)) if self.chance(0.7) else 1)

    def forget(self, facts):
        for name in PRESUMED:
            if self.chance(UNCHECKABLE_SHARE_UNKNOWN):
                facts[name] = None
        for name in MAY_BE_UNKNOWN:
            if self.chance(UNKNOWN_SHARE):
                facts[name] = None
