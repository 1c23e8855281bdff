#include <sys/mman.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "base/tasks.h"
#include "policy/detail/block.h"

namespace songtan::policy::detail {
namespace {

constexpr std::size_t kBits = 64;
constexpr std::int64_t kBytesOfBlock = 1536 << 10;

/// Grows an empty vector; asks for large pages where it is long, for a fault on each small one costs as much as the
/// computation.
template <typename T>
void lay_out(std::vector<T>& rows, std::size_t count) {
  rows.reserve(count);
#ifdef __linux__
  constexpr std::size_t kPage = std::size_t{2} << 20;
  const std::size_t begin = (reinterpret_cast<std::uintptr_t>(rows.data()) + kPage - 1) / kPage * kPage;
  const std::size_t end = reinterpret_cast<std::uintptr_t>(rows.data() + count) / kPage * kPage;
  if (begin < end) static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
#endif
  rows.resize(count);
}

/// Deals the inputs bits of missing; a programme with more than 64 facts lets the last ones share a bit, as its own
/// list does.
void deal_bits(Population& population, const std::vector<Ask>& asks) {
  const std::vector<int> nothing(population.law.variables.size(), -1);
  population.hands.assign(1, nothing);
  population.hand_of_ask.assign(asks.size(), 0);
  std::map<const std::vector<int>*, std::size_t> dealt;
  std::size_t used = 0;
  for (std::size_t a = 0; a < asks.size(); ++a) {
    const std::vector<int>* facts = asks[a].facts;
    if (facts == nullptr) continue;
    if (const auto known = dealt.find(facts); known != dealt.end()) {
      population.hand_of_ask[a] = known->second;
      continue;
    }
    const auto fresh = static_cast<std::size_t>(std::ranges::count_if(
        *facts, [&](int fact) { return population.hands.back()[static_cast<std::size_t>(fact)] < 0; }));
    if (used > 0 && used + fresh > kBits) {
      population.hands.push_back(nothing);
      used = 0;
    }
    for (const int fact : *facts) {
      int& bit = population.hands.back()[static_cast<std::size_t>(fact)];
      if (bit < 0) bit = static_cast<int>(std::min(used++, kBits - 1));
    }
    dealt[facts] = population.hand_of_ask[a] = population.hands.size() - 1;
  }
}

Population make_population(const Law& law, const Inputs& inputs, const Plan& plan, const std::vector<Ask>& asks) {
  Population population{law, inputs, plan, {}, {}, {}, {}, {}};
  population.groups.resize(inputs.groups.size());
  for (const Step& step : plan.steps) {
    const bool by_person =
        (step.what == Do::role_is && !inputs.groups[static_cast<std::size_t>(step.node->index - 1)].members.empty()) ||
        step.what == Do::position || step.what == Do::rank ||
        (step.what == Do::gather && step.node->op == Op::from_group);
    if (!by_person) continue;
    GroupIndex& index = population.groups[static_cast<std::size_t>(step.node->index - 1)];
    if (index.group.empty())
      index = index_of(inputs.groups[static_cast<std::size_t>(step.node->index - 1)], inputs.persons);
  }
  deal_bits(population, asks);
  population.full.resize(plan.registers.size());
  for (std::size_t r = 0; r < plan.registers.size(); ++r) {
    const Register& each = plan.registers[r];
    if (!each.full || each.constant) continue;
    const auto rows = static_cast<std::size_t>(rows_of(inputs, each.entity));
    FullColumn& full = population.full[r];
    full.low.resize(rows * bytes_of(each.store));
    full.high.resize(rows * bytes_of(each.store));
    full.trouble.resize(rows);
    full.missing.assign(population.hands.size(), std::vector<std::uint64_t>(rows));
  }
  population.step_of.assign(plan.registers.size(), -1);
  for (std::size_t step = 0; step < plan.steps.size(); ++step)
    population.step_of[static_cast<std::size_t>(plan.steps[step].out)] = static_cast<int>(step);
  return population;
}

std::int64_t rows_of_block(const Plan& plan) {
  std::int64_t bytes = 1;
  for (const Register& each : plan.registers) bytes += static_cast<std::int64_t>(bytes_of(each.store));
  return std::clamp<std::int64_t>(kBytesOfBlock / bytes, 256, 8192);
}

std::vector<Range> ranges_of(const Plan& plan, const Inputs& inputs) {
  std::vector<Range> ranges;
  const std::int64_t target = rows_of_block(plan);
  if (plan.primary > 0) {
    const auto& offsets = inputs.groups[static_cast<std::size_t>(plan.primary - 1)].offsets;
    const std::int64_t groups = std::ssize(offsets) - 1;
    for (std::int64_t begin = 0; begin < groups;) {
      std::int64_t end = begin + 1;
      while (end < groups &&
             offsets[static_cast<std::size_t>(end + 1)] - offsets[static_cast<std::size_t>(begin)] <= target &&
             end - begin < target)
        ++end;
      ranges.push_back(
          {0, offsets[static_cast<std::size_t>(begin)], offsets[static_cast<std::size_t>(end)], begin, end});
      begin = end;
    }
  } else {
    for (std::int64_t begin = 0; begin < inputs.persons; begin += target)
      ranges.push_back({0, begin, std::min(begin + target, inputs.persons), 0, 0});
  }
  for (std::size_t g = 0; g < inputs.groups.size(); ++g) {
    const int entity = static_cast<int>(g) + 1;
    if (entity == plan.primary) continue;
    const std::int64_t groups = std::ssize(inputs.groups[g].offsets) - 1;
    for (std::int64_t begin = 0; begin < groups; begin += target)
      ranges.push_back({entity, 0, 0, begin, std::min(begin + target, groups)});
  }
  return ranges;
}

/// Where the answers of a block go.
class AnswerWriter {
 public:
  AnswerWriter(const Plan& plan, const Population& population, const std::vector<Ask>& asks,
               std::vector<Answer>& answers)
      : plan_(plan), hand_of_ask_(population.hand_of_ask), asks_(asks), answers_(answers) {
    for (std::size_t a = 0; a < asks.size(); ++a) {
      std::vector<std::pair<int, std::uint64_t>> bits;
      for (std::size_t i = 0; asks[a].facts != nullptr && i < asks[a].facts->size(); ++i) {
        const auto fact = static_cast<std::size_t>((*asks[a].facts)[i]);
        bits.emplace_back(population.hands[population.hand_of_ask[a]][fact],
                          std::uint64_t{1} << std::min<std::size_t>(i, kBits - 1));
      }
      bits_.push_back(std::move(bits));
    }
  }

