"""Retention: what has reached its term goes, what speaks stays, and the record tells it."""

import json
import shutil

import pytest
from e2e_commands import DAY, PACK, must, songtan, total_digest

OLD = "2026-01-15"


@pytest.fixture(scope="module")
def office_once(tmp_path_factory, clean):
    """A data folder in which the hotline's file came twice; a pack that keeps loads for 100 days."""
    tmp_path = tmp_path_factory.mktemp("office")
    province = tmp_path / "province"
    shutil.copytree(clean, province)
    source = province / "extracts" / "mca.hotline"
    newest = sorted(source.iterdir())[0]
    shutil.copy(newest, source / newest.name.replace(newest.name[:10], OLD))
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack)
    shutil.copytree(PACK.parent / "law", tmp_path / "law")
    (pack / "pack.toml").write_text((pack / "pack.toml").read_text().split("[retention]")[0] + "\n[retention]\ndefault_days = 100\n")
    data = tmp_path / "data"
    must("night", "--pack", pack, "--in", province, "--data", data, "--date", DAY)
    return tmp_path


@pytest.fixture
def office(office_once, tmp_path):
    copy = tmp_path / "office"
    shutil.copytree(office_once, copy, symlinks=True)
    return copy / "pack", copy / "data"


def retention(pack, data, *words, day=DAY):
    return songtan("retention", "--pack", pack, "--data", data, "--date", day, *words)


def test_only_what_no_longer_speaks_goes(office):
    pack, data = office
    plan = retention(pack, data, "--json").json
    assert [row["source"] for row in plan["disposals"]] == ["mca.hotline"] and not plan["applied"]
    before = total_digest(data)
    assert len(list((data / "loads" / "mca.hotline").glob("2*"))) == 2
    done = retention(pack, data, "--apply", "--json").json
    assert done["applied"]
    assert len(list((data / "loads" / "mca.hotline").glob("2*"))) == 1
    assert total_digest(data) == before
    record = [json.loads(line) for line in (data / "use_record.jsonl").read_text().splitlines()]
    assert record[0]["source"] == "mca.hotline" and record[0]["reason"] == "too_old" and record[0]["on"] == DAY
    assert retention(pack, data, "--json").json["disposals"] == []


def test_a_source_whose_sharing_ended_goes_whole_and_once(office):
    pack, data = office
    retention(pack, data, "--ended", "mca.hotline", "--apply")
    assert not list((data / "loads" / "mca.hotline").glob("2*"))
    record = (data / "use_record.jsonl").read_text().splitlines()
    assert len(record) == 2 and all("sharing_ended" in line for line in record)
    used = [json.loads(line)["used_by"] for line in record]
    assert any(used), "the record says which night read the load"
    assert retention(pack, data, "--ended", "mca.hotline", "--apply").code == 2


def test_wrong_use(office):
    pack, data = office
    assert retention(pack, data, "--ended", "no.such").code == 2
    (pack / "pack.toml").write_text((pack / "pack.toml").read_text() + '"mca.dibao" = "long"\n')
    refused = retention(pack, data)
    assert refused.code == 3 and "mca.dibao" in refused.err
