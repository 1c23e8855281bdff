#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "policy/trace.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

constexpr const char* kLaw = R"(
实体 人
群体 家庭 成员 人
枚举 区县代码 开放
事实 家庭·区县: 区县代码 状态
事实 人·工资: 元/月 月流量 范围 0元/月 以上
事实 人·零散收入: 元/月 月流量 范围 0元/月 以上 推定 0元/月 采集 7

政策 最低生活保障 "Dibao" 代码 DB 主管 民政 依据 社会救助法 第十八条
参数 低保标准: 元/月 按 区县 取自 parameters/低保标准.csv
变量 人·月均工资: 元/月 = 过去12个月平均(工资) 取整 到 0.01元 四舍五入
变量 家庭·人均月收入: 元/月 = 合计(成员, 月均工资 + 零散收入) / 人数   取整 到 0.01元 四舍五入
规则 家庭·低保: 是否
  须满足全部
    收入 "Income": 人均月收入 < 低保标准   不符 「人均月收入 {人均月收入} 不低于标准 {低保标准}」  原因 income
规则 家庭·低保金: 元/月
  当 低保: (低保标准 - 人均月收入) × 人数
  否则: 0元/月
  取整 到 1元 向上
给付 家庭 资格 低保 金额 低保金
)";

struct Village {
  Program program;
  Inputs inputs;
  Month month = Month::from_civil(2026, 8);

  // Two families of one person each; the second earns too much, the first has no row of casual income.
  Village() : program(load()) {
    inputs.persons = 2;
    inputs.groups = {{{0, 1, 2}, {}, {}}};
    add(1, "区县", PeriodKey::of(month), {*program.code(0, "510107"), *program.code(0, "510107")}, {});
    for (int back = 1; back <= 12; ++back) add(0, "工资", PeriodKey::of(month.plus(-back)), {300'0000, 900'0000}, {});
    add(0, "零散收入", PeriodKey::of(month), {0, 0}, {0, 1});
  }

  static Program load() {
    auto loaded =
        load_program({{{"policies/a.policy", kLaw},
                       {"parameters/低保标准.csv", "区县,值,自,文号,待核\n510107,800,2026-01-01,甲〔2026〕1号,是\n"}}});
    if (!loaded) FAIL(describe(loaded.error(), "zh"));
    return *loaded;
  }

  void add(int entity, const char* name, PeriodKey period, std::vector<std::int64_t> values,
           std::vector<std::uint8_t> known) {
    inputs.columns.push_back({{*program.variable(entity, name), period}, std::move(values), std::move(known)});
  }
};

}  // namespace

TEST_CASE("an explanation says what was decided, in the words of the law, down to facts and parameter rows") {
  const Village village;
  auto told = explain(village.program, village.inputs, 0, 1, village.month);
  REQUIRE(told);
  CHECK(told->status == Status::no);
  const std::string zh = render_text(*told, "zh");
  CHECK(zh.find("[否] 收入：人均月收入 900元/月 不低于标准 800元/月") != std::string::npos);
  CHECK(zh.find("低保标准 = 800元/月  2026-01-01..（甲〔2026〕1号） 参数待核") != std::string::npos);
  CHECK(zh.find("工资 = 900元/月  2025-08..2026-07") != std::string::npos);  // twelve equal months are one step
  CHECK(render_text(*told, "en").find("[no] Income") != std::string::npos);
  CHECK(nlohmann::json::parse(render_json(*told))["why"]["value"] == "否");
}

TEST_CASE("what is unknown is to verify, with a bound, the presumed answer and what to collect") {
  const Village village;
  auto told = explain(village.program, village.inputs, 0, 0, village.month);
  REQUIRE(told);
  CHECK(told->status == Status::to_verify);
  CHECK(told->probable == Status::yes);
  CHECK(told->amount == 500'00);
  CHECK(told->missing == std::vector<std::string>{"零散收入"});
  const std::string zh = render_text(*told, "zh");
  CHECK(zh.find("人均月收入 = 待核（至少 300元/月）") != std::string::npos);
  CHECK(render_text(*told, "en").find("to verify (at least 300元/月)") != std::string::npos);
}

TEST_CASE("an explanation agrees with the evaluator for every subject") {
  const Village village;
  const auto decided = evaluate(village.program, village.inputs, village.month);
  REQUIRE(decided);
  for (std::int64_t subject = 0; subject < 2; ++subject) {
    auto told = explain(village.program, village.inputs, 0, subject, village.month);
    REQUIRE(told);
    CHECK(told->status == decided->programmes[0].status[static_cast<std::size_t>(subject)]);
    CHECK(told->probable == decided->programmes[0].probable[static_cast<std::size_t>(subject)]);
  }
}

TEST_CASE("a subject or programme that is not there is refused") {
  const Village village;
  CHECK_FALSE(explain(village.program, village.inputs, 0, 2, village.month));
  CHECK_FALSE(explain(village.program, village.inputs, 1, 0, village.month));
}
