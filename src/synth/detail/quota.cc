#include "synth/detail/quota.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace songtan::synth {
namespace {

constexpr int kKernelReach = 64;
constexpr int kKernels = 13;

/// Bell curves in whole numbers (1024 at the centre, never 0), by spread 0–12; spread 0 is flat.
using KernelTable = std::array<std::array<std::int32_t, kKernelReach>, kKernels>;

const KernelTable& kernels() {
  static const KernelTable table = [] {
    KernelTable made{};
    for (int spread = 0; spread < kKernels; ++spread) {
      for (int distance = 0; distance < kKernelReach; ++distance) {
        const double z = spread == 0 ? 0.0 : static_cast<double>(distance) / spread;
        made[static_cast<std::size_t>(spread)][static_cast<std::size_t>(distance)] =
            std::max(1, static_cast<int>(1024.0 * std::exp(-0.5 * z * z)));
      }
    }
    return made;
  }();
  return table;
}

/// First and last age of a census group.
std::pair<int, int> group_ages(std::size_t group) {
  if (group == 0) return {0, 0};
  if (group == 1) return {1, 4};
  const int first = 5 * (static_cast<int>(group) - 1);
  return {first, group + 1 == kAgeGroups ? kEldest : first + 4};
}

}  // namespace

std::vector<std::int64_t> shared_out(std::int64_t total, const std::vector<std::int64_t>& weights) {
  const std::int64_t sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  CHECK_PROMISE(sum > 0 || total == 0);
  std::vector<std::int64_t> parts(weights.size(), 0);
  if (sum == 0) return parts;
  std::vector<std::pair<std::int64_t, std::size_t>> remainders;
  std::int64_t given = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const auto product = static_cast<Wide>(total) * static_cast<Wide>(weights[i]);
    parts[i] = static_cast<std::int64_t>(product / static_cast<Wide>(sum));
    given += parts[i];
    remainders.emplace_back(-static_cast<std::int64_t>(product % static_cast<Wide>(sum)), i);
  }
  const auto missing = static_cast<std::size_t>(total - given);
  std::partial_sort(remainders.begin(), remainders.begin() + static_cast<std::ptrdiff_t>(missing), remainders.end());
  for (std::size_t k = 0; k < missing; ++k) ++parts[remainders[k].second];
  return parts;
}

Quota::Quota(const County& county, std::int64_t n) {
  std::vector<std::int64_t> weights;
  for (const auto& ages : county.ages) weights.insert(weights.end(), ages.begin(), ages.end());
  const auto groups = shared_out(n, weights);
  for (std::size_t cell = 0; cell < groups.size(); ++cell) {
    const auto [first, last] = group_ages(cell % kAgeGroups);
    std::vector<std::int64_t> years;
    std::int64_t weight = 1'000'000;
    for (int age = first; age <= last; ++age) {
      years.push_back(weight);
      if (last == kEldest) weight = weight * 78 / 100;  // beyond 85 about a fifth fewer each year
    }
    const auto parts = shared_out(groups[cell], years);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      counts_[cell / kAgeGroups][static_cast<std::size_t>(first) + i] = static_cast<std::int32_t>(parts[i]);
    }
  }
}

int Quota::take(Draw& draw, Sex sex, const AgeWindow& window) {
  const int low = std::max(0, window.low);
  const int high = std::min(kEldest, window.high);
  if (low > high) return -1;
  const auto& kernel = kernels()[static_cast<std::size_t>(std::min(window.spread, kKernels - 1))];
  auto& counts = counts_[sex];
  std::array<std::int64_t, kEldest + 1> sums;
  std::int64_t sum = 0;
  for (int age = low; age <= high; ++age) {
    const auto distance = static_cast<std::size_t>(std::min(std::abs(age - window.centre), kKernelReach - 1));
    sum += static_cast<std::int64_t>(counts[static_cast<std::size_t>(age)]) * kernel[distance];
    sums[static_cast<std::size_t>(age)] = sum;
  }
  if (sum == 0) return -1;
  const std::int64_t wanted = draw.wide_below(sum);
  int age = low;
  while (sums[static_cast<std::size_t>(age)] <= wanted) ++age;
  --counts[static_cast<std::size_t>(age)];
  return age;
}

Quota::Taken Quota::take_any(Draw& draw, int low, int high) {
  std::int64_t total = left(low, high);
  if (total == 0) return {};
  std::int64_t wanted = draw.wide_below(total);
  for (const Sex sex : {kMale, kFemale}) {
    for (int age = low; age <= high; ++age) {
      auto& count = counts_[sex][static_cast<std::size_t>(age)];
      if (wanted < count) {
        --count;
        return {age, sex};
      }
      wanted -= count;
    }
  }
  return {};
}

std::int64_t Quota::left(int low, int high) const {
  std::int64_t sum = 0;
  for (const auto& counts : counts_) {
    for (int age = low; age <= std::min(high, kEldest); ++age) sum += counts[static_cast<std::size_t>(age)];
  }
  return sum;
}

}  // namespace songtan::synth
