"""check_pack finds each planted fault, says where, and finds none in the pack as it is."""

from pathlib import Path

import pytest

from check_pack import check, main

ROOT = Path(__file__).resolve().parents[2]

LAW = """---
id: 某法
title: 中华人民共和国某法
document: 国令第1号
read: 全文
gazette: 未与公报核对
---

# 中华人民共和国某法

## 第一条
对下列人员给予救助：
（一）老年人；
（二）未成年人。

## 一（二）
另一种编号。
"""
POLICY = """政策 甲   依据 某法 第一条
规则 人·乙: 是否 = 是
  依据 国令第1号 第一条（二）；未见原文 U1
"""
TABLE = """# 说明
区县,值,自,至,文号,备注,待核
510104,1,2021-07-01,,某法 第一条,证据 T:01,否
510105,2,2021-07-01,2022-06-30,示例,证据 M-M,是
"""
UNSEEN = "id,document,title,clause,says,evidence,待核\nU1,,,,某规定,M-M,是\n"
DIVISIONS = """code,name,level,parent,valid_from,valid_to,successor
510000000000,四川省,province,,,,
510100000000,成都市,city,510000000000,,,
510104000000,锦江区,county,510100000000,,,
"""


@pytest.fixture
def pack(tmp_path):
    pack = tmp_path / "packs" / "sichuan"
    for folder in ("policies", "parameters", "regions"):
        (pack / folder).mkdir(parents=True)
    (tmp_path / "packs" / "law").mkdir()
    (tmp_path / "packs" / "law" / "某法.md").write_text(LAW, encoding="utf-8")
    (pack / "pack.toml").write_text('name = "sichuan"\n', encoding="utf-8")
    (pack / "policies" / "甲.policy").write_text(POLICY, encoding="utf-8")
    (pack / "parameters" / "表.csv").write_text(TABLE, encoding="utf-8")
    (pack / "unseen.csv").write_text(UNSEEN, encoding="utf-8")
    (pack / "regions" / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    return pack


def plant(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_sound_pack_has_no_findings(pack):
    assert check(pack) == []


def test_the_pack_of_the_house_has_no_findings():
    assert check(ROOT / "packs" / "sichuan") == []


@pytest.mark.parametrize(
    "file, before, after, expected",
    [
        ("policies/甲.policy", "某法 第一条", "某法 第九条", "甲.policy:1: [citation] 某法 has no article '第九条'"),
        ("policies/甲.policy", "某法 第一条", "另一法 第一条", "packs/law has no text '另一法'"),
        ("policies/甲.policy", "第一条（二）", "第一条（三）", "国令第1号 第一条 has no item （三）"),
        ("policies/甲.policy", "U1", "U2", "unseen.csv has no row 'U2'"),
        ("policies/甲.policy", "；未见原文 U1", "", "unseen.csv:2: [unseen] 'U1' is cited nowhere"),
        ("policies/甲.policy", "；", "、", "is not '<text> <article>'"),
        ("parameters/表.csv", "2022-06-30", "2020-06-30", "表.csv:4: [parameter] 至 lies before 自"),
        ("parameters/表.csv", "2022-06-30", "2022-6-30", "are not days"),
        ("parameters/表.csv", "示例,证据 M-M,是", "示例,证据 M-M,否", "may be marked 待核 否"),
        ("parameters/表.csv", "示例,证据 M-M,是", ",证据 M-M,是", "needs its 文号"),
        ("parameters/表.csv", "某法 第一条,证据 T:01", "某法 第七条,证据 T:01", "表.csv:3: [citation] 某法 has no article '第七条'"),
        ("parameters/表.csv", "510105,2,", "510105,", "6 cells where the header has 7"),
        ("unseen.csv", "U1,,,,某规定,M-M,是\n", "U1,,,,某规定,M-M,是\nU1,,,,又一,M-M,是\n", "unseen.csv:3: [unseen] 'U1' occurs twice"),
        ("regions/divisions.csv", "锦江区,county,510100000000", "锦江区,county,519900000000", "divisions.csv:4: [division] 锦江区: parent"),
        ("regions/divisions.csv", "510104000000", "510104", "needs twelve digits"),
        ("../law/某法.md", "## 一（二）", "## 第一条", "某法.md:16: [law] 第一条 occurs twice"),
        ("../law/某法.md", "## 一（二）", "## 附录", "is not an article heading"),
        ("../law/某法.md", "gazette: 未与公报核对\n", "", "front matter has no 'gazette'"),
        ("../law/某法.md", "id: 某法", "id: 别法", "is not the file's name"),
    ],
)
def test_each_planted_fault_is_found(pack, file, before, after, expected):
    plant(pack / file, before, after)
    assert any(expected in line for line in check(pack)), check(pack)


def test_a_folder_that_is_no_pack_is_wrong_usage(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "no pack" in capsys.readouterr().err


def test_findings_make_the_command_fail(pack, capsys):
    plant(pack / "policies" / "甲.policy", "U1", "U2")
    assert main([str(pack)]) == 1
    assert "甲.policy:3" in capsys.readouterr().out
