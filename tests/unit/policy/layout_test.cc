// The formatter: one layout, the same words, and nothing to do the second time.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/mix.h"
#include "policy/format.h"
#include "policy/program.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

std::string formatted(const std::string& text) {
  const auto result = format_policy(text, "a.policy");
  if (!result) FAIL(describe(result.error(), "zh") << "\n" << text);
  return *result;
}

void check_stable(const std::string& text) {
  const std::string once = formatted(text);
  CHECK(formatted(once) == once);
}

}  // namespace

TEST_CASE("full-width punctuation becomes half-width, outside words in quotes, articles and comments") {
  CHECK(formatted("政策　甲 “English，name”　代码　Ａ１　主管 民政 依据 法〔２０２１〕１号，第一条 ＃ 注：一，二\n") ==
        "政策 甲 \"English，name\"  代码 A1  主管 民政  依据 法〔２０２１〕１号，第一条  # 注：一，二\n");
  CHECK(formatted("变量 家庭•额：元／月＝（若 甲≥１２．５％ 则 -1元/月 否则 合计（成员、工资））*2÷人数\n") ==
        "变量 家庭·额: 元/月 = (若 甲 >= 12.5% 则 -1元/月 否则 合计(成员, 工资)) × 2 ÷ 人数\n");
  CHECK(formatted("规则 人·乙: 是否\n  须满足全部\n   收入：a<b 不符「满足，a」 原因 x\n") ==
        "规则 人·乙: 是否\n  须满足全部\n    收入: a < b  不符 「满足，a」  原因 x\n");
}

TEST_CASE("levels, blank lines and comments") {
  CHECK(formatted("\xEF\xBB\xBF#头\r\n\r\n\r\n规则 人·甲: 是否\r\n\t须满足全部\r\n\t\t一: 是\r\n\t\t   依据 法 "
                  "第一条\r\n\t # 其次\r\n\t\t二: 否 #尾\r\n\t  # 完\r\n\n实体 人") ==
        "# 头\n\n规则 人·甲: 是否\n  须满足全部\n    一: 是\n      依据 法 第一条\n    # 其次\n    二: 否  # 尾\n    # "
        "完\n\n实体 人\n");
}

TEST_CASE("tables line up by what letters take on a screen; names of tests stay as they are") {
  CHECK(formatted("测试 差一分（Ａ）  再来\n 时间 2026-08\n |成员|出生|备注 一|\n | 甲 |1980-02-01||\n 期望 "
                  "甲·额@2026-05＝-5元/月，乙=待核\n") ==
        "测试 差一分（Ａ）  再来\n  时间 2026-08\n  | 成员 | 出生       | 备注 一 |\n  | 甲   | 1980-02-01 |         "
        "|\n  期望 甲·额@2026-05 = -5元/月, 乙 = 待核\n");
}

TEST_CASE("paths and minus signs") {
  CHECK(formatted("参数 a : 元/月 取自   parameters/低保-标准.csv  待核\n") ==
        "参数 a: 元/月 取自 parameters/低保-标准.csv 待核\n");
  CHECK(formatted("变量 人·a: 数 = -b - -c+(-d)*f(-1,- 2)\n") == "变量 人·a: 数 = -b - -c + (-d) × f(-1, -2)\n");
}

TEST_CASE("what cannot be cut into words is refused with its place") {
  const auto broken = format_policy("实体 人\n政策 甲 \"没有收尾\n", "a.policy");
  REQUIRE(!broken);
  CHECK(broken.error().line == 2);
  CHECK(broken.error().column == "6");
}

TEST_CASE("every policy of the pack keeps its meaning") {
  PackText pack;
  PackText laid_out;
  const std::filesystem::path root = std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan";
  for (const char* folder : {"policies", "parameters"}) {
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
      std::ifstream in(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      const std::string name = folder + ("/" + entry.path().filename().string());
      pack.files.push_back({name, text.str()});
      laid_out.files.push_back(pack.files.back());
      if (!name.ends_with(".policy")) continue;
      laid_out.files.back().text = formatted(text.str());
      check_stable(text.str());
    }
  }
  const auto before = load_program(pack);
  const auto after = load_program(laid_out);
  REQUIRE(before);
  REQUIRE(after);
  CHECK(before->variables().size() == after->variables().size());
}

TEST_CASE("random texts: nothing to do the second time") {
  constexpr std::array kPieces = {
      "规则", "变量",    "当",   "若", "则",  "否则",       "且",   "-",      "＋",    "（",         ")",
      "{",    "}",       "：",   ",",  "；",  "·",          ".",    "@",      "/",     "÷",          "%",
      "5",    "3元",     "0.5%", "元", "/月", "2026-07-01", "2026", "甲",     "abc_1", "「引，文」", "“q”",
      "|",    "# 注\n",  "依据", " ",  "  ",  "\n",         "\n  ", "\n    ", "\n\t",  "\n\n\n",     "取自",
      "测试", "a/b.csv", "<=",   "≥",  "!=",  "＝",         "é",    "名　称", "至",    "\r\n"};
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    std::string text;
    const std::uint64_t length = 1 + mix64(seed, 0) % 60;
    for (std::uint64_t i = 0; i < length; ++i) text += kPieces[mix64(seed, i + 1) % kPieces.size()];
    check_stable(text);
  }
}
