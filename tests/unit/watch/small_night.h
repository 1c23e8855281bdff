// A night of a few families, written as Parquet by SQL rows, over which watch is run.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/day_schemas.h"
#include "model/schema.h"
#include "watch/findings.h"

namespace songtan::watch {

inline std::filesystem::path pack_ranking() {
  return std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan" / "ranking.toml";
}

class SmallNight {
 public:
  explicit SmallNight(int threads = 1) : session_(open(threads)) {
    static int count = 0;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("songtan_watch_{}_{}", getpid(), count++);
    std::filesystem::create_directories(folder_);
    for (const model::TableSchema& schema : model::day_schemas())
      must(session_.run(model::create_table_sql(schema, "given_" + day_table(schema))));
    for (const char* name : kTables) {
      must(session_.run(model::create_table_sql(model::schema_of(name), std::string("given_") + name)));
    }
  }
  ~SmallNight() { std::filesystem::remove_all(folder_); }
  SmallNight(const SmallNight&) = delete;
  SmallNight& operator=(const SmallNight&) = delete;

  /// Rows of named columns: rows("decisions", "programme, subject", "('A', 1), ('A', 2)").
  void rows(const std::string& table, const std::string& columns, const std::string& values) {
    std::string& waiting = waiting_[fmt::format("INSERT INTO given_{} ({}) VALUES ", table, columns)];
    waiting += (waiting.empty() ? "" : ", ") + values;
  }

  /// Family `id` with members id, id + 1, … and one record (of the same number) for each of them.
  void family(std::int64_t id, int members) {
    for (std::int64_t person = id; person < id + members; ++person) {
      rows("family_members", "family_id, person_id", fmt::format("({}, {})", id, person));
      record_of(person);
    }
  }
  void record_of(std::int64_t person) {
    rows("person_records", "record_id, person_id", fmt::format("({0}, {0})", person));
  }

  void decision(const std::string& programme, std::int64_t subject, std::int64_t family, const std::string& status,
                const std::string& probable, std::int64_t fen, const std::string& missing = "",
                std::int64_t reasons = 0) {
    rows("decisions",
         "programme, subject, family_id, status, probable, amount, probable_amount, reasons, unknown, missing",
         fmt::format("('{}', {}, {}, '{}', '{}', {}, {}, {}, 0, '{}')", programme, subject, family, status, probable,
                     status == "yes" ? std::to_string(fen) : "NULL", fen, reasons, missing));
  }

  /// Enrolled since 2026-01-01; amount in yuan.
  void enrolled(const std::string& programme, std::int64_t person, std::int64_t yuan, const std::string& group = "") {
    rows("enrolment", "record_id, source, programme, state, group_key, amount, valid_from",
         fmt::format("({}, 'roster', '{}', 'enrolled', {}, {}, DATE '2026-01-01')", person, programme,
                     group.empty() ? "NULL" : "'" + group + "'", yuan * 10'000));
  }
  void fact(std::int64_t person, const std::string& name, std::int64_t value, const std::string& from) {
    rows("facts", "person_id, fact, value, valid_from, used",
         fmt::format("({}, '{}', {}, DATE '{}', true)", person, name, value, from));
  }
  /// Tonight's log: `gone` is `person` from now on.
  void merged(std::int64_t person, std::int64_t gone) {
    rows("person_log", "kind, person_id, other_person_id, night",
         fmt::format("('merged', {}, {}, 'tonight')", person, gone));
  }
  void event(std::int64_t person, const std::string& kind, const std::string& day) {
    rows("event", "record_id, kind, valid_from", fmt::format("({}, '{}', DATE '{}')", person, kind, day));
  }

  /// Runs watch; what it finds becomes the last night of the next run.
  WatchReport watch() { return must(try_watch()); }

  Result<WatchReport> try_watch() {
    SilentProgress progress;
    return try_watch(progress);
  }

  Result<WatchReport> try_watch(Progress& progress) {
    insert_waiting();
    TRY(const Ranking ranking, read_ranking(pack_ranking()));
    const WatchInputs inputs{.as_of = *Day::parse("2026-09-30"),
                             .programmes = programmes,
                             .enrolment = {write("enrolment")},
                             .payment = {write("payment")},
                             .event = {write("event")},
                             .person_records = {write("person_records")},
                             .family_members = {write("family_members")},
                             .kin = {write("kin")},
                             .facts = {write("facts")},
                             .decisions = {write("decisions")},
                             .previous_findings = previous_,
                             .person_log = {write("person_log")},
                             .night = "tonight",
                             .outcomes = {write("outcomes")},
                             .grants = {write("grants")},
                             .day_payments = {write("payments")}};
    const auto out = folder_ / fmt::format("night{}", nights_++);
    std::filesystem::create_directories(out);
    TRY(WatchReport report, find(session_, ranking, inputs, out, progress));
    previous_ = {out / "part-0.parquet"};
    return report;
  }

  std::int64_t files_written() const {
    std::int64_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_))
      files += entry.path().filename() == "part-0.parquet";
    return files;
  }

  /// One value of the findings, as text; "" for none.
  std::string found(const std::string& expression, const std::string& where = "true") {
    return must(session_.text(
        fmt::format("SELECT coalesce(string_agg(CAST({} AS VARCHAR), ' ' ORDER BY rank), '') FROM {} WHERE {}",
                    expression, table::parquet_list(previous_), where)));
  }
  std::string bytes() const {
    std::ifstream in(previous_.front(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void forget(const std::string& table, const std::string& where) {
    insert_waiting();
    must(session_.run(fmt::format("DELETE FROM given_{} WHERE {}", table, where)));
  }

  std::vector<Programme> programmes = {{.code = "DB", .per_family = true, .conditions = {"income", "asset"}},
                                       {.code = "GL", .per_family = false, .conditions = {"age", "moved"}}};

 private:
  static constexpr const char* kTables[] = {"enrolment", "payment", "event",     "person_records", "family_members",
                                            "kin",       "facts",   "decisions", "person_log"};

  static std::string day_table(const model::TableSchema& schema) {
    const std::string file = model::day_file(schema);
    return file.substr(0, file.find('.'));
  }

  void insert_waiting() {
    for (const auto& [insert, values] : waiting_) must(session_.run(insert + values));
    waiting_.clear();
  }

  template <typename T>
  static T must(Result<T> result) {
    if (!result) FAIL(describe(result.error(), "en"));
    return std::move(*result);
  }
  static void must(Result<void> result) {
    if (!result) FAIL(describe(result.error(), "en"));
  }
  static table::Session open(int threads) {
    return must(
        table::Session::open({.threads = threads, .memory_bytes = 256 << 20, .spill_folder = {}, .locked = false}));
  }
  std::filesystem::path write(const std::string& table) {
    const auto file = folder_ / (table + ".parquet");
    must(session_.write_parquet(fmt::format("SELECT * FROM given_{} ORDER BY ALL", table), file));
    return file;
  }

  table::Session session_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> waiting_;  // by the INSERT they wait for
  std::vector<std::filesystem::path> previous_;
  int nights_ = 0;
};

}  // namespace songtan::watch
