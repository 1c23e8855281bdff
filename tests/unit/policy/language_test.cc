#include <doctest/doctest.h>

#include <fmt/format.h>

#include <tuple>

#include "policy/decisions.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

constexpr const char* kLaw = R"(
实体 人
群体 家庭 成员 人
  角色 户主 至多 1
  角色 子女
联系 人·户外赡养义务人 多个
枚举 城乡类型 { 城镇, 农村 }
枚举 区县代码 开放
事实 家庭·区县: 区县代码 状态
事实 家庭·城乡: 城乡类型 状态
事实 人·出生: 日期 恒定
事实 人·工资: 元/月 月流量 缺省 0元/月 范围 0元/月 以上
事实 人·零散收入: 元/月 月流量 范围 0元/月 以上 推定 0元/月 采集 7
事实 人·机动车数: 辆 状态 缺省 0辆

政策 最低生活保障 "Dibao" 代码 DB 主管 民政 依据 社会救助法 第十八条
参数 低保标准: 元/月 按 区县, 城乡 取自 parameters/低保标准.csv
变量 家庭·人均月收入: 元/月 = 合计(成员, 工资 + 零散收入) / 人数   取整 到 0.01元 四舍五入
规则 家庭·低保: 是否
  须满足全部
    收入: 人均月收入 < 低保标准   不符 「人均月收入 {人均月收入} 不低于标准 {低保标准}」  原因 income
    财产: 合计(成员, 机动车数) = 0辆
规则 家庭·低保金: 元/月
  当 低保: (低保标准 - 人均月收入) × 人数
  否则: 0元/月
  取整 到 1元 向上
给付 家庭 资格 低保 金额 低保金
)";

constexpr const char* kTable =
    "区县,城乡,值,自,文号\n510107,城镇,800,2026-01-01,甲〔2026〕1号\n510107,农村,500,2026-01-01,甲〔2026〕1号\n";

Program load(std::string law, std::string table = kTable) {
  PackText pack{{{"policies/a.policy", std::move(law)}, {"parameters/低保标准.csv", std::move(table)}}};
  auto program = load_program(pack);
  if (!program) FAIL(describe(program.error(), "zh"));
  return *program;
}

InputColumn column(const Program& program, int entity, const char* name, PeriodKey period,
                   std::vector<std::int64_t> values, std::vector<std::uint8_t> known = {}) {
  const auto index = program.variable(entity, name);
  REQUIRE(index);
  return {{*index, period}, std::move(values), std::move(known)};
}

}  // namespace

