"""docs/guide/newcomer.md, done step by step on a copy of the pack: one column, one condition, no C++."""

import shutil

import pytest

from e2e_commands import DAY, PACK, REGION, must, songtan

CONTRACT = """
[codes.usage]
"营运" = "commercial"
"非营运" = "private"

[[columns]]
name = "使用性质"
type = "code"
codes = "usage"
sensitivity = "internal"

[[asset]]
kind = { constant = "vehicle" }
quantity = { constant = "1" }
detail = "使用性质"
valid_from = "登记日期"
valid_to = "注销日期"
when = [{ column = "使用性质", is = "commercial" }]
"""

FACT = """
[[fact]]
name = "营运车辆数"
kind = "state"
type = "count"
combine = "sum"
absent = "0"
sources = ["mps.vehicles"]
"""

SQL_BRANCH = "    WHEN kind = 'vehicle' AND detail = 'commercial' THEN '营运车辆数'\n"
DECLARED = "\n事实 人·营运车辆数: 辆 状态 缺省 0辆 范围 0辆 以上 采集 2\n"
TOTAL = "变量 家庭·营运车辆合计: 辆 = 合计(成员 当 计入保障, 营运车辆数)\n"
CONDITION = '    营运车辆 "Commercial vehicles": 营运车辆合计 = 0辆  不符 「有营运车辆 {营运车辆合计}」  原因 asset\n'
CASE = """
测试 一辆营运车辆
  时间 2026-08
  参数 低保标准 = 600元/月
  其余 缺省
  | 成员 | 出生       | 营运车辆数 |
  | 甲   | 1980-01-01 | 1          |
  期望 整户低保 = 否
"""
RENDERED = '  { name = "使用性质", value = "usage", codes = { commercial = "营运", private = "非营运" } },\n'
DRAWN = "CASE WHEN draw('mps.vehicles.usage', a.record_id) < 50000 THEN 'commercial' ELSE 'private' END AS usage, "


def put_before(file, mark, text):
    content = file.read_text()
    assert content.count(mark) >= 1, f"{file.name} has no {mark!r}"
    file.write_text(content.replace(mark, text + mark, 1))


@pytest.fixture(scope="module")
def changed_pack(tmp_path_factory):
    packs = tmp_path_factory.mktemp("newcomer") / "packs"
    shutil.copytree(PACK.parent, packs)
    pack = packs / "sichuan"
    contract = pack / "sources" / "mps.vehicles.toml"
    contract.write_text(contract.read_text() + CONTRACT)
    put_before(pack / "facts" / "50_assets.sql", "    WHEN kind = 'vehicle'", SQL_BRANCH)
    facts = pack / "facts" / "facts.toml"
    facts.write_text(facts.read_text() + FACT)
    declared = pack / "policies" / "事实.policy"
    declared.write_text(declared.read_text() + DECLARED)
    rules = pack / "policies" / "经济状况.policy"
    put_before(rules, "\n规则 家庭·低保财产符合", TOTAL)
    put_before(rules, '    出资 "Company shares": 出资合计 <= 低保企业出资上限', CONDITION)
    cases = pack / "policies" / "低保.policy"
    cases.write_text(cases.read_text() + CASE)
    register = pack / "synth" / "registers" / "mps.vehicles.toml"
    put_before(register, '  { name = "登记机关"', RENDERED)
    put_before(register, "a.amount, p.county", DRAWN)
    return pack


@pytest.fixture(scope="module")
def province(changed_pack):
    out = changed_pack.parent / "province"
    must("synth", "--pack", changed_pack, "--region", REGION, "--persons", 3000, "--seed", 5, "--dirt", "none", "--date", DAY, "--out", out)
    return out


def test_the_column_is_delivered_read_and_decides(changed_pack, province, tmp_path):
    data = tmp_path / "data"
    must("night", "--pack", changed_pack, "--in", province, "--data", data, "--date", DAY)
    figures = must("evaluate", "--data", data, "--truth", province / "truth", "--json").json
    assert figures["decisions"]["right"] == 1
    family = must("worklist", "--data", data, "--top", 1, "--json").json[0]["family_id"]
    told = must("explain", "--data", data, "--family", family, "--programme", "DB", "--lang", "zh")
    assert "营运车辆" in told.out


def test_a_file_without_the_new_column_is_refused_by_name(changed_pack, clean, tmp_path):
    run = songtan("night", "--pack", changed_pack, "--in", clean, "--data", tmp_path / "data", "--date", DAY)
    assert run.code == 3 and "使用性质" in run.err


def test_the_cases_beside_the_rules_hold_and_a_misspelling_is_named(changed_pack, tmp_path):
    assert songtan("policy", "test", "--pack", changed_pack).code == 0
    broken = tmp_path / "packs"
    shutil.copytree(changed_pack.parent, broken, ignore=shutil.ignore_patterns("province"))
    rules = broken / "sichuan" / "policies" / "经济状况.policy"
    rules.write_text(rules.read_text().replace("营运车辆合计 = 0辆", "营运车辆总计 = 0辆"))
    run = songtan("policy", "check", "--pack", broken / "sichuan")
    assert run.code == 3 and "营运车辆总计" in run.err + run.out
