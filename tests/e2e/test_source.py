"""Scorecards of sources and offices, and the catalogue made from the contracts."""

import csv
import io
import tomllib

from e2e_commands import PACK, must


def test_the_catalogue_has_what_the_regulation_asks_for(tmp_path):
    rows = list(csv.DictReader(io.StringIO(must("source", "catalogue", "--pack", PACK).out.lstrip("\ufeff"))))
    contracts = {path.stem: tomllib.loads(path.read_text()) for path in (PACK / "sources").glob("*.toml")}
    assert {row["目录编号"] for row in rows} == set(contracts)
    for row in rows:
        contract = contracts[row["目录编号"]]
        assert row["数据目录名称"] == contract["title"]["zh"] and row["提供单位"] == contract["department"]["zh"]
        assert row["数据项"].split("、") == [column["name"] for column in contract["columns"]]
        assert str(contract["delivery"]["rhythm_days"]) in row["数据更新频率"]
        assert row["共享属性"] in ("无条件共享", "有条件共享", "不予共享") and row["数据格式"]
    listed = must("--json", "source", "catalogue", "--pack", PACK).json["sources"]
    assert [source["id"] for source in listed] == sorted(contracts)
    assert all(item["sensitivity"] for source in listed for item in source["items"])


def test_scorecards_count_what_was_delivered(realistic_night):
    cards = {card["source"]: card for card in must("--json", "source", "scorecard", "--data", realistic_night).json["deliveries"]}
    people = cards["mps.population"]
    assert people["rows"] > 1000 and people["rejected"] <= people["rows"]
    assert 0 < people["filled"] <= people["cells"] and 0 < people["bad"] < people["filled"]
    assert 0 < people["distinct"] <= people["named"] <= people["rows"]
    assert 0 < people["linked"] <= people["records"] and people["gap_days"] == -1
    assert sum(card["claims"] for card in cards.values()) > 0
    assert sum(card["contradicted"] for card in cards.values()) > 0
    offices = cards["mca.dibao"]["offices"]
    assert sum(office["rows"] for office in offices) <= cards["mca.dibao"]["rows"]
    assert sum(office["faulty_rows"] for office in offices) <= sum(office["rows"] for office in offices)
    text = must("--lang", "zh", "source", "scorecard", "--data", realistic_night).out
    assert "mps.population" in text and "完整" in text


def test_the_office_that_sends_the_errors_is_named(tmp_path):
    """Two offices, of which one leaves the months of its roster unreadable."""
    folder = tmp_path / "in" / "extracts" / "t.roster"
    folder.mkdir(parents=True)
    sources = tmp_path / "pack" / "sources"
    sources.mkdir(parents=True)
    contract = (PACK / "sources" / "mca.old_age.toml").read_text()
    contract = contract.replace('"mca.old_age"', '"t.roster"').replace('"gb18030"', '"utf-8"')
    (sources / "t.roster.toml").write_text(contract)
    header = [column["name"] for column in tomllib.loads(contract)["columns"]]
    for day, faulty in (("2026-06-01", 0), ("2026-07-01", 30)):
        lines = [",".join(header)]
        for i in range(200):
            office = "510802" if i < 40 else "510812"
            row = {"姓名": f"名{i}", "月津贴": "100", "起领月份": "x" if i < faulty else "202001", "经办机构": office}
            lines.append(",".join(row.get(name, "") for name in header))
        (folder / f"{day}.full.csv").write_text("\n".join(lines) + "\n")
    must("ingest", "--pack", tmp_path / "pack", "--in", tmp_path / "in", "--data", tmp_path / "data")
    june, july = must("--json", "source", "scorecard", "--data", tmp_path / "data").json["deliveries"]
    assert (june["bad"], july["bad"], july["gap_days"]) == (0, 30, 30)
    assert [(o["office"], o["faulty_rows"]) for o in july["offices"]] == [("510802", 30), ("510812", 0)]
    text = must("source", "scorecard", "--data", tmp_path / "data").out
    assert text.count("errors gather at 510802") == 1 and "510812" not in text
