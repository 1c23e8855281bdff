"""The tools of the policy language, as a clerk and a province run them."""

import json
import shutil
import subprocess
from urllib.parse import quote

import pytest
from e2e_commands import PACK, SONGTAN, must, songtan


@pytest.fixture
def pack(tmp_path):
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
    shutil.copytree(PACK.parent / "law", tmp_path / "law")
    return copy


def test_format_mends_once_and_is_quiet_after(pack):
    file = pack / "policies" / "乱.policy"
    file.write_text("政策　乱写　代码 LX\n变量 人・额外：元／月＝至少（工资－１元/月，0元/月）  # 注\n", encoding="utf-8")
    check = songtan("policy", "format", "--check", file)
    assert check.code == 1 and str(file) in check.out
    must("policy", "format", "--pack", pack)
    assert file.read_text(encoding="utf-8") == "政策 乱写  代码 LX\n变量 人·额外: 元/月 = 至少(工资 - 1元/月, 0元/月)  # 注\n"
    assert must("policy", "format", "--check", "--pack", pack).out == ""
    must("policy", "check", "--pack", pack)


def test_format_touches_nothing_it_cannot_read(pack):
    file = pack / "policies" / "坏.policy"
    file.write_text("政策 坏 「没有收尾\n", encoding="utf-8")
    refused = songtan("policy", "format", file, "--lang", "zh")
    assert refused.code == 3 and "坏.policy:1:6" in refused.err and "引号" in refused.err
    assert file.read_text(encoding="utf-8") == "政策 坏 「没有收尾\n"
    assert songtan("policy", "format").code == 2
    assert songtan("policy", "format", pack / "没有.policy").code == 2


def test_coverage_counts_read_and_unseen_apart_and_every_article_is_there():
    run = songtan("policy", "coverage", "--pack", PACK, "--json")
    status = {row["article"]: row["status"] for row in run.json["articles"]}
    assert "absent" not in status.values()
    assert {"law", "unseen"} <= set(status.values())
    assert all(name.startswith("未见原文") == (state == "unseen") for name, state in status.items())


def test_coverage_names_a_condition_that_no_case_decides(pack):
    file = pack / "policies" / "高龄津贴.policy"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("    在世 \"Alive\"", "    常真 \"Always\": 周岁(出生) >= 0岁 或 周岁(出生) < 0岁\n    在世 \"Alive\""), encoding="utf-8")
    fresh = songtan("policy", "coverage", "--pack", pack, "--mutants", "--json")
    assert fresh.code == 1
    survivors = [m for m in fresh.json["conditions"] if m["label"] == "常真" and not m["decided_by"]]
    assert survivors and all(m["change"].startswith("bound") for m in survivors)


def test_diff_tells_an_amount_and_a_bound(pack):
    changed = shutil.copytree(pack, pack.parent / "changed")
    table = changed / "parameters" / "边缘倍数.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("1.5", "2"), encoding="utf-8")
    rule = changed / "policies" / "高龄津贴.policy"
    rule.write_text(rule.read_text(encoding="utf-8").replace(">= 80岁  不符", ">= 75岁  不符"), encoding="utf-8")
    meaning = songtan("policy", "diff", pack, changed, "--lang", "zh")
    assert meaning.code == 1
    assert "边缘倍数 1.5 待核 → 2 待核" in meaning.out
    assert "年龄 周岁(出生) >= 80岁" in meaning.out and "→ 周岁(出生) >= 75岁" in meaning.out
    assert songtan("policy", "diff", pack, pack).code == 0
    assert "+ " in songtan("policy", "diff", pack, changed, "--view", "text").out
    assert songtan("policy", "diff", pack, changed, "--view", "impact").code == 2


