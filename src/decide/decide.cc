#include "decide/decide.h"

#include <algorithm>

#include "decide/detail/columns.h"
#include "decide/detail/decision_table.h"
#include "decide/detail/population.h"
#include "decide/pack_text.h"
#include "policy/decisions.h"
#include "profile/fact_catalogue.h"

namespace songtan::decide {
namespace {

// Groups [begin, end) of about `rows` persons each, at least one group.
std::vector<std::size_t> cuts_of(const detail::Population& population, std::int64_t rows) {
  std::vector<std::size_t> cuts = {0};
  for (std::size_t group = 0; group < population.families.size(); ++group) {
    if (population.offsets[group + 1] - population.offsets[cuts.back()] > rows && group > cuts.back())
      cuts.push_back(group);
  }
  cuts.push_back(population.families.size());
  return cuts;
}

// A column value and its mark are nine bytes; the policy room keeps about as much again while it computes.
std::int64_t rows_that_fit(std::int64_t memory_bytes, std::size_t needs) {
  return std::max<std::int64_t>(memory_bytes / 2 / (static_cast<std::int64_t>(std::max<std::size_t>(needs, 1)) * 9),
                                10'000);
}

}  // namespace

Result<policy::Program> load_pack_program(const std::filesystem::path& pack, const std::vector<std::string>& scenario) {
  TRY(const auto text, read_pack_text(pack));
  return policy::load_program(text, scenario);
}

Result<DecideCounts> decide(const DecideInputs& inputs, const DecideLimits& limits, const std::filesystem::path& out,
                            Progress& progress) {
  TRY(const auto program, load_pack_program(inputs.pack, inputs.scenario));
  TRY(const auto catalogue, profile::read_fact_catalogue(inputs.pack));
  const Month month = Month::of(inputs.as_of);
  policy::Options options;
  options.threads = limits.threads;
  options.decision_day = inputs.as_of;
  detail::ColumnRequest request{&program, &catalogue, {}, inputs.as_of, limits.threads};
  TRY(request.needs, policy::needs(program, month, options));
  TRY(auto session,
      table::Session::open(
          {.threads = limits.threads, .memory_bytes = limits.memory_bytes / 4, .spill_folder = limits.spill_folder}));
  TRY(const auto population, detail::load_population(session, inputs.profile, catalogue, program));
  TRY(auto table, detail::DecisionTable::open(limits));
  policy::Decisions decisions;
  const auto cuts =
      cuts_of(population, limits.persons_of_piece > 0 ? limits.persons_of_piece
                                                      : rows_that_fit(limits.memory_bytes, request.needs.size()));
  for (std::size_t piece = 0; piece + 1 < cuts.size(); ++piece) {
    progress.report("decide", static_cast<std::int64_t>(piece), static_cast<std::int64_t>(cuts.size() - 1));
    if (progress.interrupted()) {
      return fail(Outcome::interrupted, "interrupted", {"已按要求中断", "interrupted on request"},
                  {"再次运行同一命令即可继续", "run the same command again to go on"});
    }
    const detail::Scope scope = detail::scope_of(population, cuts[piece], cuts[piece + 1]);
    TRY(const auto columns, detail::fill_inputs(request, inputs.profile, population, scope));
    TRY(decisions, policy::evaluate(program, columns, month, options));
    TRY_VOID(table.add(program, decisions, population, scope));
  }
  TRY(auto counts, table.write(program, decisions, out));
  progress.report("decide", 1, 1);
  return counts;
}

}  // namespace songtan::decide