  void write(Block& block, int stage) const {
    for (std::size_t a = 0; a < asks_.size(); ++a) {
      const int id = plan_.answers[a];
      if (block.computed(id, stage)) write(block, a, id);
    }
  }

  void write_constants() const {
    for (std::size_t a = 0; a < asks_.size(); ++a) {
      const Register& each = plan_.registers[static_cast<std::size_t>(plan_.answers[a])];
      if (!each.constant) continue;
      std::ranges::fill(answers_[a].verdict, each.value != 0 ? Status::yes : Status::no);
      std::ranges::fill(answers_[a].low, static_cast<std::int64_t>(each.value));
      std::ranges::fill(answers_[a].high, static_cast<std::int64_t>(each.value));
    }
  }

 private:
  const Plan& plan_;
  const std::vector<std::size_t>& hand_of_ask_;
  const std::vector<Ask>& asks_;
  std::vector<Answer>& answers_;
  std::vector<std::vector<std::pair<int, std::uint64_t>>> bits_;

  void write(Block& block, std::size_t a, int id) const {
    const Register& reg = plan_.registers[static_cast<std::size_t>(id)];
    const Lane& lane = block.lane(id);
    const std::size_t begin = block.first_row(reg.entity);
    Answer& answer = answers_[a];
    if (asks_[a].verdict) {
      write_verdicts(lane, answer, begin);
    } else if (reg.store == Store::wide || lane.trouble != nullptr) {
      for (std::size_t row = 0; row < lane.rows; ++row) write_row(block, answer, id, row, begin + row);
    } else if (reg.store == Store::byte) {
      std::copy_n(static_cast<const std::uint8_t*>(lane.low), lane.rows, answer.low.begin() + at(begin));
      std::copy_n(static_cast<const std::uint8_t*>(lane.high), lane.rows, answer.high.begin() + at(begin));
    } else {
      std::copy_n(static_cast<const std::int64_t*>(lane.low), lane.rows, answer.low.begin() + at(begin));
      std::copy_n(static_cast<const std::int64_t*>(lane.high), lane.rows, answer.high.begin() + at(begin));
    }
    if (asks_[a].facts == nullptr || (lane.low == lane.high && lane.trouble == nullptr)) return;
    for (std::size_t row = 0; row < lane.rows; ++row) {
      const std::size_t at = begin + row;
      const bool open = asks_[a].verdict ? answer.verdict[at] == Status::to_verify
                                         : answer.low[at] != answer.high[at] || answer.trouble[at] != 0;
      if (!open) continue;
      const std::uint64_t missing = block.missing(id, row, hand_of_ask_[a]);
      for (const auto& [bit, mask] : bits_[a]) {
        if ((missing >> bit & 1U) != 0) answer.missing[begin + row] |= mask;
      }
    }
  }

