// A small pack and delivery for tests: contracts and files as text, and the loads that come of them as rows of text.
// Synthetic people only; citizen numbers are composed at run time.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/citizen_number.h"
#include "base/text.h"
#include "ingest/ingest.h"
#include "table/session.h"

namespace songtan::ingest {

inline std::string citizen_number(std::string_view region, std::string_view birth, std::string_view sequence) {
  const std::string body = std::string(region) + std::string(birth) + std::string(sequence);
  return body + check_digit(body);
}

inline constexpr std::string_view kContractHead = R"(format = 1
id = "ca.people"
version = "1"
department = { zh = "测试局", en = "Test Bureau" }
title = { zh = "人员", en = "People" }
[files]
pattern = "*.csv"
format = "csv"
[delivery]
rhythm_days = 30
absence = "none"
[coverage]
regions = ["51"]
population = { zh = "全体", en = "all" }
period = { zh = "现状", en = "now" }
[legal]
basis = ["社会救助法 第四十一条"]
)";

/// Columns 证件号, 姓名, 出生, 金额 and an income section.
inline constexpr std::string_view kPeopleColumns = R"(
[[columns]]
name = "证件号"
type = "number"
[[columns]]
name = "姓名"
type = "text"
required = true
[[columns]]
name = "出生"
type = "date"
form = "yyyymmdd"
not_future = true
[[columns]]
name = "金额"
type = "money"
unit = "yuan"
range = [0, 100000]
[[identity]]
number = "证件号"
name = "姓名"
birth = "出生"
[[income]]
kind = { constant = "wage" }
amount = "金额"
valid_from = "出生"
)";

inline constexpr std::string_view kPeopleHeader = "证件号,姓名,出生,金额\n";

class SmallDelivery {
 public:
  SmallDelivery() {
    static int count = 0;
    root_ = std::filesystem::temp_directory_path() / fmt::format("songtan-ingest-{}-{}", ::getpid(), ++count);
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "in" / "extracts");
    std::filesystem::create_directories(root_ / "pack" / "sources");
  }
  ~SmallDelivery() { std::filesystem::remove_all(root_); }
  SmallDelivery(const SmallDelivery&) = delete;
  SmallDelivery& operator=(const SmallDelivery&) = delete;

  static void write(const std::filesystem::path& file, std::string_view text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }
  void contract(std::string_view text, std::string_view id = "ca.people") {
    write(root_ / "pack" / "sources" / (std::string(id) + ".toml"), text);
  }
  void people_contract() { contract(std::string(kContractHead) + std::string(kPeopleColumns)); }
  void file(std::string_view text, std::string_view name = "2026-07-01.full.csv",
            std::string_view source = "ca.people") {
    write(in() / "extracts" / source / name, text);
  }

  std::filesystem::path root() const { return root_; }
  std::filesystem::path in() const { return root_ / "in"; }
  std::filesystem::path data() const { return root_ / "data"; }

  Result<IngestReport> run(int threads = 1, IngestLimits limits = {}) const {
    SilentProgress progress;
    return ingest({.pack = root_ / "pack",
                   .in = in(),
                   .data = data(),
                   .threads = threads,
                   .memory_bytes = std::int64_t{256} << 20,
                   .limits = limits},
                  progress);
  }

  /// The code of the refusal, or "loaded".
  std::string outcome(IngestLimits limits = {}) const {
    const auto report = run(1, limits);
    return report ? "loaded" : report.error().code;
  }

  std::vector<Load> loads() const {
    auto loads = list_loads(data());
    REQUIRE(loads.has_value());
    return *loads;
  }

  /// Rows of a record kind, the named expressions joined with "|"; NULL reads "-".
  std::vector<std::string> rows(std::string_view kind, std::string_view expressions) const {
    const auto files = records_of(loads(), kind);
    std::vector<std::string> list;
    if (files.empty()) return list;
    auto session = table::Session::open({});
    REQUIRE(session.has_value());
    std::string joined;
    for (const std::string_view part : split(expressions, ','))
      joined += fmt::format("{}COALESCE(CAST({} AS VARCHAR), '-')", joined.empty() ? "" : " || '|' || ", part);
    auto found = session->query(fmt::format("SELECT {} AS line FROM {}", joined, table::parquet_list(files)));
    REQUIRE(found.has_value());
    while (*found->next()) {
      for (std::int64_t i = 0; i < found->chunk().size(); ++i) list.emplace_back(found->chunk().text(0, i));
    }
    return list;
  }

  /// Names of everything below DATA/loads/<source>, to see that nothing is left.
  std::vector<std::string> left(std::string_view source = "ca.people") const {
    std::vector<std::string> names;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(data() / "loads" / source, code))
      names.push_back(entry.path().filename().string());
    return names;
  }

 private:
  std::filesystem::path root_;
};

}  // namespace songtan::ingest
