#include "policy/difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "policy/detail/checker.h"
#include "policy/detail/expression_text.h"
#include "policy/detail/parser.h"
#include "policy/detail/table_words.h"

namespace songtan::policy {
namespace {

using namespace detail;

struct Thing {
  Change::What what = Change::What::rule;
  std::string text;
  std::string dates;
  std::string article;
};

/// Everything a pack says, under names that stay the same from one state to the next.
using Things = std::map<std::string, Thing>;

struct State {
  Syntax syntax;
  Program program;
};

Result<State> state_of(const PackText& pack) {
  TRY(Program program, load_program(pack));
  Parsed parsed = parse_pack(pack);
  return State{std::move(parsed.syntax), std::move(program)};
}

std::string with_dates(std::string name, const DateRange& dates) {
  const std::string words = dates_words(dates);
  return words.empty() ? name : name + "\n" + words;
}

void add_parameters(const Program& program, Things& things) {
  for (const Parameter& parameter : program.law().parameters) {
    for (const ParameterRow& row : parameter.rows) {
      std::string name = parameter.name;
      for (std::size_t k = 0; k < row.keys.size(); ++k)
        name += " " + key_words(program, parameter.keys[k].type, row.keys[k]);
      const std::string dates = row.dates.from ? "自 " + row.dates.from->text() : "";
      std::string text = stored_words(program, parameter.type, row.value);
      if (row.dates.to) text += " 至 " + row.dates.to->text();
      if (row.unconfirmed) text += " 待核";
      things[name + "\n" + dates] = {Change::What::parameter, text, dates, row.document};
    }
  }
}

void add_rules(const State& state, Things& things) {
  for (const VariableDecl& decl : state.syntax.law.variables) {
    const std::string dates = dates_words(decl.dates);
    const std::string name = decl.entity + "·" + decl.name;
    things[with_dates(name, decl.dates)] = {Change::What::rule, body_text(state.syntax, decl), dates, decl.article};
    for (const ConditionDecl& each : decl.conditions) {
      std::string text = expression_text(state.syntax, each.expr);
      if (!each.unless.empty()) text += " 不符 「" + each.unless + "」";
      if (!each.cause.empty()) text += " 原因 " + each.cause;
      things[with_dates(name + " " + each.label, decl.dates)] = {Change::What::condition, text, dates,
                                                                 each.article.empty() ? decl.article : each.article};
    }
  }
}

void add_facts(const State& state, Things& things) {
  const auto written = [&](ExprId id) { return expression_text(state.syntax, id); };
  for (const FactDecl& decl : state.syntax.law.facts) {
    std::string text = type_words(decl.type) + " " + (decl.time.empty() ? "状态" : decl.time);
    if (decl.default_value != kNoExpr) text += " 缺省 " + written(decl.default_value);
    if (decl.lowest != kNoExpr) text += " 最低 " + written(decl.lowest);
    if (decl.highest != kNoExpr) text += " 最高 " + written(decl.highest);
    if (decl.presumption != kNoExpr) text += " 推定 " + written(decl.presumption);
    if (decl.collect_cost) text += fmt::format(" 采集 {}", *decl.collect_cost);
    things["事实 " + decl.entity + "·" + decl.name] = {Change::What::fact, text, "", decl.article};
  }
}

void add_awards(const State& state, Things& things) {
  for (const ProgrammeInfo& each : state.program.programmes()) {
    const auto variables = state.program.variables();
    std::string text = "资格 " + variables[static_cast<std::size_t>(each.status)].name;
    if (each.amount >= 0) text += " 金额 " + variables[static_cast<std::size_t>(each.amount)].name;
    things["给付 " + each.code] = {Change::What::award, each.name.zh + " " + text, "", each.article};
  }
  static constexpr std::array<std::string_view, 4> kWords = {"互斥", "叠加", "择高", "抵扣"};
  for (const StackDecl& each : state.syntax.law.stacks) {
    const std::string_view word = kWords[static_cast<std::size_t>(each.kind)];
    things[fmt::format("{} {{ {} }}", word, fmt::join(each.codes, ", "))] = {
        Change::What::stacking, each.keep.empty() ? std::string(word) : "取 " + each.keep, "", each.article};
  }
  for (const ScenarioDecl& each : state.syntax.scenarios)
    things["情景 " + each.name] = {Change::What::scenario, each.name, "", ""};
}

void add_scales(const Program& program, Things& things) {
  for (const Scale& scale : program.law().scales) {
    for (const ScaleVersion& version : scale.versions) {
      std::string text;
      for (const ScaleLevel& level : version.levels)
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", stored_words(program, scale.from, level.from),
                            stored_words(program, scale.to, level.rate));
      const std::string dates = dates_words(version.dates);
      things[with_dates("级距 " + scale.name, version.dates)] = {Change::What::scale, text, dates, version.document};
    }
  }
}

Things things_of(const State& state) {
  Things things;
  add_parameters(state.program, things);
  add_rules(state, things);
  add_facts(state, things);
  add_awards(state, things);
  add_scales(state.program, things);
  return things;
}

// The value that a new row of a parameter replaces: the row of the same keys in force on the day before.
std::string replaced_by(const Things& before, const std::string& name) {
  const std::string keys = name.substr(0, name.find('\n') + 1);
  std::string last;
  for (auto at = before.lower_bound(keys); at != before.end() && at->first.starts_with(keys); ++at) {
    if (at->first < name) last = at->second.text;
  }
  const std::size_t end = last.find(" 至 ");
  return end == std::string::npos ? last : last.substr(0, end);
}

// An old row that only ends because a new one follows it the next day: the new one tells it.
bool only_succeeded(const std::string& name, const std::string& was, const std::string& is, const Things& after) {
  constexpr std::string_view kEnd = " 至 ";
  const std::size_t end = is.find(kEnd);
  if (end == std::string::npos || was.find(kEnd) != std::string::npos) return false;
  constexpr std::size_t kDay = 10;
  const auto last = Day::parse(is.substr(end + kEnd.size(), kDay));
  std::string rest = is;
  rest.erase(end, kEnd.size() + kDay);
  return last && rest == was && after.contains(name.substr(0, name.find('\n') + 1) + "自 " + last->plus(1).text());
}

}  // namespace

