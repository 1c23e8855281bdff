#include <fmt/format.h>

#include "country_people.h"
#include "decide/pack_text.h"
#include "measure.h"
#include "policy/changes.h"
#include "policy/trace.h"

namespace songtan::bench {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr int kRepeats = 5;
const Month kMonth = Month::from_civil(2018, 1);

/// Least CPU nanoseconds a person over some repeats.
double nanoseconds(const policy::Program& program, const policy::Inputs& inputs, const std::string& variable) {
  const policy::Wanted wanted{program.variable(1, variable).value(), policy::PeriodKey::of(kMonth), false};
  double least = 1e30;
  for (int i = 0; i < kRepeats; ++i) {
    const double before = cpu_seconds();
    need(policy::compute(program, inputs, std::span(&wanted, 1)));
    least = std::min(least, cpu_seconds() - before);
  }
  return least * 1e9 / static_cast<double>(inputs.persons);
}

constexpr const char* kRegional = R"(
entity person
group household of person
enum county open
currency EUR
fact person.salary: EUR/month flow
fact household.county: county state
parameter standard: EUR/month by county table parameters/standard.csv
scale contribution: EUR/month to 倍 table parameters/contribution.csv
round default half_up
variable household.income: EUR/month = sum(members, salary)
variable household.gap: EUR/month = max(standard - income, 0)
variable person.due: EUR/month = marginal(contribution, salary)
variable person.band: 倍 = bracket(contribution, salary)
variable household.due: EUR/month = sum(members, due)
variable household.bands: 倍 = sum(members, band)
)";

policy::Program regional(int counties, int levels) {
  std::string standards = "county,value,from\n", scale = "threshold,rate,from\n";
  for (int i = 0; i < counties; ++i) standards += fmt::format("{},{},2015-01-01\n", 510'000 + i, 500 + i);
  for (int i = 0; i < levels; ++i) scale += fmt::format("{},0.{:03},2015-01-01\n", i * 20'000 / levels, i);
  return need(policy::load_program({{{"policies/law.policy", kRegional},
                                     {"parameters/standard.csv", standards},
                                     {"parameters/contribution.csv", scale}}}));
}

policy::Inputs regional_inputs(const policy::Program& program, std::int64_t persons) {
  const std::vector<policy::Need> needs = {{program.variable(0, "salary").value(), policy::PeriodKey::of(kMonth)},
                                           {program.variable(1, "county").value(), policy::PeriodKey::of(kMonth)}};
  return random_inputs(program, needs, persons, kSeed, 0);
}

}  // namespace

nlohmann::json run_traps(const std::filesystem::path& pack, std::int64_t persons) {
  nlohmann::json out;
  const auto add = [&](const char* name, double plain, double trap) {
    out[name] = {{"ns", trap}, {"plain_ns", plain}, {"ratio", trap / plain}};
  };
  const policy::Program country = need(policy::load_program(need(decide::read_pack_text(pack))));
  const auto with_family = [&](std::int64_t largest) {
    return nanoseconds(country, inputs_of(country, make_country(persons, kSeed, largest), kMonth, 0),
                       "disposable_income");
  };
  add("one family of 1,500", with_family(0), with_family(1'500));
  const auto with_law = [&](int counties, int levels, const char* variable) {
    const policy::Program program = regional(counties, levels);
    return nanoseconds(program, regional_inputs(program, persons), variable);
  };
  add("183 regional standards", with_law(2, 2, "gap"), with_law(183, 2, "gap"));
  add("marginal scale of 200 brackets", with_law(2, 4, "due"), with_law(2, 200, "due"));
  add("bracket of a scale of 200", with_law(2, 4, "bands"), with_law(2, 200, "bands"));
  return out;
}

nlohmann::json run_pack(const std::filesystem::path& pack, std::int64_t persons) {
  const policy::Program program = need(policy::load_program(need(decide::read_pack_text(pack))));
  const Month month = Month::from_civil(2026, 9);
  const policy::Inputs inputs = random_inputs(program, need(policy::needs(program, month)), persons, kSeed, 50'000);
  const double cpu = cpu_seconds(), wall = wall_seconds();
  const policy::Decisions decisions = need(policy::evaluate(program, inputs, month));
  nlohmann::json out = {{"cpu_s", cpu_seconds() - cpu}, {"wall_s", wall_seconds() - wall}, {"peak_mib", peak_mib()}};
  std::int64_t conditions = 0;
  for (const policy::ProgrammeDecisions& each : decisions.programmes)
    conditions +=
        std::ssize(program.programmes()[static_cast<std::size_t>(each.programme)].conditions) * std::ssize(each.status);
  out["persons"] = persons;
  out["programmes"] = decisions.programmes.size();
  out["persons_per_s"] = static_cast<double>(persons) / out["cpu_s"].get<double>();
  out["ns_per_condition"] =
      out["cpu_s"].get<double>() * 1e9 / static_cast<double>(std::max<std::int64_t>(conditions, 1));
  const policy::Inputs family = random_inputs(program, need(policy::needs(program, month)), 4, kSeed, 50'000);
  const auto milliseconds = [&](auto&& each) {
    constexpr int kRounds = 10;
    const double before = cpu_seconds();
    for (int i = 0; i < kRounds; ++i) {
      for (const policy::ProgrammeDecisions& decided : decisions.programmes) each(decided.programme);
    }
    return (cpu_seconds() - before) * 1e3 / kRounds / static_cast<double>(decisions.programmes.size());
  };
  out["explain_ms"] = milliseconds([&](int programme) { need(policy::explain(program, family, programme, 0, month)); });
  out["changes_ms"] =
      milliseconds([&](int programme) { need(policy::what_would_change(program, family, programme, 0, month)); });
  return out;
}

}  // namespace songtan::bench
