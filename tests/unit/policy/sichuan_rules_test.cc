// The Sichuan pack: checks, and all its tests pass.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/testing.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

PackText read_pack(const std::filesystem::path& folder) {
  PackText pack;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto ending = entry.path().extension();
    if (ending != ".policy" && ending != ".csv") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    pack.files.push_back({std::filesystem::relative(entry.path(), folder).string(), text.str()});
  }
  std::ranges::sort(pack.files, {}, &PackFile::name);
  return pack;
}

}  // namespace

TEST_CASE("the Sichuan pack checks and its tests pass") {
  PackText pack = read_pack(std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs/sichuan");
  std::erase_if(pack.files, [](const PackFile& file) {
    return !file.name.starts_with("policies/") && !file.name.starts_with("parameters/");
  });
  for (const Error& error : check_pack(pack)) FAIL_CHECK(describe(error, "zh"));
  const auto program = load_program(pack);
  REQUIRE(program);
  const auto results = run_tests(*program);
  CHECK(results.size() >= 60);
  for (const TestResult& result : results)
    CHECK_MESSAGE(result.state == TestState::passed,
                  result.file << ":" << result.line << " " << result.name << ": " << result.message.zh);
}
