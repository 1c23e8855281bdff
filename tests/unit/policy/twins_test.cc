// The block evaluator against its slow twin: equal on random populations, unknowns, troubles and threads included.
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "base/hash.h"
#include "random_population.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

constexpr const char* kFacts = R"(
实体 人
群体 家庭 成员 人
  角色 户主 至多 1
  角色 配偶位 至多 1
  角色 子女
群体 房屋 成员 人
  角色 房客
联系 人·配偶 一个
联系 人·义务人 多个
枚举 城乡类型 { 城镇, 农村 }
枚举 区县代码 开放
事实 家庭·区县: 区县代码 状态
事实 家庭·城乡: 城乡类型 状态
事实 家庭·存款: 元 存量 范围 0元 以上
事实 房屋·租金: 元/月 月流量 缺省 0元/月
事实 房屋·自有: 是否 状态
事实 人·出生: 日期 恒定
事实 人·工资: 元/月 月流量 缺省 0元/月 范围 0元/月 以上
事实 人·零工: 元/月 月流量 范围 0元/月 至 9000元/月 推定 50元/月 采集 7
事实 人·年奖: 元/年 年流量
事实 人·残疾等级: 级 状态 范围 0级 至 4级
事实 人·在校: 是否 状态 推定 否
事实 人·车数: 辆 状态 缺省 0辆
事实 人·系数: 倍 状态
)";

constexpr const char* kRules = R"(
取整 默认 四舍五入
政策 甲 代码 JIA
参数 标准: 元/月 按 区县, 城乡 取自 parameters/标准.csv
参数 年龄额: 元/月 按 人·年岁 取自 parameters/年龄额.csv
参数 期数: 月 = 3 自 2020-01-01
级距 税率: 元/月 到 倍
  0: 1.5%
  1000: 10%
  1500: 7%
变量 人·年岁: 岁 = 周岁(出生)
变量 人·月均: 元/月 = 过去平均(期数, 工资 + 零工) 取整 到 0.01元 四舍五入
变量 人·税: 元/月 = 累进(税率, 工资) 取整 到 0.01元 向下
变量 人·净: 元/月 = 至少(工资 - 税, 0元/月) + 平均到月(年奖) 取整 到 0.01元 四舍六入
变量 家庭·总: 元/月 = 合计(成员, 净) + 合计(成员 的 义务人, 若 年岁 > 60 则 0元/月 否则 净 × 0.1) + 合计(子女 当 在校, 10元/月) 取整 到 0.01元 四舍五入
变量 家庭·人均: 元/月 = 总 / (人数 - 人数(成员 当 残疾等级 = 1)) 取整 到 0.01元 四舍五入
变量 人·名: 个 = 名次(家庭, 工资)
变量 人·房租份额: 元/月 = 若 角色是(房屋, 房客) 则 所在房屋·租金 / 所在房屋·房客数 否则 0元/月 取整 到 0.01元 向上
变量 房屋·房客数: 人 = 人数(房客)
变量 房屋·最大工资: 元/月 = 最大(成员 当 在校 或 车数 > 1辆, 工资 - 零工)
变量 人·额: 元/月 = 年龄额
变量 家庭·次子工资: 元/月 = 第(2, 子女, 工资)
规则 家庭·穷: 是否
  须满足全部
    收入: 人均 < 标准
    财产: 存款 <= 24 × 3000元 或 有任一(成员, 残疾等级 属于 {1级, 2级})
    车: 合计(成员, 车数) = 0辆 或 全部(成员 当 年岁 >= 18, 在校)
    户主: 户主·年岁 >= 20 或 全无(成员, 配偶·在校)
规则 家庭·额度: 元/月
  当 穷 且 上月(额度) > 100元/月: 上月(额度) × 0.5 + 最小(成员, 额)
  当 穷: (标准 - 人均) × 人数 × 第一个(成员 当 年岁 > 10, 系数)
  否则: 0元/月
  取整 到 1元 向上
规则 人·津贴: 元/月
  一般: 100元/月
  例外 残 当 残疾等级 > 0 先于 老: 年龄额
  例外 老 当 年岁 >= 60: 150元/月
  例外 学 当 在校: 60元/月 + 房租份额
  取整 到 1元 四舍五入
