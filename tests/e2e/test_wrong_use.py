"""Wrong use: one clear message, the fixed exit code, nothing half-done left."""

import shutil

from e2e_commands import DAY, PACK, REGION, must, run_night, songtan, total_digest


def night(province, data, **options):
    return songtan("night", "--pack", options.get("pack", PACK), "--in", province, "--data", data, "--date", options.get("day", DAY))


def first_file(province, source):
    return sorted((province / "extracts" / source).iterdir())[0]


def loads_of(data, source):
    folder = data / "loads" / source
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.exists() else []


def test_no_input_folder(tmp_path):
    run = night(tmp_path / "nowhere", tmp_path / "data")
    assert run.code == 2 and "nowhere" in run.err


def test_unknown_option_and_no_command():
    assert songtan("night", "--speed", "11").code == 2
    assert songtan().code == 2


def test_unreadable_date(clean, tmp_path):
    assert night(clean, tmp_path / "data", day="2026-02-30").code == 2


def test_unknown_region(tmp_path, clean_night):
    run = songtan("synth", "--pack", PACK, "--region", "999999", "--persons", 100, "--seed", 1, "--dirt", "none", "--date", DAY, "--out", tmp_path / "p")
    assert run.code == 2 and "999999" in run.err
    assert not (tmp_path / "p" / "manifest.json").exists()
    assert songtan("worklist", "--data", clean_night, "--region", "999999").code == 2


def test_a_missing_file_of_a_required_source_is_named(province_copy, tmp_path):
    shutil.rmtree(province_copy / "extracts" / "mps.population")
    run = night(province_copy, tmp_path / "data")
    assert run.code == 3 and "mps.population" in run.err
    assert songtan("digest", "--data", tmp_path / "data").code == 2


def test_a_file_in_the_wrong_encoding_is_refused_with_its_offset(province_copy, tmp_path):
    file = first_file(province_copy, "mps.population")
    file.write_bytes(file.read_bytes().decode("utf-8").encode("gb18030"))
    run = songtan("night", "--pack", PACK, "--in", province_copy, "--data", tmp_path / "data", "--date", DAY, "--json")
    assert run.code == 3
    assert file.name in run.err and '"offset"' in run.err
    assert loads_of(tmp_path / "data", "mps.population") == []


def test_an_unknown_column_is_named_with_the_way_out(province_copy, tmp_path):
    file = first_file(province_copy, "nhc.deaths")
    text = file.read_text()
    file.write_text(text.replace("死亡日期", "逝世日子", 1))
    run = night(province_copy, tmp_path / "data")
    assert run.code == 3 and "逝世日子" in run.err
    assert loads_of(tmp_path / "data", "nhc.deaths") == []


def test_a_truncated_file_is_refused_and_the_whole_file_mends_it(province_copy, clean, clean_night, tmp_path):
    file = first_file(province_copy, "mps.population")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 2 // 3 - 5])
    run = night(province_copy, tmp_path / "data")
    assert run.code == 3 and file.name in run.err
    assert loads_of(tmp_path / "data", "mps.population") == []
    file.write_bytes(whole)
    run_night(province_copy, tmp_path / "data")
    assert total_digest(tmp_path / "data") == total_digest(clean_night)


def test_a_broken_contract_is_named_with_its_line(tmp_path, clean):
    pack = tmp_path / "packs" / "sichuan"
    shutil.copytree(PACK.parent, tmp_path / "packs")
    contract = pack / "sources" / "nhc.deaths.toml"
    contract.write_text(contract.read_text() + "\nthis is no toml\n")
    run = night(clean, tmp_path / "data", pack=pack)
    assert run.code == 3 and "nhc.deaths.toml" in run.err


def test_a_broken_policy_is_named_with_its_line(tmp_path, clean):
    shutil.copytree(PACK.parent, tmp_path / "packs")
    pack = tmp_path / "packs" / "sichuan"
    policy = sorted((pack / "policies").glob("*.policy"))[0]
    policy.write_text(policy.read_text() + "\n规则 家庭·没有: 是否 = 不存在的名字\n")
    run = night(clean, tmp_path / "data", pack=pack)
    assert run.code == 3 and policy.name in run.err and "不存在的名字" in run.err


def test_pack_sql_that_is_not_one_select_is_refused(tmp_path, clean):
    shutil.copytree(PACK.parent, tmp_path / "packs")
    pack = tmp_path / "packs" / "sichuan"
    sql = sorted((pack / "facts").glob("*.sql"))[0]
    sql.write_text("COPY (SELECT 1) TO '/tmp/songtan_must_not_exist.csv'")
    run = night(clean, tmp_path / "data", pack=pack)
    assert run.code == 3 and sql.name in run.err


def test_changed_inputs_after_a_kill_are_refused_until_discarded(clean, province_copy, tmp_path):
    data = tmp_path / "data"
    run_night(clean, data)
    must("night", "list", "--data", data)
    assert songtan("night", "discard", "2026-01-01-abc", "--data", data).code == 2


def test_the_region_of_a_province_is_a_prefix_too(tmp_path):
    assert REGION.startswith("5108")
    must("synth", "--pack", PACK, "--region", "5108", "--persons", 500, "--seed", 3, "--dirt", "none", "--date", DAY, "--out", tmp_path / "p")
