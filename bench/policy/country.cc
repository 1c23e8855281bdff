#include <fstream>

#include "country_people.h"
#include "decide/pack_text.h"
#include "measure.h"

namespace songtan::bench {
namespace {

const Month kMonth = Month::from_civil(2018, 1);

}  // namespace

nlohmann::json run_country(const std::filesystem::path& pack, const std::filesystem::path& folder,
                           std::uint64_t unknown_ppm, const std::filesystem::path& out) {
  const policy::PackText text = need(decide::read_pack_text(pack));
  const double compiling = wall_seconds();
  const policy::Program program = need(policy::load_program(text));
  const double compiled = wall_seconds() - compiling;
  const policy::Inputs inputs = inputs_of(program, read_country(folder), kMonth, unknown_ppm);
  std::vector<policy::Wanted> wanted;
  for (const char* name : {"disposable_income", "total_benefits", "total_taxes"})
    wanted.push_back({program.variable(1, name).value(), policy::PeriodKey::of(kMonth), false});
  const double cpu = cpu_seconds();
  const double wall = wall_seconds();
  const auto columns = need(policy::compute(program, inputs, wanted));
  nlohmann::json figures = {{"cpu_s", cpu_seconds() - cpu},
                            {"wall_s", wall_seconds() - wall},
                            {"compile_s", compiled},
                            {"peak_mib", peak_mib()}};
  std::int64_t unknown = 0;
  for (const policy::ValueColumn& column : columns) {
    for (std::size_t row = 0; row < column.low.size(); ++row) unknown += column.low[row] != column.high[row] ? 1 : 0;
  }
  figures["unknown_results"] = unknown;
  if (out.empty()) return figures;
  std::ofstream file(out, std::ios::binary);
  for (const policy::ValueColumn& column : columns) {
    for (const auto* end : {&column.low, &column.high})
      file.write(reinterpret_cast<const char*>(end->data()), static_cast<std::streamsize>(end->size() * 8));
  }
  return figures;
}

}  // namespace songtan::bench
