#include "decide/impact.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "decide/decide.h"
#include "decide/detail/fact_words.h"
#include "decide/population_files.h"

namespace songtan::decide {
namespace {

struct Decided {
  policy::Status status = policy::Status::no;
  std::int64_t amount = 0;
};

/// By programme, then by the subject's id in the files.
using World = std::map<std::string, std::map<std::string, Decided>>;

Result<World> decided(const std::filesystem::path& pack, const std::filesystem::path& folder, Month month) {
  constexpr std::int64_t kMemory = std::int64_t{1} << 30;
  TRY(const policy::Program program, load_pack_program(pack));
  TRY(table::Session session, table::Session::open({.threads = 1, .memory_bytes = kMemory, .spill_folder = {}}));
  const policy::Options options;
  TRY(const FilePopulation population, read_population(session, program, folder, month, options));
  TRY_VOID(policy::validate(program, population.inputs));
  TRY(const policy::Decisions decisions, policy::evaluate(program, population.inputs, month, options));
  World world;
  for (const policy::ProgrammeDecisions& each : decisions.programmes) {
    const policy::ProgrammeInfo& info = program.programmes()[static_cast<std::size_t>(each.programme)];
    auto& subjects = world[info.code];
    const auto& ids = population.ids[static_cast<std::size_t>(info.entity)];
    for (std::size_t row = 0; row < each.status.size(); ++row) {
      const bool known =
          each.status[row] == policy::Status::yes && each.amount[row] != policy::ProgrammeDecisions::kNoAmount;
      subjects[ids[row]] = {each.status[row], known ? each.amount[row] : 0};
    }
  }
  return world;
}

void add(const Decided& before, const Decided& after, ImpactRow& row) {
  const bool was = before.status == policy::Status::yes;
  const bool is = after.status == policy::Status::yes;
  row.receiving_before += was;
  row.receiving_after += is;
  row.enter += !was && is;
  row.leave += was && !is;
  row.gain += was && is && after.amount > before.amount;
  row.lose += was && is && after.amount < before.amount;
  row.to_verify_before += before.status == policy::Status::to_verify;
  row.to_verify_after += after.status == policy::Status::to_verify;
  row.cost_before += before.amount;
  row.cost_after += after.amount;
}

std::string count_words(std::int64_t count) {
  return count > 0 && count < kSmallestCell ? fmt::format("<{}", kSmallestCell) : std::to_string(count);
}

// A cost of so few subjects tells the amount of one.
std::string cost_words(std::int64_t cost, std::int64_t subjects) {
  return subjects > 0 && subjects < kSmallestCell ? "…" : detail::yuan_of_fen(cost);
}

}  // namespace

Result<std::vector<ImpactRow>> impact_on_files(const std::filesystem::path& before, const std::filesystem::path& after,
                                               const std::filesystem::path& population, Month month) {
  TRY(World old_world, decided(before, population, month));
  TRY(World new_world, decided(after, population, month));
  for (const auto& [code, subjects] : new_world) old_world.try_emplace(code);
  std::vector<ImpactRow> rows;
  for (auto& [code, subjects] : old_world) {
    ImpactRow row;
    row.programme = code;
    auto& others = new_world[code];
    for (const auto& [id, decision] : others) subjects.try_emplace(id);
    for (const auto& [id, decision] : subjects) add(decision, others[id], row);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string impact_text(const std::vector<ImpactRow>& rows, std::string_view language) {
  const bool zh = language == "zh";
  std::string out;
  for (const ImpactRow& row : rows) {
    out += fmt::format("{}: {} → {}  {} {}  {} {}  {} {}  {} {}  {} {} → {}  {} {} → {}\n", row.programme,
                       count_words(row.receiving_before), count_words(row.receiving_after), zh ? "进入" : "enter",
                       count_words(row.enter), zh ? "退出" : "leave", count_words(row.leave), zh ? "增加" : "gain",
                       count_words(row.gain), zh ? "减少" : "lose", count_words(row.lose), zh ? "待核" : "to verify",
                       count_words(row.to_verify_before), count_words(row.to_verify_after),
                       zh ? "每月支出" : "yuan a month", cost_words(row.cost_before, row.receiving_before),
                       cost_words(row.cost_after, row.receiving_after));
  }
  return out;
}

std::string impact_json(const std::vector<ImpactRow>& rows) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  const auto count = [](std::int64_t n) { return n > 0 && n < kSmallestCell ? nlohmann::json() : nlohmann::json(n); };
  for (const ImpactRow& row : rows) {
    const auto cost = [&](std::int64_t fen, std::int64_t subjects) {
      return subjects > 0 && subjects < kSmallestCell ? nlohmann::json() : nlohmann::json(fen);
    };
    json.push_back({{"programme", row.programme},
                    {"receiving_before", count(row.receiving_before)},
                    {"receiving_after", count(row.receiving_after)},
                    {"enter", count(row.enter)},
                    {"leave", count(row.leave)},
                    {"gain", count(row.gain)},
                    {"lose", count(row.lose)},
                    {"to_verify_before", count(row.to_verify_before)},
                    {"to_verify_after", count(row.to_verify_after)},
                    {"cost_before_fen", cost(row.cost_before, row.receiving_before)},
                    {"cost_after_fen", cost(row.cost_after, row.receiving_after)}});
  }
  return json.dump();
}

}  // namespace songtan::decide
