#include "link/kernel/edit_lanes.h"

#include <algorithm>

#include "link/kernel/clones.h"

namespace songtan::link {
namespace {

using Lanes = std::array<std::uint16_t, EditLanes::kLanes>;

// The recurrence of levenshtein() in text_distance.cc, lane by lane; lanes whose text has ended stand still.
SONGTAN_CLONES void step_all(const Lanes* matches, std::size_t letters, unsigned last, const std::uint16_t* length,
                             std::uint16_t* distance) {
  alignas(64) Lanes positive;
  alignas(64) Lanes negative;
  for (std::size_t lane = 0; lane < EditLanes::kLanes; ++lane) {
    positive[lane] = 0xFFFF;
    negative[lane] = 0;
    distance[lane] = static_cast<std::uint16_t>(last + 1);
  }
  for (std::size_t at = 0; at < letters; ++at) {
    const std::uint16_t* match = matches[at].data();
    for (std::size_t lane = 0; lane < EditLanes::kLanes; ++lane) {
      const std::uint16_t m = match[lane];
      const std::uint16_t p = positive[lane];
      const std::uint16_t n = negative[lane];
      const auto sum = static_cast<std::uint16_t>((m & p) + p);
      const auto diagonal = static_cast<std::uint16_t>((sum ^ p) | m | n);
      const auto up = static_cast<std::uint16_t>(n | ~(diagonal | p));
      const auto down = static_cast<std::uint16_t>(diagonal & p);
      const auto change = static_cast<std::uint16_t>((up >> last & 1U) - (down >> last & 1U));
      const auto running = static_cast<std::uint16_t>(at < length[lane] ? 0xFFFF : 0);
      distance[lane] = static_cast<std::uint16_t>(distance[lane] + (change & running));
      const auto shifted = static_cast<std::uint16_t>(up << 1 | 1U);
      positive[lane] = static_cast<std::uint16_t>(down << 1 | static_cast<std::uint16_t>(~(diagonal | shifted)));
      negative[lane] = static_cast<std::uint16_t>(shifted & diagonal);
    }
  }
}

}  // namespace

void EditLanes::add(const Pattern& pattern, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at)
    matches_[at][count_] = static_cast<std::uint16_t>(pattern.positions(static_cast<unsigned char>(text[at])));
  length_[count_++] = static_cast<std::uint16_t>(text.size());
  longest_ = std::max(longest_, text.size());
}

const std::uint16_t* EditLanes::distances(const Pattern& pattern) {
  step_all(matches_.data(), longest_, static_cast<unsigned>(pattern.text().size() - 1), length_.data(),
           distance_.data());
  count_ = longest_ = 0;
  return distance_.data();
}

}  // namespace songtan::link