  // A trouble leaves both ends apart or is of no matter: then it is not shown.
  static void write_verdicts(const Lane& lane, Answer& answer, std::size_t begin) {
    const auto* low = static_cast<const std::uint8_t*>(lane.low);
    const auto* high = static_cast<const std::uint8_t*>(lane.high);
    for (std::size_t row = 0; row < lane.rows; ++row) {
      const bool open = low[row] != high[row] || (lane.trouble != nullptr && lane.trouble[row] != 0);
      answer.verdict[begin + row] = open ? Status::to_verify : low[row] != 0 ? Status::yes : Status::no;
    }
    if (lane.trouble != nullptr && !answer.trouble.empty())
      std::copy_n(lane.trouble, lane.rows, answer.trouble.begin() + at(begin));
  }

  static std::ptrdiff_t at(std::size_t row) { return static_cast<std::ptrdiff_t>(row); }

  static void write_row(const Block& block, Answer& answer, int id, std::size_t row, std::size_t at) {
    Value value = block.value(id, row);
    if (value.trouble == Trouble::none && (value.low < -kLargestStored || value.high > kLargestStored))
      value = troubled(ValueKind::number, Trouble::overflow);
    answer.low[at] = static_cast<std::int64_t>(value.low);
    answer.high[at] = static_cast<std::int64_t>(value.high);
    answer.trouble[at] = static_cast<std::uint8_t>(value.trouble);
  }
};

}  // namespace

std::vector<Answer> answer_in_blocks(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks,
                                     const Options& options) {
  const Plan plan = make_plan(law, inputs, asks, options);
  Population population = make_population(law, inputs, plan, asks);
  std::vector<Answer> answers(asks.size());
  for (std::size_t a = 0; a < asks.size(); ++a) {
    const auto rows = static_cast<std::size_t>(rows_of(inputs, asks[a].entity));
    if (asks[a].verdict) {
      lay_out(answers[a].verdict, rows);
    } else {
      lay_out(answers[a].low, rows);
      lay_out(answers[a].high, rows);
    }
    if (!asks[a].verdict || asks[a].facts != nullptr) lay_out(answers[a].trouble, rows);
    if (asks[a].facts != nullptr) lay_out(answers[a].missing, rows);
  }
  const AnswerWriter writer(plan, population, asks, answers);
  writer.write_constants();
  const std::vector<Range> ranges = ranges_of(plan, inputs);
  // A worker keeps its memory from block to block; which worker takes a block does not change its result.
  std::vector<std::unique_ptr<Block>> idle;
  std::mutex guard;
  for (int stage = 0; stage < plan.stages; ++stage) {
    parallel_for(std::max(1, options.threads), ranges.size(), [&](std::size_t i) {
      std::unique_ptr<Block> block;
      {
        const std::scoped_lock lock(guard);
        if (!idle.empty()) {
          block = std::move(idle.back());
          idle.pop_back();
        }
      }
      if (!block) block = std::make_unique<Block>(population);
      block->run(ranges[i], stage);
      writer.write(*block, stage);
      const std::scoped_lock lock(guard);
      idle.push_back(std::move(block));
    });
  }
  return answers;
}

}  // namespace songtan::policy::detail
