// A handful of identity records as a night's link reads them, and what it made of them.
#pragma once

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/citizen_number.h"
#include "base/hash.h"
#include "base/record_id.h"
#include "link/night_link.h"
#include "model/schema.h"
#include "table/writer.h"

namespace songtan::link::testing {

/// Composes a valid number at run time; the tree holds none.
inline std::string number_of(int county, int birth, int sequence) {
  std::string text = std::to_string(county) + std::to_string(birth) + std::to_string(1000 + sequence).substr(1);
  return text + check_digit(text);
}

struct Mention {
  std::string source = "mps.population";
  std::int64_t row = 1;
  int role = 0;
  std::string number{};
  std::string name{};
  std::string birth{};  ///< YYYY-MM-DD
  std::string precision = "day";
  std::string region{};
  std::string address{};
  std::string group{};
  std::string local{};
  std::string file = "a.csv";

  std::int64_t id() const { return record_id(file_key(source, file), row, role); }
};

class NightFixture {
 public:
  NightFixture() : folder_(std::filesystem::temp_directory_path() / ("link_test_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto opened = table::Session::open({});
    REQUIRE(opened);
    session_ = std::make_unique<table::Session>(std::move(*opened));
  }
  ~NightFixture() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path write_identity(const std::vector<Mention>& mentions,
                                       const std::string& name = "identity.parquet") {
    const model::TableSchema& schema = model::schema_of("identity");
    REQUIRE(session_->run("DROP TABLE IF EXISTS mentions; " + model::create_table_sql(schema, "mentions")));
    auto writer = table::TableWriter::open(*session_, "mentions");
    REQUIRE(writer);
    const auto text = [&](const std::string& value) { value.empty() ? writer->null() : writer->text(value); };
    for (const Mention& one : mentions) {
      writer->bigint(one.id());
      text(one.source);
      text(one.file);
      writer->bigint(one.row);
      text(one.role == 0 ? "self" : "other");
      text("load");
      writer->date(Day::from_civil(2026, 7, 31));
      text("510812");
      text(one.number);
      text(std::string(word_of(state_of_number(one.number))));
      text(one.name);
      writer->null();
      if (one.birth.empty())
        writer->null();
      else
        writer->date(*Day::parse(one.birth));
      text(one.birth.empty() ? "" : one.precision);
      writer->null();
      writer->null();
      text(one.region);
      text(one.address);
      text(one.group);
      text(one.local);
      writer->end_row();
    }
    REQUIRE(writer->finish());
    REQUIRE(session_->write_parquet("SELECT * FROM mentions ORDER BY record_id", folder_ / name));
    return folder_ / name;
  }

  std::filesystem::path write_decision(const std::string& kind, const Mention& a, const Mention& b) {
    const std::filesystem::path file = folder_ / ("decision_" + kind + ".parquet");
    REQUIRE(session_->write_parquet("SELECT '" + kind + "' AS kind, " + std::to_string(a.id()) +
                                        "::BIGINT AS record_l, " + std::to_string(b.id()) + "::BIGINT AS record_r",
                                    file));
    return file;
  }

  LinkReport run(NightLinkInputs inputs, const std::string& out = "night") {
    SilentProgress silent;
    auto report = link_night(*session_, inputs, folder_ / out, silent);
    if (!report) FAIL(describe(report.error(), "en"));
    return *report;
  }

  LinkReport link(const std::vector<Mention>& mentions) {
    NightLinkInputs inputs;
    inputs.identity = {write_identity(mentions)};
    return run(inputs);
  }

  std::map<std::int64_t, std::int64_t> persons(const std::string& out = "night") {
    std::map<std::int64_t, std::int64_t> persons;
    auto rows = session_->query("SELECT record_id, person_id FROM '" +
                                (folder_ / out / "person_records/part-0.parquet").string() + "'");
    REQUIRE(rows);
    while (*rows->next()) {
      for (std::size_t i = 0; i < rows->chunk().bigints(0).size(); ++i)
        persons[rows->chunk().bigints(0)[i]] = rows->chunk().bigints(1)[i];
    }
    return persons;
  }

  bool same(const Mention& a, const Mention& b, const std::string& out = "night") {
    auto all = persons(out);
    return all.at(a.id()) == all.at(b.id());
  }

  std::string text(const std::string& sql) {
    auto value = session_->text(sql);
    REQUIRE(value);
    return *value;
  }
  std::string table(const std::string& name, const std::string& out = "night") const {
    return "'" + (folder_ / out / name / "part-0.parquet").string() + "'";
  }
  PersonRegistry registry(const std::string& out = "night") const {
    const auto file = [&](const char* name) { return std::vector{folder_ / out / name / "part-0.parquet"}; };
    return {file("person_records"), file("person_keys"), file("person_log"), file("decided_records")};
  }
  table::Session& session() { return *session_; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<table::Session> session_;
};

}  // namespace songtan::link::testing
