"""The tools of the policy language, as a clerk and a province run them."""

import shutil

import pytest
from e2e_commands import PACK, must, songtan


@pytest.fixture
def pack(tmp_path):
    copy = tmp_path / "pack"
    shutil.copytree(PACK, copy)
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