Result<std::vector<Change>> difference(const PackText& before, const PackText& after) {
  TRY(const State old_state, state_of(before));
  TRY(const State new_state, state_of(after));
  const Things old_things = things_of(old_state);
  const Things new_things = things_of(new_state);
  std::vector<Change> changes;
  const auto note = [&](const std::string& name, const Thing& thing, std::string was, std::string is) {
    changes.push_back(
        {thing.what, name.substr(0, name.find('\n')), std::move(was), std::move(is), thing.dates, thing.article});
  };
  for (const auto& [name, thing] : new_things) {
    const auto old = old_things.find(name);
    if (old == old_things.end()) {
      note(name, thing, thing.what == Change::What::parameter ? replaced_by(old_things, name) : "", thing.text);
    } else if (old->second.text != thing.text) {
      if (thing.what == Change::What::parameter && only_succeeded(name, old->second.text, thing.text, new_things))
        continue;
      note(name, thing, old->second.text, thing.text);
    } else if (old->second.article != thing.article) {
      note(name, thing, "依据 " + old->second.article, "依据 " + thing.article);
    }
  }
  for (const auto& [name, thing] : old_things) {
    if (!new_things.contains(name)) note(name, thing, thing.text, "");
  }
  std::ranges::stable_sort(changes, {}, &Change::what);
  return changes;
}

Text words_of(const Change& change) {
  const std::string change_words = change.before.empty() ? change.after : change.before + " → " + change.after;
  Text verb;
  if (change.before.empty()) verb = {"新增 ", "added "};
  if (change.after.empty()) verb = {"删去 ", "removed "};
  const std::string& what = change.after.empty() ? change.before : change_words;
  const std::string tail =
      (change.dates.empty() ? "" : " " + change.dates) + (change.article.empty() ? "" : "（" + change.article + "）");
  return {verb.zh + change.subject + " " + what + tail, verb.en + change.subject + " " + what + tail};
}

}  // namespace songtan::policy
