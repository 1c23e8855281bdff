// The tables of profile as Parquet. In: what was built. Out: <folder>/<table>/part-NNN.parquet in the order of each key.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "profile/coverage.h"
#include "profile/detail/claims.h"
#include "profile/detail/families.h"
#include "profile/detail/kin.h"
#include "profile/profile.h"
#include "table/writer.h"

namespace songtan::profile::detail {

Result<void> write_facts(const ClaimTable& claims, const FactCatalogue& catalogue, const ProfileLimits& limits,
                         const std::filesystem::path& out);
Result<void> write_absences(const std::vector<Absence>& absences, const FactCatalogue& catalogue,
                            const std::filesystem::path& out);
Result<void> write_kin(const KinTable& kin, const FamilyTable& families, const std::filesystem::path& out);
Result<void> write_families(const FamilyTable& families, std::span<const Traits> traits, const Words& words,
                            std::string_view urban, const std::filesystem::path& out);

}  // namespace songtan::profile::detail
