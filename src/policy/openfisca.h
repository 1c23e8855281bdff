// OpenFisca's YAML tests, read as they are. In: a pack, a map of names, YAML texts. Out: what passed and what did not.
// docs/formats/openfisca-map.md has the map.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/program.h"
#include "policy/testing.h"

namespace songtan::policy {

/// Runs every case of every file. Errors (bad_data): a map or YAML text that cannot be read. A case that names an
/// unknown variable or reform has failed, with the name and the mend.
Result<std::vector<TestResult>> run_openfisca_tests(const PackText& pack, const PackFile& map,
                                                    std::span<const PackFile> files);

}  // namespace songtan::policy