规则 人·可领: 是否 = 非 所在家庭·穷 且 (年岁 > 50 或 名 = 1) 且 最大(义务人, 工资) < 2000元/月 且 所在房屋·最大工资 >= 0元/月
规则 人·乙额: 元/月 = 房租份额 取整 到 1元 向下
规则 人·乙资格: 是否 = 所在房屋·自有 或 存在工资
规则 人·存在工资: 是否 = 过去2个月有任一(工资 > 1500元/月) 且 月数(出生, 决定日) > 300
给付 家庭 资格 穷 金额 额度
给付 YI 人 资格 可领 金额 津贴
给付 BING 人 资格 乙资格 金额 乙额
互斥 { YI, JIA } 取 JIA
择高 { YI, BING }
)";

constexpr const char* kStandards =
    "区县,城乡,值,自\n510107,城镇,800,2020-01-01\n510107,农村,500,2020-01-01\n510108,*,650,2020-01-01\n*,农村,300,2020-"
    "01-01\n";
constexpr const char* kAges = "年岁,值\n(..6),200\n[6..18),100.5\n[18..60),0\n[60..),300\n";

Program load(const std::string& rules) {
  const PackText pack{{{"policies/a.policy", kFacts},
                       {"policies/b.policy", rules},
                       {"parameters/标准.csv", kStandards},
                       {"parameters/年龄额.csv", kAges}}};
  auto program = load_program(pack);
  if (!program) FAIL(describe(program.error(), "zh") << rules);
  return *program;
}

void check_equal(const Decisions& fast, const Decisions& slow) {
  REQUIRE(fast.programmes.size() == slow.programmes.size());
  for (std::size_t p = 0; p < fast.programmes.size(); ++p) {
    CHECK(fast.programmes[p].status == slow.programmes[p].status);
    CHECK(fast.programmes[p].probable == slow.programmes[p].probable);
    CHECK(fast.programmes[p].amount == slow.programmes[p].amount);
    CHECK(fast.programmes[p].probable_amount == slow.programmes[p].probable_amount);
    CHECK(fast.programmes[p].reasons == slow.programmes[p].reasons);
    CHECK(fast.programmes[p].unknown == slow.programmes[p].unknown);
    CHECK(fast.programmes[p].missing == slow.programmes[p].missing);
    CHECK(fast.programmes[p].trouble == slow.programmes[p].trouble);
  }
}

