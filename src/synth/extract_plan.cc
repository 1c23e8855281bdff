#include <numeric>

#include "synth/extracts.h"

namespace songtan::synth {

Day ExtractPlan::delivery_of(const RegisterForm& form) const {
  RandomStream stream(hash64(form.source, seed));
  const std::int64_t spread = form.lag_days[1] - form.lag_days[0] + 1;
  const std::int64_t lag =
      form.lag_days[0] + static_cast<std::int64_t>(stream.below(static_cast<std::uint64_t>(spread)));
  return as_of.plus(-static_cast<int>(lag * std::min<std::int64_t>(dirt.delay_percent, 100) / 100));
}

Result<ExtractPlan> read_extract_plan(const std::filesystem::path& pack, const std::string& dirt, std::uint64_t seed,
                                      Day as_of) {
  const auto folder = pack / "synth";
  ExtractPlan plan;
  plan.seed = seed;
  plan.as_of = as_of;
  TRY(plan.registers, read_register_forms(folder / "registers"));
  TRY(plan.dirt, read_dirt_profile(folder / "dirt", dirt));
  TRY(plan.variants, Variants::read(folder / "variants"));
  TRY(plan.faults, read_fault_plan(folder / "faults.toml"));
  TRY(plan.living, read_life_events(folder / "living.toml"));
  return plan;
}

}  // namespace songtan::synth