TEST_CASE("a family of three is topped up to the standard") {
  const Program program = load(kLaw);
  const PeriodKey month = PeriodKey::of(Month::from_civil(2026, 8));
  Inputs inputs;
  inputs.persons = 5;
  inputs.groups = {{{0, 3, 5}, {}, {}}};
  inputs.links = {{}};
  const auto county =
      program.code(program.variables()[static_cast<std::size_t>(*program.variable(1, "区县"))].enumeration, "510107");
  REQUIRE(county);
  inputs.columns = {column(program, 1, "区县", month, {*county, *county}), column(program, 1, "城乡", month, {1, 0}),
                    column(program, 0, "工资", month, {900'0000, 0, 0, 5000'0000, 0}),
                    column(program, 0, "零散收入", month, {0, 0, 0, 0, 0}, {1, 1, 1, 0, 0}),
                    column(program, 0, "机动车数", month, {0, 0, 0, 0, 0})};
  for (const bool simple : {true, false}) {
    Options options;
    options.simple = simple;
    const auto decisions = evaluate(program, inputs, Month::from_civil(2026, 8), options);
    REQUIRE(decisions);
    REQUIRE(decisions->programmes.size() == 1);
    const ProgrammeDecisions& dibao = decisions->programmes[0];
    CHECK(dibao.status[0] == Status::yes);
    CHECK(dibao.amount[0] == 600'00);
    // A known wage above the standard settles it, whatever the unknown income is.
    CHECK(dibao.status[1] == Status::no);
    CHECK(dibao.missing[1] == 0);
    CHECK(dibao.reasons[0] == 3);
    CHECK(dibao.reasons[1] == 2);
  }
}

TEST_CASE("dates in the first column belong to what follows them") {
  const Program program =
      load("实体 人\n政策 甲\n自 2021-07-01 至 2026-06-30\n变量 人·额: 人 = 1人\n自 2026-07-01\n变量 人·额: 人 = 2人\n",
           "a,b\n");
  Inputs inputs;
  inputs.persons = 1;
  for (const auto& [year, month, expected] : {std::tuple{2026, 6, 1}, std::tuple{2026, 7, 2}, std::tuple{2021, 7, 1}}) {
    const Wanted wanted{*program.variable(0, "额"), PeriodKey::of(Month::from_civil(year, month)), false};
    const auto values = compute(program, inputs, std::span(&wanted, 1));
    REQUIRE(values);
    CHECK((*values)[0].low[0] == expected);
  }
}

TEST_CASE("no pack can exhaust the stack: chains, brackets and rules upon rules are limited") {
  const std::string head = "实体 人\n事实 人·工资: 元/月 月流量\n";
  const auto codes = [&](const std::string& rules) {
    std::vector<std::string> out;
    for (const Error& error : check_pack({{{"policies/a.policy", head + rules}}})) out.push_back(error.code);
    return out;
  };
  std::string sum = "变量 人·a: 元/月 = 工资", brackets = "变量 人·a: 元/月 = ", rules = "变量 人·v0: 元/月 = 工资\n";
  for (int i = 0; i < 400; ++i) sum += " + 工资";
  CHECK(codes(sum + "\n").empty());
  for (int i = 0; i < 100'000; ++i) sum += " + 工资";
  CHECK(codes(sum + "\n") == std::vector<std::string>{"policy.nesting"});
  brackets += std::string(10'000, '(') + "工资" + std::string(10'000, ')') + "\n";
  CHECK(codes(brackets).front() == "policy.nesting");
  for (int i = 1; i < 300; ++i) rules += fmt::format("变量 人·v{}: 元/月 = v{} + 1元/月\n", i, i - 1);
  CHECK(codes(rules).empty());
  for (int i = 300; i < 1'100; ++i) rules += fmt::format("变量 人·v{}: 元/月 = v{} + 1元/月\n", i, i - 1);
  CHECK(codes(rules).front() == "policy.depth");
  std::string heavy = "变量 人·v0: 元/月 = 工资\n";
  for (int i = 1; i < 30; ++i) {
    heavy += fmt::format("变量 人·v{}: 元/月 = v{}", i, i - 1);
    for (int k = 0; k < 200; ++k) heavy += " + 1元/月";
    heavy += "\n";
  }
  CHECK(codes(heavy).front() == "policy.depth");
}

TEST_CASE("a parameter's dated lines hold one after the other") {
  const std::string law =
      "实体 人\n事实 人·工资: 元/月 月流量\n参数 基数: 元/月\n  2017-01-01: 400元/月\n  2018-04-01: 410元/月 待核\n"
      "变量 人·x: 元/月 = 基数\n";
  const auto program = load_program({{{"policies/a.policy", law}}});
  REQUIRE(program);
  Inputs inputs;
  inputs.persons = 1;
  const auto value = [&](int year, int month) {
    const Wanted wanted{*program->variable(0, "x"), PeriodKey::of(Month::from_civil(year, month)), false};
    return compute(*program, inputs, std::span(&wanted, 1)).value()[0].low[0];
  };
  CHECK(value(2018, 3) == 400'0000);
  CHECK(value(2018, 4) == 410'0000);
  const auto twice = check_pack(
      {{{"policies/a.policy", "实体 人\n参数 基数: 元/月\n  2018-04-01: 410元/月\n  2017-01-01: 400元/月\n"}}});
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].code == "policy.date");
}
