// Records in the order of a blocking key. In: keys. Out: blocks of two and more rows, and the dense block of each row,
// by which later rules see that an earlier one has already met a pair.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace songtan::link {

struct BlockOrder {
  std::vector<std::uint32_t> rows;      ///< rows of all blocks, block by block, ascending within a block
  std::vector<std::uint32_t> starts;    ///< first position of each block in `rows`; one more at the end
  std::vector<std::uint32_t> block_of;  ///< per row: 1 + its block, 0 for rows that meet nobody
};

/// Blocks above `most_in_block` (0: no limit) are left out and appended to `skipped` as (records, first row).
BlockOrder block_order(const std::vector<std::uint64_t>& keys, std::uint32_t most_in_block,
                       std::vector<std::pair<std::uint32_t, std::uint32_t>>& skipped);

}  // namespace songtan::link