def test_explain_a_family_in_a_file(tmp_path):
    facts = tmp_path / "family.facts"
    facts.write_text("时间 2026-08\n参数 低保标准 = 600元/月\n其余 缺省\n| 成员 | 出生 | 工资 |\n| 甲 | 1980-02-01 | 900 |\n| 乙 | 2015-09-01 | 0 |\n", encoding="utf-8")
    told = must("policy", "explain", "--pack", PACK, "--programme", "DB", facts, "--lang", "zh").out
    assert "最低生活保障" in told and "社会救助法 第十八条" in told
    decision = must("policy", "explain", "--pack", PACK, "--programme", "DB", facts, "--json").json[0]["decision"]
    assert decision["status"] == "yes" and decision["amount_fen"] > 0
    assert songtan("policy", "explain", "--pack", PACK, "--programme", "XX", facts).code == 2


def test_pages_are_whole_and_lead_nowhere_else(tmp_path):
    must("policy", "docs", "--pack", PACK, "--out", tmp_path)
    pages = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")}
    assert {"index.html", "index.en.html", "DB.html", "DB.en.html"} <= set(pages)
    assert "对家庭人均收入低于当地最低生活保障标准" in pages["DB.html"]
    for text in pages.values():
        assert "<script" not in text and "http://" not in text and "https://" not in text


class Editor:
    """The protocol as an editor speaks it."""

    def __init__(self, pack):
        self.process = subprocess.Popen([SONGTAN, "policy", "lsp", "--lang", "zh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count, self.notices = 0, []
        self.pack = pack
        self.ask("initialize", {"rootUri": "file://" + quote(str(pack)), "capabilities": {}})
        self.tell("initialized", {})

    def uri(self, file):
        return "file://" + quote(str(self.pack / file))

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            length = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(length))

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.count:
                return message
            self.notices.append(message)

    def at(self, file, text, word, nth=0):
        lines = text.split("\n")
        places = [(i, line.index(word)) for i, line in enumerate(lines) if word in line]
        line, character = places[nth]
        return {"textDocument": {"uri": self.uri(file)}, "position": {"line": line, "character": character}}

    def close(self):
        self.ask("shutdown", {})
        self.tell("exit", {})
        return self.process.wait(timeout=10)


def test_an_editor_asks(pack):
    file = "policies/高龄津贴.policy"
    text = (pack / file).read_text(encoding="utf-8")
    editor = Editor(pack)
    broken = text.replace(">= 80岁  不符", ">= 80元  不符", 1)
    editor.tell("textDocument/didOpen", {"textDocument": {"uri": editor.uri(file), "languageId": "policy", "version": 1, "text": broken}})
    hover = editor.ask("textDocument/hover", editor.at(file, broken, "老年人权益保障法 第三十三条"))["result"]
    assert "高龄津贴制度" in hover["contents"]["value"]
    told = [n for n in editor.notices if n["params"]["uri"] == editor.uri(file)][-1]["params"]["diagnostics"]
    assert told and told[0]["range"]["start"]["line"] == next(i for i, line in enumerate(broken.split("\n")) if "80元" in line)
    editor.tell("textDocument/didChange", {"textDocument": {"uri": editor.uri(file), "version": 2}, "contentChanges": [{"text": text}]})
    place = editor.ask("textDocument/definition", editor.at(file, text, "高龄津贴资格: 高龄津贴标准"))["result"]
    assert place["uri"] == editor.uri(file) and "规则 人·高龄津贴资格" in text.split("\n")[place["range"]["start"]["line"]]
    assert [n for n in editor.notices if n["params"]["uri"] == editor.uri(file)][-1]["params"]["diagnostics"] == []
    words = editor.ask("textDocument/completion", editor.at(file, text, "已死亡  不符"))["result"]
    labels = {item["label"] for item in words}
    assert {"出生", "周岁", "高龄津贴标准", "所在家庭"} <= labels and "人均月收入" not in labels
    edit = editor.ask("textDocument/rename", {**editor.at(file, text, "高龄津贴资格: 是否"), "newName": "八十津贴资格"})["result"]
    assert sum(map(len, edit["changes"].values())) >= 5
    assert "error" in editor.ask("textDocument/rename", {**editor.at(file, text, "高龄津贴资格: 是否"), "newName": "且"})
    assert "error" in editor.ask("textDocument/unheard", {})
    assert editor.close() == 0
