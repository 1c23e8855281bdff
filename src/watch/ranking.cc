#include "watch/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "base/toml_file.h"
#include "model/words.h"

namespace songtan::watch {
namespace {

constexpr std::array<std::string_view, 6> kClasses = {
    "entitled_not_receiving", "receiving_not_entitled", "amount_differs", "to_verify", "early_warning", "complex"};
constexpr std::size_t kNeededClasses = 4;  // a pack need not list early warnings

Text words_of(const TomlTable& table) { return {table.text("zh"), table.text("en")}; }

std::optional<std::int64_t> optional_integer(const TomlTable& table, std::string_view key) {
  if (!table.has(key)) return std::nullopt;
  return table.integer(key);
}

bool is_bounded(const FactTest& test) { return test.at_least || test.at_most || test.age_at_least || test.age_below; }

FactTest fact_and_bounds(const TomlTable& table) {
  return {table.text("fact"), optional_integer(table, "at_least"), optional_integer(table, "at_most"),
          optional_integer(table, "age_at_least"), optional_integer(table, "age_below")};
}

FactTest fact_test(const TomlTable& table) {
  FactTest test = fact_and_bounds(table);
  if (!is_bounded(test)) {
    table.refuse(
        {"对事实的检验没有界限", "the test of a fact has no bound"},
        {"请写 at_least、at_most、age_at_least 或 age_below", "write at_least, at_most, age_at_least or age_below"});
  }
  return test;
}

std::vector<FactTest> fact_tests(const TomlTable& table, std::string_view key) {
  std::vector<FactTest> tests;
  for (const TomlTable& entry : table.tables(key)) tests.push_back(fact_test(entry));
  return tests;
}

std::vector<StartRule> start_rules(const TomlTable& table) {
  std::vector<StartRule> rules;
  for (const TomlTable& entry : table.tables("start")) {
    StartRule rule{fact_and_bounds(entry), optional_integer(entry, "years_after")};
    if (is_bounded(rule.test) == rule.years_after.has_value()) {
      entry.refuse({"起点要写界限或 years_after，二者之一", "a start has bounds or years_after, one of the two"}, {});
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

template <std::size_t N>
void require_words(const TomlTable& table, const std::vector<std::string>& found,
                   const std::array<std::string_view, N>& known) {
  for (const std::string& word : found) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    table.refuse({fmt::format("不认识的标准词 {}", word), fmt::format("unknown code word {}", word)},
                 {fmt::format("可用：{}", fmt::join(known, "、")), fmt::format("one of {}", fmt::join(known, ", "))});
  }
}

void refuse_twice(std::set<std::string>& seen, const TomlTable& table, const std::string& name) {
  if (seen.insert(name).second) return;
  table.refuse({fmt::format("{} 出现了两次", name), fmt::format("{} appears twice", name)},
               {"请合并或改名", "merge the two or rename one"});
}

CappedPoints capped_points(const TomlTable& table, std::string_view each) {
  return {table.integer(each), table.integer("cap"), words_of(table)};
}

std::vector<ClassRule> class_rules(const TomlTable& root) {
  std::vector<ClassRule> rules;
  std::set<std::string> seen;
  for (const TomlTable& table : root.tables("class")) {
    ClassRule rule{.name = table.text("name"),
                   .points = table.integer("points"),
                   .certain_percent = table.integer("certain"),
                   .probable_percent = table.integer("probable"),
                   .default_cause = table.text("cause"),
                   .counts_need = table.boolean_or("counts_need", true),
                   .probable_needs_cause = table.boolean_or("probable_needs_cause", false),
                   .words = words_of(table)};
    require_words(table, {rule.name}, kClasses);
    refuse_twice(seen, table, rule.name);
    rules.push_back(std::move(rule));
  }
  const bool warns = seen.contains("early_warning") || seen.contains("complex");
  for (const std::string_view name : std::span(kClasses).first(warns ? kClasses.size() : kNeededClasses)) {
    if (seen.contains(std::string(name))) continue;
    root.refuse({fmt::format("缺少类别 {}", name), fmt::format("class {} is missing", name)},
                {"请补上一个 [[class]]", "add its [[class]]"});
  }
  return rules;
}

std::vector<ProgrammeRule> programme_rules(const TomlTable& root) {
  std::vector<ProgrammeRule> rules;
  std::set<std::string> seen;
  for (const TomlTable& table : root.tables("programme")) {
    const std::string received = table.text("received");
    require_words(table, {received}, std::array<std::string_view, 3>{"group", "person", "unlisted"});
    ProgrammeRule rule{.code = table.text("code"),
                       .points = table.integer("points"),
                       .group_amount = received == "group",
                       .compared = received != "unlisted",
                       .starts = start_rules(table),
                       .words = words_of(table)};
    refuse_twice(seen, table, rule.code);
    rules.push_back(std::move(rule));
  }
  return rules;
}

std::vector<NeedRule> need_rules(const TomlTable& root) {
  std::vector<NeedRule> rules;
  std::set<std::string> seen;
  for (const TomlTable& table : root.tables("need")) {
    NeedRule rule{table.text("key"), table.integer("points"), table.integer_or("persons", 1),
                  std::nullopt,      table.texts("event"),    table.integer_or("within_months", 12),
                  words_of(table)};
    if (table.has("fact")) rule.fact = fact_test(table);
    require_words(table, rule.events, model::kEventKinds);
    refuse_twice(seen, table, rule.key);
    if (rule.fact.has_value() == !rule.events.empty()) {
      table.refuse({"困难程度要写 fact 或 event，二者之一", "a need is shown by a fact or by events, one of the two"},
                   {});
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

constexpr std::array<std::string_view, 4> kSigns = {"duplicate", "member_missing", "outsider", "shared_account"};

RosterSign roster_sign(const TomlTable& table) {
  const std::string word = table.text_or("sign", "");
  if (word.empty()) return RosterSign::none;
  require_words(table, {word}, kSigns);
  const auto found = std::find(kSigns.begin(), kSigns.end(), word);
  return static_cast<RosterSign>(found - kSigns.begin() + 1);
}

std::vector<CauseRule> cause_rules(const TomlTable& root) {
  std::vector<CauseRule> rules;
  std::set<std::string> seen;
  for (const TomlTable& table : root.tables("cause")) {
    CauseRule rule{.name = table.text("name"),
                   .tests = fact_tests(table, "test"),
                   .enrolment_state = table.text_or("state", ""),
                   .sign = roster_sign(table),
                   .detail = table.text_or("detail", ""),
                   .except = fact_tests(table, "except"),
                   .families = table.integer_or("families", 0),
                   .starts = start_rules(table),
                   .words = words_of(table)};
    if (!rule.enrolment_state.empty()) require_words(table, {rule.enrolment_state}, model::kEnrolmentStates);
    if ((rule.sign == RosterSign::shared_account) != (rule.families > 1)) {
      table.refuse({"families 与 sign = \"shared_account\" 同写，且至少为 2",
                    "families goes with sign = \"shared_account\" and is at least 2"},
                   {});
    }
    refuse_twice(seen, table, rule.name);
    rules.push_back(std::move(rule));
  }
  return rules;
}

Dispositions dispositions(const TomlTable& root, bool warns) {
  const TomlTable table = root.table("disposition");
  Dispositions found{.not_in_scope = table.text("not_in_scope"),
                     .in_scope = table.text("in_scope"),
                     .too_little = table.text("too_little"),
                     .too_much = table.text("too_much"),
                     .not_entitled = table.text("not_entitled"),
                     .verify_recipient = table.text("verify_recipient"),
                     .verify_other = table.text("verify_other"),
                     .warned = warns ? table.text("warned") : "",
                     .complex = warns ? table.text("complex") : "",
                     .words = {}};
  for (const TomlTable& word : root.tables("disposition_word"))
    found.words.push_back({word.text("name"), words_of(word)});
  for (const std::string* used :
       {&found.not_in_scope, &found.in_scope, &found.too_little, &found.too_much, &found.not_entitled,
        &found.verify_recipient, &found.verify_other, &found.warned, &found.complex}) {
    if (used->empty()) continue;  // no early warnings in this pack
    const auto named = [&](const Dispositions::Word& word) { return word.name == *used; };
    if (std::any_of(found.words.begin(), found.words.end(), named)) continue;
    table.refuse({fmt::format("处置 {} 没有 [[disposition_word]]", *used),
                  fmt::format("disposition {} has no [[disposition_word]]", *used)},
                 {});
  }
  return found;
}

}  // namespace

const ClassRule& Ranking::class_named(std::string_view name) const {
  const auto found =
      std::find_if(classes.begin(), classes.end(), [&](const ClassRule& rule) { return rule.name == name; });
  CHECK_PROMISE(found != classes.end());
  return *found;
}

Result<Ranking> read_ranking(const std::filesystem::path& file) {
  TRY(const TomlFile document, TomlFile::read(file));
  const TomlTable root = document.root();
  Ranking ranking;
  ranking.version = root.text("version");
  (void)root.text_or("mark", "");  // 待核 for the reader of the file
  ranking.composition = root.text_or("composition", "");
  ranking.money = capped_points(root.table("money"), "points_per_100_yuan");
  ranking.time = capped_points(root.table("time"), "points_per_month");
  ranking.classes = class_rules(root);
  ranking.programmes = programme_rules(root);
  ranking.needs = need_rules(root);
  ranking.causes = cause_rules(root);
  const TomlTable warning = root.table("warning");
  ranking.warning_events = warning.texts("events");
  require_words(warning, ranking.warning_events, model::kEventKinds);
  ranking.warning_months = warning.integer_or("within_months", 12);
  const bool warns = std::any_of(ranking.classes.begin(), ranking.classes.end(),
                                 [](const ClassRule& rule) { return rule.name == "early_warning"; });
  if (warns) ranking.warning = {warning.integer("points_per_severity"), warning.integer("complex_from")};
  ranking.dispositions = dispositions(root, warns);
  TRY_VOID(document.check());
  return ranking;
}

std::string formula(const Ranking& ranking, std::string_view language) {
  const bool zh = language == "zh";
  std::string text = zh ? "得分 = (类别 + 项目 + 困难 + 金额 + 时间) × 把握% ÷ 100\n"
                        : "score = (class + programme + need + money + time) × certainty% ÷ 100\n";
  for (const ClassRule& rule : ranking.classes) {
    text += fmt::format(
        fmt::runtime(zh ? "  类别 {}：{}（确定 {}%，可能 {}%）\n" : "  class {}: {} (certain {}%, probable {}%)\n"),
        rule.words.in(language), rule.points, rule.certain_percent, rule.probable_percent);
  }
  for (const ProgrammeRule& rule : ranking.programmes) {
    text += fmt::format(fmt::runtime(zh ? "  项目 {}：{}\n" : "  programme {}: {}\n"), rule.words.in(language),
                        rule.points);
  }
  for (const NeedRule& rule : ranking.needs) {
    text += fmt::format(fmt::runtime(zh ? "  困难 {}：{}\n" : "  need {}: {}\n"), rule.words.in(language), rule.points);
  }
  text += fmt::format(
      fmt::runtime(zh ? "  金额：每月每 100 元 {}，至多 {}\n" : "  money: {} per 100 yuan a month, at most {}\n"),
      ranking.money.each, ranking.money.cap);
  text += fmt::format(fmt::runtime(zh ? "  时间：每月 {}，至多 {}\n" : "  time: {} a month, at most {}\n"),
                      ranking.time.each, ranking.time.cap);
  return text;
}

}  // namespace songtan::watch
