// The tools that read a whole pack: coverage, difference, pages, a file of facts, the language service.
#include <doctest/doctest.h>

#include <algorithm>

#include "policy/case_coverage.h"
#include "policy/difference.h"
#include "policy/facts_file.h"
#include "policy/language_service.h"
#include "policy/pages.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

constexpr const char* kLaw = R"(实体 人
群体 家庭 成员 人
枚举 区县代码 开放
事实 家庭·区县: 区县代码 状态
事实 人·出生: 日期 恒定 缺省 1980-01-01
事实 人·工资: 元/月 月流量 缺省 0元/月 范围 0元/月 以上
政策 救助 "Aid" 代码 JZ 主管 民政 依据 甲法 第一条
参数 标准: 元/月 按 区县 取自 parameters/标准.csv
变量 家庭·收入: 元/月 = 合计(成员, 工资)
规则 家庭·可领: 是否
  依据 甲法 第二条（一）；未见原文 U01
  须满足全部
    收入 "Income": 收入 < 标准  不符 「收入 {收入} 不低于标准」
    年龄 "Age": 有任一(成员, 周岁(出生) >= 60岁)
规则 家庭·金额: 元/月  依据 甲法 第九条
  当 可领: 100元/月
  否则: 0元/月
给付 家庭 资格 可领 金额 金额
测试 领
  时间 2026-08
  参数 标准 = 500
  其余 缺省
  | 成员 | 出生       | 工资   |
  | 甲   | 1950-01-01 | 499.99 |
  期望 可领 = 是
测试 收入高
  时间 2026-08
  参数 标准 = 500
  其余 缺省
  | 成员 | 出生       | 工资 |
  | 甲   | 1950-01-01 | 500  |
  期望 可领 = 否
)";
constexpr const char* kTable =
    "区县,值,自,至,文号\n510107,500,2026-01-01,,甲〔2026〕1号\n510108,400,2026-01-01,,甲〔2026〕1号\n";

PackText pack_of(std::string law = kLaw, std::string table = kTable) {
  return {{{"policies/a.policy", std::move(law)}, {"parameters/标准.csv", std::move(table)}}};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

LawTexts texts() {
  const std::vector<PackFile> files = {{"甲法.md",
                                        "---\nid: 甲法\ntitle: 某甲法\n---\n# 某甲法\n## "
                                        "第一条\n为了帮助困难的人。\n## 第二条\n符合下列情形：\n（一）收入低；\n"},
                                       {"unseen.csv", "id,document,title,says\nU01,乙〔2020〕3号,某意见,六十岁\n"}};
  return LawTexts(files);
}

Program load(const PackText& pack) {
  auto program = load_program(pack);
  if (!program) FAIL(describe(program.error(), "zh"));
  return *program;
}

const Mutant* mutant(const Coverage& found, std::string_view label, Mutant::Kind kind) {
  const auto at =
      std::ranges::find_if(found.mutants, [&](const Mutant& m) { return m.label.zh == label && m.kind == kind; });
  return at == found.mutants.end() ? nullptr : &*at;
}

}  // namespace

TEST_CASE("an article is found by id, title and item") {
  const LawTexts found = texts();
  REQUIRE(found.find("甲法 第二条（一）"));
  CHECK(found.find("某甲法 第二条")->text == "符合下列情形：\n（一）收入低；");
  CHECK(found.find("甲法 第二条（二）") == nullptr);
  CHECK(found.find("甲法 第二十条") == nullptr);
  CHECK(found.find("乙法 第一条") == nullptr);
  CHECK(found.find("未见原文 U01")->unseen);
  CHECK(found.find("未见原文 U02") == nullptr);
}

TEST_CASE("coverage counts articles apart and names what no case decides") {
  const auto found = coverage(load(pack_of()), texts(), {.bounds = true});
  REQUIRE(found);
  const auto state = [&](std::string_view citation) {
    return std::ranges::find(found->articles, citation, &ArticleUse::citation)->state;
  };
  CHECK(state("甲法 第一条") == SourceState::law);
  CHECK(state("甲法 第二条（一）") == SourceState::law);
  CHECK(state("未见原文 U01") == SourceState::unseen);
  CHECK(state("甲法 第九条") == SourceState::absent);
  CHECK(found->rules_without_article.empty());
  CHECK(found->programmes_without_case.empty());
  CHECK(!mutant(*found, "收入", Mutant::Kind::negated)->killed_by.empty());
  CHECK(mutant(*found, "收入", Mutant::Kind::bound_up)->killed_by == "收入高");
  CHECK(mutant(*found, "收入", Mutant::Kind::bound_down)->killed_by == "领");
  CHECK(mutant(*found, "年龄", Mutant::Kind::negated)->killed_by == "领");
  CHECK(mutant(*found, "年龄", Mutant::Kind::bound_up)->killed_by.empty());
}

TEST_CASE("a condition without a case survives; a rule without an article is named") {
  std::string law = replaced(kLaw, "有任一(成员, 周岁(出生) >= 60岁)", "有任一(成员, 周岁(出生) >= 60岁) 或 是");
  law = replaced(law, "  依据 甲法 第九条", "");
  const auto found = coverage(load(pack_of(law)), texts());
  REQUIRE(found);
  CHECK(found->rules_without_article == std::vector<std::string>{"金额"});
  law = replaced(law, "期望 可领 = 是", "期望 收入 = 499.99");
  const auto fewer = coverage(load(pack_of(law)), texts());
  REQUIRE(fewer);
  CHECK(mutant(*fewer, "年龄", Mutant::Kind::negated)->killed_by.empty());
}

