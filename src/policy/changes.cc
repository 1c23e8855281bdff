#include "policy/changes.h"

#include <algorithm>

#include "policy/detail/simple.h"
#include "policy/detail/tracer.h"

namespace songtan::policy {
namespace {

using detail::At;
using detail::Award;
using detail::Law;
using detail::ParameterRow;
using detail::Pretence;
using detail::Reads;
using detail::Type;
using detail::Value;
using detail::Variable;
using detail::Wide;

constexpr int kMostEvaluations = 20'000;
constexpr int kSearchOfOne = 600;        ///< evaluations for one direction of one value
constexpr std::int64_t kMostWords = 64;  ///< of an enumeration, tried one by one
constexpr std::int64_t kFarthestDay = 60'000;
constexpr int kSamples = 24;
constexpr std::int64_t kHundredYuan = 10'000;
constexpr std::int64_t kCliff = 1'000;  ///< fen; rounding to whole yuan is no cliff

Status status_of(const Value& value) {
  if (!value.exact()) return Status::to_verify;
  return value.low != 0 ? Status::yes : Status::no;
}

std::int64_t power(int scale) { return static_cast<std::int64_t>(detail::power_of_ten(scale)); }

/// Searches around one decision.
class Searcher {
 public:
  Searcher(const Program& program, const Inputs& inputs, int programme, std::int64_t subject, Month month,
           const Options& options)
      : program_(program),
        law_(program.law()),
        award_(law_.awards[static_cast<std::size_t>(programme)]),
        inputs_(inputs),
        evaluator_(law_, inputs, options) {
    at_.row = subject;
    at_.period = PeriodKey::of(month);
  }

  Changes run() {
    Changes out;
    out.programme = award_.info.code;
    out.name = award_.info.name;
    Reads reads;
    evaluator_.note_reads(&reads);
    now_ = evaluator_.variable(award_.status, at_);
    if (award_.amount >= 0 && status_of(now_) == Status::yes) evaluator_.variable(award_.amount, at_);
    evaluator_.note_reads(nullptr);
    out.status = status_of(now_);
    for (const auto& fact : in_order(reads)) {
      if (auto flip = fact_flip(fact.first, fact.second)) out.flips.push_back(std::move(*flip));
    }
    std::vector<std::pair<std::string, Flip>> parameters;
    for (const auto& [row, index] : reads.parameters) {
      if (auto flip = parameter_flip(*row, index))
        parameters.emplace_back(flip->name + row->document, std::move(*flip));
    }
    std::ranges::sort(parameters, {}, [](const auto& each) { return std::pair(each.first, each.second.from); });
    for (auto& [key, flip] : parameters) out.flips.push_back(std::move(flip));
    for (const auto& fact : in_order(reads)) {
      if (auto effect = income(fact.first, fact.second)) out.incomes.push_back(std::move(*effect));
    }
    out.complete = evaluations_ < kMostEvaluations;
    return out;
  }

 private:
  const Program& program_;
  const Law& law_;
  const Award& award_;
  const Inputs& inputs_;
  detail::SimpleEvaluator evaluator_;
  At at_;
  Value now_;
  int evaluations_ = 0;

  /// The programme's facts first, cheapest to collect first, then others; rows rising.
  std::vector<std::pair<int, std::int64_t>> in_order(const Reads& reads) const {
    std::vector<std::pair<int, std::int64_t>> out(reads.facts.begin(), reads.facts.end());
    const auto place = [&](int variable) {
      const auto found = std::ranges::find(award_.info.facts, variable);
      return found - award_.info.facts.begin();
    };
    std::ranges::sort(out, {},
                      [&](const auto& each) { return std::tuple(place(each.first), each.first, each.second); });
    return out;
  }

  Value status_with(Pretence& pretence, Wide low, Wide high) {
    ++evaluations_;
    pretence.value = {low, high, Trouble::none, {}};
    evaluator_.pretend(&pretence);
    Value out = evaluator_.variable(award_.status, at_);
    evaluator_.pretend(nullptr);
    return out;
  }

  bool turned(const Value& value) const { return value.exact() && (!now_.exact() || value.low != now_.low); }
  /// Whether a whole stretch is as it is now.
  bool unchanged(const Value& value) const { return now_.exact() && value.exact() && value.low == now_.low; }

  /// Nearest k in [from, to] (steps away from the present) at which the decision turns. An interval whose evaluation is
  /// settled needs no look inside.
  std::optional<std::int64_t> nearest(const std::function<Value(std::int64_t, std::int64_t)>& evaluate,
                                      std::int64_t from, std::int64_t to, int& left) {
    if (from > to || left <= 0 || evaluations_ >= kMostEvaluations) return std::nullopt;
    --left;
    const Value whole = evaluate(from, to);
    if (turned(whole)) return from;
    if (unchanged(whole) || from == to) return std::nullopt;
    const std::int64_t middle = from + (to - from) / 2;
    if (const auto found = nearest(evaluate, from, middle, left)) return found;
    return nearest(evaluate, middle + 1, to, left);
  }