/// Random well-typed expressions over the facts.
class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::string person_bool(int depth) {
    if (depth <= 0)
      return pick({"在校", "残疾等级 > 1级", "工资 < 零工", "周岁(出生) >= 18岁", "车数 = 1辆", "角色是(家庭, 子女)",
                   "配偶·在校", "所在房屋·自有", "残疾等级 属于 { 1级, 3级 }", "所在家庭·城乡 = 农村",
                   "序号(家庭) = 2个", "名次(家庭, 工资) = 1个", "几号(出生) > 15天", "星期几(加日(出生, 车数)) < 3",
                   "年份(出生) < 1980年", "月数(出生, 期末) > 300月", "所在家庭·区县 = \"510107\"",
                   "在校 = 配偶·在校"});
    switch (random_.below(7)) {
      case 6: return fmt::format("有任一(所在家庭·成员 当 {}, {})", person_bool(depth - 2), person_bool(depth - 2));
      case 0: return fmt::format("({} 且 {})", person_bool(depth - 1), person_bool(depth - 2));
      case 1: return fmt::format("({} 或 {})", person_bool(depth - 2), person_bool(depth - 1));
      case 2: return fmt::format("(非 {})", person_bool(depth - 1));
      case 3: return fmt::format("({} <= {})", person_money(depth - 1), person_money(depth - 2));
      case 4: return fmt::format("有任一(义务人 当 {}, {})", person_bool(depth - 2), person_bool(depth - 2));
      default: return fmt::format("({} = {})", person_money(depth - 2), person_money(depth - 2));
    }
  }

  std::string person_money(int depth) {
    if (depth <= 0)
      return pick({"工资", "零工", "120.5元/月", "0元/月", "上月(工资)", "过去2个月合计(零工)", "所在房屋·租金",
                   "配偶·工资", "户主工资", "年龄额", "所在家庭·穷线", "平均到月(年奖)"});
    switch (random_.below(11)) {
      case 8: return fmt::format("取整(累进(税率, {}), 0.01, 向上)", person_money(depth - 2));
      case 9:
        return fmt::format("取整({} × 档次(税率, {}), 0.01, 四舍六入)", person_money(depth - 2),
                           person_money(depth - 2));
      case 10:
        return fmt::format("取整({} × 所在家庭·{}, 0.1, 四舍五入)", person_money(depth - 2),
                           pick({"人数", "户主系数"}));
      case 0: return fmt::format("({} + {})", person_money(depth - 1), person_money(depth - 2));
      case 1: return fmt::format("({} - {})", person_money(depth - 2), person_money(depth - 1));
      case 2: return fmt::format("至少({}, {})", person_money(depth - 1), person_money(depth - 2));
      case 3: return fmt::format("至多({}, {})", person_money(depth - 1), person_money(depth - 2));
      case 4:
        return fmt::format("(若 {} 则 {} 否则 {})", person_bool(depth - 1), person_money(depth - 2),
                           person_money(depth - 1));
      case 5: return fmt::format("取整({} × 系数, 0.01, 四舍五入)", person_money(depth - 2));
      case 6: return fmt::format("取整({} / 车数, 0.1, 向下)", person_money(depth - 1));
      case 7: return fmt::format("合计(义务人 当 {}, {})", person_bool(depth - 2), person_money(depth - 2));
      default: return fmt::format("绝对值({})", person_money(depth - 1));
    }
  }

  std::string family_money() {
    const std::string fold = pick({"合计", "最大", "最小", "第一个"});
    return fmt::format("{}({} 当 {}, {})", fold, pick({"成员", "子女", "户主"}), person_bool(2), person_money(3));
  }

  std::string family_bool() {
    switch (random_.below(4)) {
      case 0: return fmt::format("全部({} 当 {}, {})", pick({"成员", "子女"}), person_bool(1), person_bool(2));
      case 1: return fmt::format("有任一({}, {})", pick({"成员", "子女", "户主"}), person_bool(3));
      case 2: return fmt::format("人数(成员 当 {}) > {}人", person_bool(2), random_.below(3));
      default: return fmt::format("第({}, 成员 当 {}, 在校)", 1 + random_.below(2), person_bool(1));
    }
  }

 private:
  RandomStream random_;
  std::string pick(std::initializer_list<const char*> words) { return words.begin()[random_.below(words.size())]; }
};

}  // namespace

TEST_CASE("blocks and twin agree on a law with every kind of construction") {
  const Program program = load(kRules);
  const Month month = Month::from_civil(2026, 8);
  const auto wanted = needs(program, month);
  REQUIRE(wanted);
  std::array<int, 3> seen{};
  int settled_by_presumption = 0, paid = 0, missing = 0, troubled = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    const std::uint64_t unknown = seed % 3 == 0 ? 0 : seed % 3 == 1 ? 50'000 : 300'000;
    const Inputs inputs = random_population::make(program, *wanted, seed, 1200, unknown);
    Options slow, fast;
    slow.simple = true;
    slow.use_defaults = fast.use_defaults = seed % 5 == 0;
    fast.threads = 1 + static_cast<int>(seed % 3);
    const auto a = evaluate(program, inputs, month, fast);
    const auto b = evaluate(program, inputs, month, slow);
    REQUIRE(a);
    REQUIRE(b);
    check_equal(*a, *b);
    for (const ProgrammeDecisions& each : a->programmes) {
      for (std::size_t row = 0; row < each.status.size(); ++row) {
        ++seen[static_cast<std::size_t>(each.status[row])];
        settled_by_presumption +=
            each.status[row] == Status::to_verify && each.probable[row] != Status::to_verify ? 1 : 0;
        paid += each.amount[row] > 0 ? 1 : 0;
        missing += each.missing[row] != 0 ? 1 : 0;
        troubled += each.trouble[row] != Trouble::none ? 1 : 0;
      }
    }
  }
  // The comparison is worth something only when every kind of result occurred.
  for (const int count : seen) CHECK(count > 1000);
  for (const int count : {settled_by_presumption, paid, missing, troubled}) CHECK(count > 20);
}