TEST_CASE("the difference in meaning: a row that follows another, a condition, words that say the same") {
  const std::string table =
      "区县,值,自,至,文号\n510107,500,2026-01-01,2026-12-31,甲〔2026〕1号\n510107,550,2027-01-01,,甲〔2026〕9号\n"
      "510108,400,2026-01-01,,甲〔2026〕1号\n";
  const auto rows = difference(pack_of(), pack_of(kLaw, table));
  REQUIRE(rows);
  REQUIRE(rows->size() == 1);
  CHECK(words_of((*rows)[0]).zh == "标准 510107 500元/月 → 550元/月 自 2027-01-01（甲〔2026〕9号）");
  const auto condition = difference(pack_of(), pack_of(replaced(kLaw, ">= 60岁", ">= 65岁")));
  REQUIRE(condition);
  REQUIRE(condition->size() == 1);
  CHECK((*condition)[0].what == Change::What::condition);
  CHECK((*condition)[0].before == "有任一(成员, 周岁(出生) >= 60岁)");
  const auto words = difference(pack_of(), pack_of(replaced(kLaw, "收入 < 标准", "(收入)＜标准")));
  REQUIRE(words);
  CHECK(words->empty());
  const auto removed =
      difference(pack_of(), pack_of(replaced(kLaw, "    年龄 \"Age\": 有任一(成员, 周岁(出生) >= 60岁)\n", "")));
  REQUIRE(removed);
  REQUIRE(removed->size() == 1);
  CHECK(words_of((*removed)[0]).en.starts_with("removed 家庭·可领 年龄"));
}

TEST_CASE("a file of facts is decided; what is not given is to verify") {
  const auto told = explain_facts(
      pack_of(),
      {"a.facts", "时间 2026-08\n给定 家庭·区县 = \"510107\"\n| 成员 | 出生 | 工资 |\n| 甲 | 1950-01-01 | 300 |\n"},
      "JZ");
  REQUIRE(told);
  REQUIRE(told->size() == 1);
  CHECK((*told)[0].told.status == Status::yes);
  CHECK((*told)[0].told.amount == 100'00);
  const auto unknown = explain_facts(
      pack_of(), {"a.facts", "时间 2026-08\n给定 家庭·区县 = \"510107\"\n| 成员 | 工资 |\n| 甲 | 300 |\n"}, "");
  REQUIRE(unknown);
  CHECK((*unknown)[0].told.status == Status::to_verify);
  CHECK((*unknown)[0].told.missing == std::vector<std::string>{"出生"});
  const auto bad = explain_facts(pack_of(), {"a.facts", "时间 2026-08\n| 成员 | 公资 |\n| 甲 | 300 |\n"}, "");
  REQUIRE(!bad);
  CHECK(bad.error().file == "a.facts");
  CHECK(bad.error().line == 3);
  const auto code = explain_facts(pack_of(), {"a.facts", "时间 2026-08\n"}, "XX");
  REQUIRE(!code);
  CHECK(code.error().outcome == Outcome::usage);
}

TEST_CASE("pages: every rule, its article, its parameters; text is escaped; no script") {
  const PackText pack = pack_of(replaced(kLaw, "\"Aid\"", "\"Aid <b>\""));
  const auto pages = render_pages(load(pack), pack, texts());
  REQUIRE(pages.size() == 4);
  const std::string& page = pages[1].text;
  CHECK(pages[1].name == "JZ.html");
  for (const char* part : {"为了帮助困难的人", "甲〔2026〕1号", "id=\"家庭-可领\"", "<svg", "（一）收入低",
                           "id=\"人-出生\"", "六十岁", "JZ.en.html"})
    CHECK_MESSAGE(page.find(part) != std::string::npos, std::string(part));
  CHECK(page.find("Aid &lt;b&gt;") != std::string::npos);
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("http") == std::string::npos);
}

TEST_CASE("the language service: mistakes, hover, definition, completion, rename") {
  LanguageService service(pack_of(), texts());
  const std::string file = "policies/a.policy";
  CHECK(service.mistakes().empty());
  const Position used{12, 17};  // 收入 in "收入 < 标准"
  const auto place = service.definition(file, used);
  REQUIRE(place);
  CHECK(place->line == 8);
  CHECK(place->begin == 6);
  const auto words = service.hover(file, {10, 8});
  REQUIRE(words);
  CHECK(words->find("（一）收入低") != std::string::npos);
  const auto rule = service.hover(file, {15, 4});
  REQUIRE(rule);
  CHECK(rule->find("符合下列情形") != std::string::npos);
  const auto has = [](const std::vector<Suggestion>& list, std::string_view word) {
    return std::ranges::find(list, word, &Suggestion::word) != list.end();
  };
  const auto own = service.complete(file, {8, 14});
  CHECK(has(own, "收入"));
  CHECK(has(own, "标准"));
  CHECK(!has(own, "工资"));
  service.change(file, std::string(kLaw) + "变量 人·新: 元/月 = 所在家庭·\n");
  const auto down = service.complete(file, {32, 19});
  CHECK(has(down, "收入"));
  CHECK(!has(down, "工资"));
  CHECK(!service.mistakes().empty());
  service.change(file, kLaw);
  const auto spans = service.rename(file, used, "总收入");
  REQUIRE(spans);
  CHECK(spans->size() == 4);  // declaration, label, use, and the text in quotes
  CHECK(!service.rename(file, used, "标准"));
  CHECK(!service.rename(file, used, "且"));
  CHECK(!service.rename(file, {3, 7}, "县"));  // a column of a table
}