  struct Turn {
    Wide value = 0;
    std::int64_t steps = 0;
  };

  /// The nearer of the turns below and above `present`, in steps of the grid, within [low, high].
  std::optional<Turn> nearest_turn(Pretence& pretence, std::int64_t present, std::int64_t grid, std::int64_t low,
                                   std::int64_t high) {
    std::optional<Turn> best;
    for (const int sign : {-1, 1}) {
      const std::int64_t room = (sign > 0 ? high - present : present - low) / grid;
      int left = kSearchOfOne;
      const auto evaluate = [&](std::int64_t from, std::int64_t to) {
        const Wide a = present + sign * from * grid, b = present + sign * to * grid;
        return status_with(pretence, std::min(a, b), std::max(a, b));
      };
      // While the decision is open no stretch can be passed over: where its far end leaves it open, so does the rest.
      if (!now_.exact() && (room < 1 || !evaluate(room, room).exact())) continue;
      const auto found = nearest(evaluate, 1, room, left);
      if (found && (!best || *found < best->steps)) best = Turn{present + Wide{sign} * *found * grid, *found};
    }
    return best;
  }

  /// The value of an input as it is read now: at the decision's period, else at the latest period that is given.
  Value present(int index, std::int64_t row) {
    const Variable& variable = law_.variable(index);
    const InputColumn* latest = nullptr;
    for (const InputColumn& column : inputs_.columns) {
      if (column.need.variable != index || (latest != nullptr && column.need.period < latest->need.period)) continue;
      const bool known = column.known.empty() || column.known[static_cast<std::size_t>(row)] != 0;
      if (known) latest = &column;
    }
    if (latest == nullptr) return {variable.lowest, variable.highest, Trouble::none, {}};
    return evaluator_.variable(index, {row, latest->need.period, false, false});
  }

  std::optional<Flip> fact_flip(int index, std::int64_t row) {
    const Variable& variable = law_.variable(index);
    Pretence pretence{index, row, nullptr, {}};
    const Value value = present(index, row);
    const bool known = value.exact();
    std::optional<Wide> to;
    if (variable.type.kind == ValueKind::number || variable.type.kind == ValueKind::date) {
      to = nearest_number(pretence, variable, value, known);
    } else {
      to = nearest_word(pretence, variable, value, known);
    }
    if (!to) return std::nullopt;
    Flip flip;
    flip.name = variable.info.name;
    flip.entity = law_.entities[static_cast<std::size_t>(variable.info.entity)].info.name;
    flip.row = row;
    flip.from = known ? words(variable.type, value.low) : "待核";
    flip.to = words(variable.type, *to);
    flip.then = status_of(status_with(pretence, *to, *to));
    return flip;
  }

  std::optional<Wide> nearest_number(Pretence& pretence, const Variable& variable, const Value& value, bool known) {
    const bool money = variable.type.unit.money && variable.type.scale > 2;
    const std::int64_t grid = money ? power(variable.type.scale - 2) : 1;
    std::int64_t low = variable.lowest, high = variable.highest;
    auto present = static_cast<std::int64_t>(known ? value.low : std::clamp<Wide>(0, low, high));
    if (variable.type.kind == ValueKind::date) {
      if (!known) present = at_.period.first().days;
      low = present - kFarthestDay;
      high = present + kFarthestDay;
    }
    if (!known && turned(status_with(pretence, present, present))) return present;
    const auto turn = nearest_turn(pretence, present, grid, std::min(low, present), std::max(high, present));
    if (!turn) return std::nullopt;
    return turn->value;
  }

  std::optional<Wide> nearest_word(Pretence& pretence, const Variable& variable, const Value& value, bool known) {
    const std::int64_t count =
        variable.type.kind == ValueKind::boolean
            ? 2
            : std::min(kMostWords, std::ssize(law_.enums[static_cast<std::size_t>(variable.type.enumeration)].words));
    for (std::int64_t word = 0; word < count && evaluations_ < kMostEvaluations; ++word) {
      if (known && value.low == word) continue;
      if (turned(status_with(pretence, word, word))) return word;
    }
    return std::nullopt;
  }

  std::optional<Flip> parameter_flip(const ParameterRow& row, int index) {
    const detail::Parameter& parameter = law_.parameters[static_cast<std::size_t>(index)];
    if (parameter.type.kind != ValueKind::number) return std::nullopt;
    Pretence pretence{-1, 0, &row, {}};
    const std::int64_t grid = parameter.type.scale > 2 ? power(parameter.type.scale - 2) : 1;
    const std::int64_t most =
        std::min<std::int64_t>(std::max(row.value, power(parameter.type.scale)) * 10, detail::kLargestInput);
    const auto turn = nearest_turn(pretence, row.value, grid, std::min<std::int64_t>(0, row.value), most);
    if (!turn) return std::nullopt;
    Flip flip;
    flip.parameter = true;
    flip.name = parameter.name;
    flip.from = words(parameter.type, row.value);
    flip.to = words(parameter.type, turn->value);
    flip.document = row.document;
    flip.to_confirm = row.unconfirmed;
    flip.then = status_of(status_with(pretence, turn->value, turn->value));
    return flip;
  }

