#include <algorithm>

#include "decide/decide.h"

namespace songtan::decide {

Result<std::vector<watch::Programme>> programmes_of(const std::filesystem::path& pack) {
  TRY(const policy::Program program, load_pack_program(pack));
  std::vector<watch::Programme> programmes;
  for (const policy::ProgrammeInfo& info : program.programmes()) {
    watch::Programme programme{.code = info.code,
                               .per_family = program.entities()[static_cast<std::size_t>(info.entity)].group,
                               .conditions = {},
                               .warning_class = info.warning_class,
                               .severity = info.severity,
                               .words = info.name};
    for (const policy::ConditionInfo& condition : info.conditions) {
      const auto bit = static_cast<std::size_t>(condition.bit);
      programme.conditions.resize(std::max(programme.conditions.size(), bit + 1));
      programme.conditions[bit] = condition.cause.empty() ? condition.label.zh : condition.cause;
    }
    programmes.push_back(std::move(programme));
  }
  return programmes;
}

}  // namespace songtan::decide
