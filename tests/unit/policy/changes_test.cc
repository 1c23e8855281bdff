// What would change a decision: the values named turn it, and none nearer does.
#include "policy/changes.h"

#include <doctest/doctest.h>

#include "base/hash.h"
#include "policy/testing.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

const Month kMonth = Month::from_civil(2026, 8);

constexpr const char* kLaw = R"(
实体 人
群体 家庭 成员 人
事实 人·工资: 元/月 月流量 范围 0元/月 以上
事实 人·零工: 元/月 月流量 范围 0元/月 至 9000元/月 推定 0元/月
事实 人·机动车数: 辆 状态 范围 0辆 至 9辆
事实 人·在校: 是否 状态
事实 人·出生: 日期 恒定
枚举 城乡类型 { 城镇, 农村 }
事实 家庭·城乡: 城乡类型 状态
政策 低保 代码 DB
参数 标准: 元/月 按 城乡 取自 parameters/标准.csv
变量 家庭·人均: 元/月 = 合计(成员, 工资 + 零工) / 人数 取整 到 0.01元 四舍五入
规则 家庭·低保: 是否
  须满足全部
    收入: 人均 < 标准
    车: 合计(成员, 机动车数) = 0辆
    大人: 有任一(成员, 周岁(出生) >= 18岁 或 在校)
规则 家庭·低保金: 元/月
  当 低保 且 人均 < 400元/月: (标准 - 人均) × 人数
  当 低保: 120元/月
  否则: 0元/月
  取整 到 1元 向上
给付 家庭 资格 低保 金额 低保金
)";

Program load() {
  auto program = load_program(
      {{{"policies/a.policy", kLaw}, {"parameters/标准.csv", "城乡,值,文号\n城镇,800,甲1号\n农村,500,乙2号\n"}}});
  if (!program) FAIL(describe(program.error(), "en"));
  return *program;
}

Inputs family(const Program& program, std::vector<std::int64_t> wages, std::vector<std::uint8_t> odd_known) {
  const PeriodKey month = PeriodKey::of(kMonth);
  const auto persons = static_cast<std::int64_t>(wages.size());
  Inputs inputs;
  inputs.persons = persons;
  inputs.groups = {{{0, persons}, {}, {}}};
  const auto give = [&](int entity, const char* name, PeriodKey period, std::vector<std::int64_t> values,
                        std::vector<std::uint8_t> known = {}) {
    inputs.columns.push_back({{*program.variable(entity, name), period}, std::move(values), std::move(known)});
  };
  give(0, "工资", month, wages);
  give(0, "零工", month, std::vector<std::int64_t>(wages.size(), 0), std::move(odd_known));
  give(0, "机动车数", month, std::vector<std::int64_t>(wages.size(), 0));
  give(0, "在校", month, std::vector<std::int64_t>(wages.size(), 0));
  give(0, "出生", PeriodKey::eternity(), std::vector<std::int64_t>(wages.size(), Day::from_civil(2000, 5, 1).days));
  give(1, "城乡", month, {1});
  return inputs;
}

const Flip* flip_of(const Changes& changes, const std::string& name) {
  for (const Flip& flip : changes.flips) {
    if (flip.name == name) return &flip;
  }
  return nullptr;
}

Status status_of(const Program& program, const Inputs& inputs) {
  return evaluate(program, inputs, kMonth).value().programmes[0].status[0];
}

}  // namespace

TEST_CASE("the nearest value of each fact and parameter that turns the decision") {
  const Program program = load();
  const Inputs inputs = family(program, {900'0000, 0, 0}, {});
  const auto changes = what_would_change(program, inputs, 0, 0, kMonth);
  REQUIRE(changes);
  CHECK(changes->status == Status::yes);
  CHECK(changes->complete);
  const Flip* wage = flip_of(*changes, "工资");
  REQUIRE(wage != nullptr);
  CHECK(wage->from == "900元/月");
  CHECK(wage->to == "1499.99元/月");  // 1499.98 / 3 rounds to 499.99
  CHECK(wage->then == Status::no);
  CHECK(flip_of(*changes, "机动车数")->to == "1辆");
  CHECK(flip_of(*changes, "在校") == nullptr);
  CHECK(flip_of(*changes, "出生") == nullptr);  // two other adults
  const Flip* standard = flip_of(*changes, "标准");
  REQUIRE(standard != nullptr);
  CHECK(standard->parameter);
  CHECK(standard->to == "300元/月");
  CHECK(standard->document == "乙2号");
  CHECK(flip_of(*changes, "城乡") == nullptr);
  REQUIRE(!changes->incomes.empty());
  const IncomeEffect& income = changes->incomes[0];
  CHECK(income.now == 900'00);
  CHECK(income.benefit == 600'00);
  CHECK(income.lost_per_100 == 99'00);  // rounded up to whole yuan before and after
  CHECK(income.ends_at == 1499'99);
  REQUIRE(income.cliffs.size() == 2);
  CHECK(income.cliffs[0].before == 301'00);  // at 1199.98: (500 - 399.99) × 3, rounded up
  CHECK(income.cliffs[0].after == 120'00);
  CHECK(income.cliffs[0].at == 1199'98);
  CHECK(income.cliffs[1].after == 0);
  CHECK(render_changes_text(*changes, "zh").find("工资 由 900元/月 变为 1499.99元/月 → 不符合") != std::string::npos);
  CHECK(render_changes_text(*changes, "en").find("nothing is due from 1499.99 yuan a month") != std::string::npos);
  CHECK(render_changes_json(*changes).find("\"ends_at_fen\": 149999") != std::string::npos);
}

TEST_CASE("an open decision: what an unknown fact would have to be") {
  const Program program = load();
  const Inputs inputs = family(program, {900'0000, 0, 0}, {1, 0, 1});
  const auto changes = what_would_change(program, inputs, 0, 0, kMonth);
  REQUIRE(changes);
  CHECK(changes->status == Status::to_verify);
  const Flip* odd = flip_of(*changes, "零工");
  REQUIRE(odd != nullptr);
  CHECK(odd->from == "待核");
  CHECK(odd->row == 1);
  CHECK(odd->then == Status::yes);
  CHECK(flip_of(*changes, "机动车数")->then == Status::no);  // settles it whatever the odd jobs bring
}

TEST_CASE("what is named turns the decision in both evaluators, and a step nearer does not") {
  const Program program = load();
  RandomStream random(11);
  int turned = 0;
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    std::vector<std::int64_t> wages;
    for (std::uint64_t i = 0; i < 1 + random.below(4); ++i)
      wages.push_back(static_cast<std::int64_t>(random.below(120'000)) * 100);
    const Inputs inputs = family(program, wages, {});
    const auto changes = what_would_change(program, inputs, 0, 0, kMonth);
    REQUIRE(changes);
    for (const Flip& flip : changes->flips) {
      if (flip.name != "工资") continue;
      const VariableInfo& info = program.variables()[static_cast<std::size_t>(*program.variable(0, "工资"))];
      const std::int64_t to = *parse_value(program, info, flip.to);
      const std::int64_t from = wages[static_cast<std::size_t>(flip.row)];
      Inputs there = inputs, nearer = inputs;
      there.columns[0].values[static_cast<std::size_t>(flip.row)] = to;
      nearer.columns[0].values[static_cast<std::size_t>(flip.row)] = to + (to > from ? -100 : 100);
      CHECK(status_of(program, there) == flip.then);
      CHECK(status_of(program, nearer) == changes->status);
      ++turned;
    }
  }
  CHECK(turned > 60);
}
