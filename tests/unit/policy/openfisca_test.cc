// OpenFisca's YAML tests, read as they are, on the country template's law written in this language.
#include "policy/openfisca.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace songtan;
using namespace songtan::policy;

namespace {

namespace fs = std::filesystem;

PackFile read(const fs::path& path, const std::string& name) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return {name, text.str()};
}

const fs::path kPeer = fs::path(SONGTAN_SOURCE_DIR) / "tests/peers/country-template";

std::vector<TestResult> run(std::vector<PackFile> files) {
  const PackText pack{{read(kPeer / "policies/law.policy", "policies/law.policy")}};
  const auto results = run_openfisca_tests(pack, read(kPeer / "map.toml", "map.toml"), files);
  if (!results) FAIL(describe(results.error(), "en"));
  return *results;
}

}  // namespace

TEST_CASE("a case with periods, margins and arithmetic passes, a wrong one fails with what was found") {
  const auto results =
      run({{"a.yaml",
            "- name: right\n  period: 2017-01\n  absolute_error_margin: 0.01\n  input: {salary: 2000}\n  output: "
            "{income_tax: 600 / 2}\n"
            "- name: spans\n  period: 2017\n  input: {salary: {'month:2017-01:2': 2000}}\n  output: {income_tax: "
            "{2017-02: 150, 2017-03: 0}}\n"
            "- name: wrong\n  period: 2017-01\n  input: {salary: 2000}\n  output: {income_tax: 301}\n"
            "- name: unknown\n  period: 2017-01\n  input: {salery: 2000}\n  output: {income_tax: 301}\n"}});
  REQUIRE(results.size() == 4);
  CHECK_MESSAGE(results[0].state == TestState::passed, results[0].message.en);
  CHECK_MESSAGE(results[1].state == TestState::passed, results[1].message.en);
  CHECK(results[2].message.en == "expected income_tax = 301 but found 300EUR/月");
  CHECK(results[3].state == TestState::failed);
}

// Laws of invented lands, each of another shape, with suites in OpenFisca's dialects: tests/peers/*/tests.
TEST_CASE("every peer pack passes its own suite") {
  int packs = 0;
  std::size_t cases = 0;
  for (const auto& peer : fs::directory_iterator(fs::path(SONGTAN_SOURCE_DIR) / "tests/peers")) {
    if (!fs::exists(peer.path() / "tests")) continue;
    CAPTURE(peer.path().filename().string());
    PackText pack;
    std::vector<PackFile> suites;
    for (const char* part : {"policies", "parameters", "tests"}) {
      if (!fs::exists(peer.path() / part)) continue;
      for (const auto& entry : fs::directory_iterator(peer.path() / part)) {
        PackFile file = read(entry.path(), part + ("/" + entry.path().filename().string()));
        (std::string_view(part) == "tests" ? suites : pack.files).push_back(std::move(file));
      }
    }
    for (const Error& error : check_pack(pack)) FAIL_CHECK(describe(error, "en"));
    const auto results = run_openfisca_tests(pack, read(peer.path() / "map.toml", "map.toml"), suites);
    if (!results) FAIL(describe(results.error(), "en"));
    for (const TestResult& each : *results)
      CHECK_MESSAGE(each.state == TestState::passed, each.file << ": " << each.name << ": " << each.message.en);
    ++packs;
    cases += results->size();
  }
  CHECK(packs >= 3);
  CHECK(cases >= 20);
}

TEST_CASE("the country template's own suite passes whole") {
  fs::path suite;
  for (const char* up : {"../shared", "../../shared"}) {
    const fs::path found = fs::path(SONGTAN_SOURCE_DIR) / up / "data/rules/country-template/tests";
    if (fs::exists(found)) suite = found;
  }
  if (suite.empty()) {
    MESSAGE("skipped: the suite is not here");
    return;
  }
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(suite)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<PackFile> files;
  for (const auto& path : paths) files.push_back(read(path, path.filename().string()));
  const auto results = run(files);
  CHECK(results.size() == 35);
  for (const TestResult& each : results)
    CHECK_MESSAGE(each.state == TestState::passed, each.file << ": " << each.name << ": " << each.message.en);
}
