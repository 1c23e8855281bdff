// Random populations for the tests of the two evaluators: several kinds of groups, links, unknown values.
#pragma once

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "policy/decisions.h"

namespace songtan::policy::random_population {

inline Membership ranges(RandomStream& random, std::int64_t persons, std::size_t roles) {
  Membership group;
  group.offsets.push_back(0);
  while (group.offsets.back() < persons) {
    const auto size = static_cast<std::int64_t>(random.below(50) == 0 ? random.below(40) : random.below(5));
    group.offsets.push_back(std::min(persons, group.offsets.back() + size));
  }
  for (std::int64_t i = 0; i < persons; ++i) {
    group.roles.push_back(random.chance_ppm(100'000)
                              ? Membership::kNoRole
                              : static_cast<std::uint8_t>(random.below(std::max<std::size_t>(roles, 1))));
  }
  return group;
}

inline Membership shuffled(RandomStream& random, std::int64_t persons, std::size_t roles) {
  Membership group = ranges(random, persons, roles);
  for (std::int64_t i = 0; i < persons; ++i) group.members.push_back(static_cast<std::int32_t>(i));
  for (std::size_t i = group.members.size(); i > 1; --i)
    std::swap(group.members[i - 1], group.members[random.below(i)]);
  return group;
}

inline LinkLists links(RandomStream& random, std::int64_t persons, bool many) {
  LinkLists out;
  out.offsets.push_back(0);
  for (std::int64_t i = 0; i < persons; ++i) {
    const std::uint64_t count = random.below(many ? 4 : 2);
    for (std::uint64_t k = 0; k < count; ++k)
      out.targets.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(persons))));
    out.offsets.push_back(std::ssize(out.targets));
  }
  return out;
}

inline std::int64_t value(RandomStream& random, const Program& program, const VariableInfo& info) {
  switch (info.kind) {
    case ValueKind::boolean: return static_cast<std::int64_t>(random.below(2));
    case ValueKind::date: return static_cast<std::int64_t>(random.below(36'000)) - 15'000;
    case ValueKind::enumeration: {
      std::int64_t words = 0;
      while (!program.word(info.enumeration, words).empty()) ++words;
      return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(words) + 1)) -
             (random.chance_ppm(20'000) ? 1 : 0);
    }
    case ValueKind::number: break;
  }
  std::int64_t unit = 1;
  for (int i = 0; i < info.scale; ++i) unit *= 10;
  if (random.chance_ppm(300'000)) return 0;
  if (random.chance_ppm(300)) return (std::int64_t{1} << 46) + static_cast<std::int64_t>(random.below(3)) - 1;
  const auto whole = static_cast<std::int64_t>(random.below(info.scale == 0 ? 6 : 3'000));
  return whole * unit + (info.scale > 0 && random.chance_ppm(200'000)
                             ? static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(unit)))
                             : 0);
}

/// `unknown_ppm`: how often a value is unknown; some columns are left out altogether.
inline Inputs make(const Program& program, const std::vector<Need>& needs, std::uint64_t seed, std::int64_t persons,
                   std::uint64_t unknown_ppm) {
  RandomStream random(seed);
  Inputs inputs;
  inputs.persons = persons;
  for (std::size_t e = 1; e < program.entities().size(); ++e) {
    const std::size_t roles = program.entities()[e].roles.size();
    inputs.groups.push_back(e == 1 && seed % 4 != 3 ? ranges(random, persons, roles)
                                                    : shuffled(random, persons, roles));
  }
  for (const LinkInfo& link : program.links()) inputs.links.push_back(links(random, persons, link.many));
  for (const Need& need : needs) {
    if (random.chance_ppm(unknown_ppm / 4)) continue;
    const VariableInfo& info = program.variables()[static_cast<std::size_t>(need.variable)];
    const std::int64_t rows =
        info.entity == 0 ? persons : std::ssize(inputs.groups[static_cast<std::size_t>(info.entity - 1)].offsets) - 1;
    InputColumn column{need, {}, {}};
    const bool complete = random.chance_ppm(300'000);
    for (std::int64_t row = 0; row < rows; ++row) {
      column.values.push_back(value(random, program, info));
      if (!complete) column.known.push_back(random.chance_ppm(unknown_ppm) ? 0 : 1);
    }
    inputs.columns.push_back(std::move(column));
  }
  return inputs;
}

}  // namespace songtan::policy::random_population
