// Programs that are wrong, each with the words that say so: tests/bad-programs/README.md.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "policy/program.h"

using namespace songtan;
using namespace songtan::policy;
namespace fs = std::filesystem;

namespace {

const fs::path kFolder = fs::path(SONGTAN_SOURCE_DIR) / "tests" / "bad-programs";

std::optional<std::string> text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

PackText pack_of(const fs::path& program) {
  PackText pack;
  pack.files.push_back({"policies/0.policy", *text_of(kFolder / "prelude" / "事实.policy")});
  pack.files.push_back({program.filename().string(), *text_of(program)});
  const fs::path table = fs::path(program).replace_extension(".csv");
  if (const auto text = text_of(table)) pack.files.push_back({"parameters/" + table.filename().string(), *text});
  return pack;
}

std::string said(const std::vector<Error>& mistakes) {
  std::string words;
  for (const Error& mistake : mistakes) words += describe(mistake, "zh") + "\n" + describe(mistake, "en") + "\n";
  return words;
}

}  // namespace

TEST_CASE("the common part of the bad programs is right") {
  const PackText pack{{{"policies/0.policy", *text_of(kFolder / "prelude" / "事实.policy")}}};
  CHECK(said(check_pack(pack)).empty());
}

TEST_CASE("every bad program is refused in the words beside it") {
  std::set<fs::path> programs;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".policy") programs.insert(entry.path());
  }
  CHECK(programs.size() >= 80);
  std::set<std::string> all;
  for (const fs::path& program : programs) {
    CAPTURE(program.filename().string());
    const std::vector<Error> mistakes = check_pack(pack_of(program));
    CHECK(!mistakes.empty());
    for (const Error& mistake : mistakes) {
      CHECK(mistake.outcome == Outcome::bad_data);
      CHECK(!mistake.file.empty());
      CHECK(mistake.line > 0);
      CHECK(!mistake.column.empty());
      CHECK(!mistake.mend.zh.empty());
      CHECK(!mistake.mend.en.empty());
    }
    const std::string words = said(mistakes);
    CHECK(all.insert(words).second);
    const fs::path expected = fs::path(program).replace_extension(".expected");
    if (std::getenv("SONGTAN_WRITE_EXPECTED") != nullptr) std::ofstream(expected, std::ios::binary) << words;
    CHECK(words == text_of(expected).value_or("(no file)"));
  }
}
