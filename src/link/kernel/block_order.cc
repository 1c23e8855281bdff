#include "link/kernel/block_order.h"

#include <algorithm>
#include <array>

namespace songtan::link {
namespace {

struct KeyedRow {
  std::uint64_t key;
  std::uint32_t row;
};

constexpr int kDigitBits = 11;
constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;

// Stable least-significant-digit radix sort on the top 33 bits; keys are hashes, so the few runs that are equal there
// but not below are put right by insertion.
void sort_by_key(std::vector<KeyedRow>& rows) {
  std::vector<KeyedRow> other(rows.size());
  for (const int shift : {31, 42, 53}) {
    std::array<std::uint32_t, kDigits> counts{};
    for (const KeyedRow& one : rows) ++counts[one.key >> shift & (kDigits - 1)];
    std::uint32_t sum = 0;
    for (std::uint32_t& count : counts) {
      const std::uint32_t next = sum + count;
      count = sum;
      sum = next;
    }
    for (const KeyedRow& one : rows) other[counts[one.key >> shift & (kDigits - 1)]++] = one;
    rows.swap(other);
  }
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (std::size_t at = i; at > 0 && rows[at - 1].key > rows[at].key; --at) std::swap(rows[at - 1], rows[at]);
  }
}

}  // namespace

BlockOrder block_order(const std::vector<std::uint64_t>& keys, std::uint32_t most_in_block,
                       std::vector<std::pair<std::uint32_t, std::uint32_t>>& skipped) {
  std::vector<KeyedRow> sorted;
  sorted.reserve(keys.size());
  for (std::uint32_t row = 0; row < keys.size(); ++row) {
    if (keys[row] != 0) sorted.push_back({keys[row], row});
  }
  sort_by_key(sorted);
  BlockOrder order;
  order.block_of.assign(keys.size(), 0);
  for (std::size_t from = 0; from < sorted.size();) {
    std::size_t to = from + 1;
    while (to < sorted.size() && sorted[to].key == sorted[from].key) ++to;
    const auto size = static_cast<std::uint32_t>(to - from);
    if (most_in_block != 0 && size > most_in_block) {
      skipped.emplace_back(size, sorted[from].row);
    } else if (size > 1) {
      order.starts.push_back(static_cast<std::uint32_t>(order.rows.size()));
      for (std::size_t i = from; i < to; ++i) {
        order.rows.push_back(sorted[i].row);
        order.block_of[sorted[i].row] = static_cast<std::uint32_t>(order.starts.size());
      }
    }
    from = to;
  }
  order.starts.push_back(static_cast<std::uint32_t>(order.rows.size()));
  return order;
}

}  // namespace songtan::link