  std::string words(const Type& type, Wide value) const {
    return detail::value_words(program_, type, {value, value, Trouble::none, {}});
  }

  /// Fen of benefit a month at an income; none where it is not settled.
  std::optional<std::int64_t> benefit(Pretence& pretence, Wide value) {
    ++evaluations_;
    pretence.value = {value, value, Trouble::none, {}};
    evaluator_.pretend(&pretence);
    const Value status = evaluator_.variable(award_.status, at_);
    Value amount;
    if (status.surely()) amount = evaluator_.variable(award_.amount, at_);
    evaluator_.pretend(nullptr);
    if (!status.exact() || !amount.exact()) return std::nullopt;
    auto fen = static_cast<std::int64_t>(amount.low);
    for (int scale = law_.variable(award_.amount).type.scale; scale > 2; --scale) fen /= 10;
    return fen;
  }

  std::optional<IncomeEffect> income(int index, std::int64_t row) {
    const Variable& variable = law_.variable(index);
    if (award_.amount < 0 || !variable.type.unit.money || variable.type.unit.per != "月" || variable.type.scale < 2 ||
        status_of(now_) != Status::yes)
      return std::nullopt;
    const Value value = present(index, row);
    if (!value.exact()) return std::nullopt;
    const std::int64_t fen = power(variable.type.scale - 2);
    Pretence pretence{index, row, nullptr, {}};
    const auto at = [&](std::int64_t income) { return benefit(pretence, Wide{income} * fen); };
    IncomeEffect effect;
    effect.name = variable.info.name;
    effect.of_group = variable.info.entity > 0;
    effect.row = row;
    effect.now = static_cast<std::int64_t>(value.low) / fen;
    const auto now = at(effect.now), more = at(effect.now + kHundredYuan);
    if (!now || !more || *now <= 0) return std::nullopt;
    effect.benefit = *now;
    effect.lost_per_100 = *now - *more;
    const std::int64_t most = std::min(variable.highest, detail::kOrdinaryAmount) / fen;
    effect.ends_at = end_of(at, effect.now, most);
    if (!effect.ends_at && effect.lost_per_100 == 0) return std::nullopt;
    cliffs(at, effect, effect.ends_at.value_or(effect.now + 20 * kHundredYuan));
    return effect;
  }

  using Benefit = std::function<std::optional<std::int64_t>(std::int64_t)>;

  /// Least income above `now` with nothing due: by doubling, then by halving. Where a benefit stops and starts again, the
  /// stop that the doubling met.
  std::optional<std::int64_t> end_of(const Benefit& at, std::int64_t now, std::int64_t most) {
    std::int64_t last = now;
    for (std::int64_t step = kHundredYuan;; step *= 2) {
      const std::int64_t next = std::min(now + step, most);
      const auto due = at(next);
      if (!due) return std::nullopt;
      if (*due == 0) {
        std::int64_t low = last, high = next;
        while (high - low > 1) {
          const std::int64_t middle = low + (high - low) / 2;
          (at(middle).value_or(0) > 0 ? low : high) = middle;
        }
        return high;
      }
      if (next == most) return std::nullopt;
      last = next;
    }
  }

  // Where a stretch loses more than it brings, its worse half holds the cliff.
  void cliffs(const Benefit& at, IncomeEffect& effect, std::int64_t end) {
    const std::int64_t begin = effect.now;
    for (int i = 0; i < kSamples; ++i) {
      std::int64_t low = begin + (end - begin) * i / kSamples, high = begin + (end - begin) * (i + 1) / kSamples;
      if (low >= high) continue;
      std::int64_t before = at(low).value_or(0), after = at(high).value_or(0);
      if (before - after < kCliff || before - after <= high - low) continue;
      while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        const std::int64_t there = at(middle).value_or(0);
        if (before - there - (middle - low) >= there - after - (high - middle)) {
          high = middle;
          after = there;
        } else {
          low = middle;
          before = there;
        }
      }
      if (before - after >= kCliff) effect.cliffs.push_back({low, before, after});
    }
  }
};

}  // namespace

Result<Changes> what_would_change(const Program& program, const Inputs& inputs, int programme, std::int64_t subject,
                                  Month month, const Options& options) {
  TRY_VOID(validate(program, inputs));
  TRY_VOID(detail::require_subject(program, inputs, programme, subject));
  return Searcher(program, inputs, programme, subject, month, options).run();
}

}  // namespace songtan::policy
