#include "policy/detail/ask.h"

#include <algorithm>

namespace songtan::policy::detail {

std::int64_t rows_of(const Inputs& inputs, int entity) {
  if (entity == 0) return inputs.persons;
  return static_cast<std::int64_t>(inputs.groups[static_cast<std::size_t>(entity - 1)].offsets.size()) - 1;
}

GroupIndex index_of(const Membership& membership, std::int64_t persons) {
  GroupIndex index;
  index.group.resize(static_cast<std::size_t>(persons));
  index.slot.resize(static_cast<std::size_t>(persons));
  for (std::size_t g = 0; g + 1 < membership.offsets.size(); ++g) {
    for (std::int64_t slot = membership.offsets[g]; slot < membership.offsets[g + 1]; ++slot) {
      const std::int64_t person =
          membership.members.empty() ? slot : membership.members[static_cast<std::size_t>(slot)];
      index.group[static_cast<std::size_t>(person)] = static_cast<std::int32_t>(g);
      index.slot[static_cast<std::size_t>(person)] = static_cast<std::int32_t>(slot);
    }
  }
  return index;
}

std::uint64_t fact_bit(const std::vector<int>& facts, int variable) {
  const auto found = std::ranges::find(facts, variable);
  if (found == facts.end()) return 0;
  return std::uint64_t{1} << std::min<std::ptrdiff_t>(found - facts.begin(), 63);
}

}  // namespace songtan::policy::detail
