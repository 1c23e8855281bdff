#include "policy/decisions.h"

#include <algorithm>

#include "policy/detail/ask.h"

namespace songtan::policy {
namespace {

using detail::Answer;
using detail::Ask;
using detail::Award;
using detail::Law;

/// Which answers belong to one programme.
struct Places {
  int programme = 0;
  std::size_t status = 0, probable = 0;
  std::size_t amount = 0, probable_amount = 0;
  std::vector<std::pair<int, std::size_t>> conditions;  ///< bit, answer
};

struct Questions {
  std::vector<Ask> asks;
  std::vector<Places> places;
};

std::size_t ask(Questions& questions, Ask ask) {
  questions.asks.push_back(ask);
  return questions.asks.size() - 1;
}

Questions questions_of(const Law& law, Month month) {
  Questions questions;
  const PeriodKey period = PeriodKey::of(month);
  for (std::size_t p = 0; p < law.awards.size(); ++p) {
    const Award& award = law.awards[p];
    const ProgrammeInfo& info = award.info;
    if (detail::version_on(law.variable(info.status), period.first()) == nullptr) continue;
    Places places;
    places.programme = static_cast<int>(p);
    places.status = ask(questions, {detail::kNoNode, award.status, info.entity, period, false, &info.facts, true});
    places.probable = ask(questions, {detail::kNoNode, award.status, info.entity, period, true, nullptr, true});
    if (award.amount >= 0) {
      places.amount = ask(questions, {detail::kNoNode, award.amount, info.entity, period, false, &info.facts});
      places.probable_amount = ask(questions, {detail::kNoNode, award.amount, info.entity, period, true, nullptr});
    }
    for (const ConditionInfo& condition : info.conditions) {
      const detail::Version* version = detail::version_on(law.variable(condition.variable), period.first());
      if (version == nullptr) continue;
      if (version->conditions.empty()) {
        places.conditions.emplace_back(condition.bit,
                                       ask(questions, {version->node, -1, info.entity, period, false, nullptr, true}));
        continue;
      }
      for (const detail::LawCondition& each : version->conditions) {
        if (each.label.zh != condition.label.zh) continue;
        places.conditions.emplace_back(condition.bit,
                                       ask(questions, {each.node, -1, info.entity, period, false, nullptr, true}));
      }
    }
    questions.places.push_back(std::move(places));
  }
  return questions;
}

bool known(const Answer& answer, std::size_t row) {
  return answer.low[row] == answer.high[row] && (answer.trouble.empty() || answer.trouble[row] == 0);
}

// Payments are whole fen: the checker has seen that the rule rounds to 0.01 or coarser.
std::int64_t fen_of(const Answer& answer, std::size_t row, int scale) {
  if (!known(answer, row)) return ProgrammeDecisions::kNoAmount;
  std::int64_t value = answer.low[row];
  for (; scale > 2; --scale) value /= 10;
  for (; scale < 2; ++scale) value *= 10;
  return value;
}

Trouble trouble_of(const Answer& answer, std::size_t row) {
  return answer.trouble.empty() ? Trouble::none : static_cast<Trouble>(answer.trouble[row]);
}

void write_amounts(ProgrammeDecisions& out, const Places& places, const std::vector<Answer>& answers, int scale) {
  const Answer& amount = answers[places.amount];
  const Answer& probable = answers[places.probable_amount];
  for (std::size_t row = 0; row < out.status.size(); ++row) {
    if (out.status[row] == Status::yes) out.amount[row] = fen_of(amount, row, scale);
    if (out.probable[row] == Status::yes) out.probable_amount[row] = fen_of(probable, row, scale);
    if (out.status[row] == Status::no) continue;
    if (!amount.missing.empty()) out.missing[row] |= amount.missing[row];
    out.trouble[row] = std::max(out.trouble[row], trouble_of(amount, row));
  }
}

ProgrammeDecisions decide(const Law& law, const Places& places, const std::vector<Answer>& answers) {
  const Award& award = law.awards[static_cast<std::size_t>(places.programme)];
  const Answer& status = answers[places.status];
  const std::size_t rows = status.verdict.size();
  ProgrammeDecisions out;
  out.programme = places.programme;
  out.status = status.verdict;
  out.probable = answers[places.probable].verdict;
  out.amount.assign(rows, 0);
  out.probable_amount.assign(rows, 0);
  out.reasons.assign(rows, 0);
  out.unknown.assign(rows, 0);
  out.missing.assign(rows, 0);
  out.trouble.assign(rows, Trouble::none);
  for (std::size_t row = 0; row < rows; ++row) {
    if (!status.missing.empty()) out.missing[row] = status.missing[row];
    out.trouble[row] = trouble_of(status, row);
  }
  for (const auto& [bit, at] : places.conditions) {
    const Answer& condition = answers[at];
    const std::uint64_t mask = std::uint64_t{1} << bit;
    for (std::size_t row = 0; row < rows; ++row) {
      const Status holds = condition.verdict[row];
      out.reasons[row] |= holds == Status::yes ? mask : 0;
      out.unknown[row] |= holds == Status::to_verify ? mask : 0;
    }
  }
  if (award.amount >= 0) write_amounts(out, places, answers, law.variable(award.amount).type.scale);
  return out;
}

std::vector<Ask> asks_of(const Law& law, std::span<const Wanted> wanted) {
  std::vector<Ask> asks;
  for (const Wanted& each : wanted)
    asks.push_back(
        {detail::kNoNode, each.variable, law.variable(each.variable).info.entity, each.period, each.presumed, nullptr});
  return asks;
}

Result<void> validate_wanted(const Program& program, std::span<const Wanted> wanted) {
  for (const Wanted& each : wanted) {
    if (each.variable < 0 || each.variable >= std::ssize(program.variables()))
      return fail(Outcome::usage, "policy.wanted", {"要的变量不在包里", "a wanted variable is not in the pack"});
    const VariableInfo& info = program.variables()[static_cast<std::size_t>(each.variable)];
    if (info.period != TimeUnit::eternity && info.period != each.period.unit)
      return fail(Outcome::usage, "policy.wanted",
                  {"“" + info.name + "”不按这种期间计", "'" + info.name + "' is not computed for such a period"},
                  {"换成它的期间", "ask for its own kind of period"});
  }
  return {};
}

std::vector<Answer> answer(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks, const Options& options) {
  return options.simple ? detail::answer_simply(law, inputs, asks, options)
                        : detail::answer_in_blocks(law, inputs, asks, options);
}

}  // namespace

Result<std::vector<Need>> needs(const Program& program, Month month, const Options& options) {
  return detail::needs_of(program.law(), questions_of(program.law(), month).asks, options);
}

Result<Decisions> evaluate(const Program& program, const Inputs& inputs, Month month, const Options& options) {
  TRY_VOID(validate(program, inputs));
  const Law& law = program.law();
  const Questions questions = questions_of(law, month);
  const std::vector<Answer> answers = answer(law, inputs, questions.asks, options);
  Decisions decisions;
  decisions.month = month;
  decisions.policy_version = law.policy_version;
  decisions.parameter_version = law.parameter_version;
  for (const Places& places : questions.places) decisions.programmes.push_back(decide(law, places, answers));
  return decisions;
}

Result<std::vector<Need>> needs(const Program& program, std::span<const Wanted> wanted, const Options& options) {
  TRY_VOID(validate_wanted(program, wanted));
  return detail::needs_of(program.law(), asks_of(program.law(), wanted), options);
}

Result<std::vector<ValueColumn>> compute(const Program& program, const Inputs& inputs, std::span<const Wanted> wanted,
                                         const Options& options) {
  TRY_VOID(validate(program, inputs));
  TRY_VOID(validate_wanted(program, wanted));
  std::vector<Answer> answers = answer(program.law(), inputs, asks_of(program.law(), wanted), options);
  std::vector<ValueColumn> columns;
  for (Answer& each : answers) {
    ValueColumn column;
    column.low = std::move(each.low);
    column.high = std::move(each.high);
    if (std::ranges::any_of(each.trouble, [](std::uint8_t t) { return t != 0; })) {
      for (const std::uint8_t t : each.trouble) column.trouble.push_back(static_cast<Trouble>(t));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace songtan::policy