namespace {

/// ./test --long runs a hundred times as much.
bool long_tests() {
  const char* asked = std::getenv("SONGTAN_LONG_TESTS");
  return asked != nullptr && std::string_view(asked) == "1";
}

std::int64_t families_of(const Inputs& inputs) { return std::ssize(inputs.groups[0].offsets) - 1; }

}  // namespace

TEST_CASE("blocks and twin agree on random programs") {
  const Month month = Month::from_civil(2026, 8);
  const std::uint64_t programs = long_tests() ? 1'800 : 60;
  std::int64_t families = 0;
  for (std::uint64_t seed = 1; seed <= programs; ++seed) {
    CAPTURE(seed);
    Writer writer(seed);
    const std::string rules = fmt::format(
        "取整 默认 四舍五入\n政策 甲 代码 JIA\n参数 标准: 元/月 按 区县, 城乡 取自 parameters/标准.csv\n参数 年龄额: "
        "元/月 "
        "按 人·年岁 取自 parameters/年龄额.csv\n级距 税率: 元/月 到 倍\n  0: 1.5%\n  1000: 10%\n  1500: 7%\n变量 "
        "人·年岁: 岁 "
        "= 周岁(出生)\n变量 家庭·穷线: 元/月 = 标准\n变量 家庭·户主系数: 倍 = 户主·系数\n变量 人·户主工资: 元/月 = "
        "所在家庭·户主·工资\n变量 人·a: 元/月 = {}\n规则 家庭·x: 是否\n  须满足任一\n    一: {} < {}\n    二: {}\n    "
        "三: 非 "
        "{}\n规则 家庭·y: 元/月 = {} + 合计(成员, a) 取整 到 1元 四舍五入\n给付 家庭 资格 x 金额 y\n规则 人·z: 是否 = "
        "{}\n给付 Z 人 资格 z\n",
        writer.person_money(4), writer.family_money(), writer.family_money(), writer.family_bool(),
        writer.family_bool(), writer.family_money(), writer.person_bool(5));
    const Program program = load(rules);
    const auto wanted = needs(program, month);
    REQUIRE(wanted);
    const Inputs inputs = random_population::make(program, *wanted, seed, 700, seed % 2 == 0 ? 100'000 : 400'000);
    families += families_of(inputs);
    Options slow, fast;
    slow.simple = true;
    slow.use_defaults = fast.use_defaults = seed % 7 == 0;
    const auto a = evaluate(program, inputs, month, fast);
    const auto b = evaluate(program, inputs, month, slow);
    REQUIRE(a);
    REQUIRE(b);
    check_equal(*a, *b);
  }
  CHECK(families > (long_tests() ? 500'000 : 10'000));
}

TEST_CASE("blocks and twin agree on the whole Sichuan pack") {
  PackText pack;
  const std::filesystem::path folder = std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs/sichuan";
  for (const char* part : {"policies", "parameters"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder / part)) {
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      pack.files.push_back({part + ("/" + entry.path().filename().string()), text.str()});
    }
  }
  const auto program = load_program(pack);
  REQUIRE(program);
  std::int64_t families = 0;
  for (std::uint64_t seed = 1; seed <= (long_tests() ? 200U : 4U); ++seed) {
    CAPTURE(seed);
    const Month month = Month::from_civil(2026, 3 + static_cast<int>(seed % 9));
    const auto wanted = needs(*program, month);
    REQUIRE(wanted);
    const std::uint64_t unknown = seed % 4 == 0 ? 0 : seed % 4 == 1 ? 20'000 : seed % 4 == 2 ? 150'000 : 400'000;
    const Inputs inputs = random_population::make(*program, *wanted, seed * 4, long_tests() ? 6'000 : 800, unknown);
    families += families_of(inputs);
    Options slow, fast;
    slow.simple = true;
    fast.threads = 2;
    const auto a = evaluate(*program, inputs, month, fast);
    const auto b = evaluate(*program, inputs, month, slow);
    REQUIRE(a);
    REQUIRE(b);
    check_equal(*a, *b);
  }
  CHECK(families > (long_tests() ? 500'000 : 1'000));
}
