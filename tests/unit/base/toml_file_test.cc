#include "base/toml_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

using namespace songtan;

namespace {

std::filesystem::path file_with(const std::string& text) {
  auto file = std::filesystem::temp_directory_path() / ("songtan_toml_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << text;
  return file;
}

}  // namespace

TEST_CASE("typed values come out of a file") {
  const auto file =
      TomlFile::read(file_with("name = \"a\"\ncount = 3\n[part]\nyes = true\n[[row]]\nkeys = [\"x\", \"y\"]\n"));
  REQUIRE(file);
  CHECK(file->root().text("name") == "a");
  CHECK(file->root().integer("count") == 3);
  CHECK(file->root().table("part").boolean_or("yes", false));
  const auto rows = file->root().tables("row");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].texts("keys") == std::vector<std::string>{"x", "y"});
  CHECK(file->check());
}

TEST_CASE("each wrong file is refused at its line") {
  struct Row {
    const char* text;
    std::int64_t line;
    const char* words;
  };
  for (const Row& row : {Row{"name = \"a\"\nnmae = 3\n", 2, "unknown key nmae"}, Row{"\nname = 3\n", 2, "wrong type"},
                         Row{"name = \"a\"\n[part\n", 2, "cannot be read"}, Row{"", 1, "key name is missing"}}) {
    CAPTURE(row.text);
    const auto file = TomlFile::read(file_with(row.text));
    Result<void> checked = {};
    if (file) {
      (void)file->root().text("name");
      checked = file->check();
    }
    const Error error = file ? (checked ? Error{} : checked.error()) : file.error();
    CHECK(error.outcome == Outcome::bad_data);
    CHECK(error.message.en.find(row.words) != std::string::npos);
    CHECK(error.line == row.line);
  }
}
