// The texts of a pack that the policy room reads. In: the pack's folder. Out: policies and tables, by name.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "policy/program.h"

namespace songtan::decide {

/// policies/*.policy, then parameters/*.csv, each in the order of names. Errors: usage when there is no such pack;
/// bad_data when it has no policies.
Result<policy::PackText> read_pack_text(const std::filesystem::path& pack);

/// The law texts beside a pack, `pack`/../law/*.md, and its unseen.csv; none where there are none.
Result<std::vector<policy::PackFile>> read_law_texts(const std::filesystem::path& pack);

}  // namespace songtan::decide
