// How long does watch take over N people? Makes the tables between stages by SQL (their figures mean nothing but their
// sizes are those of a county's or a province's night), runs watch::find once and prints a table and a line of JSON.
//   build/release/bench/watch [persons] [threads]
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "model/schema.h"
#include "watch/findings.h"

namespace {

using namespace songtan;
namespace fs = std::filesystem;

// 2.5 people a family; 20 facts a person; a tenth of the families warned of, a twentieth enrolled.
constexpr const char* kTables[][2] = {
    {"family_members",
     "SELECT i // 5 * 5 + (i % 5) // 3 * 3 + 1 AS family_id, i + 1 AS person_id FROM range({n}) t(i)"},
    {"person_records", "SELECT 'r' AS source, i + 1 AS person_id, i + 1 AS record_id FROM range({n}) t(i)"},
    {"facts",
     "SELECT i + 1 AS person_id, ['重病', '残疾等级', '出生', '已死亡', '工资', 'f5', 'f6', 'f7', 'f8', 'f9', 'f10', "
     "'f11', 'f12', 'f13', 'f14', "
     "'f15', 'f16', 'f17', 'f18', 'f19'][j + 1] AS fact, CASE j WHEN 2 THEN (hash(i) % 30000)::BIGINT - 15000 ELSE "
     "(hash(i, j) % "
     "50 = 0)::BIGINT END "
     "AS value, DATE '2020-01-01' AS valid_from, true AS used FROM range({n}) t(i), range(20) u(j)"},
    {"decisions",
     "SELECT p AS programme, family_id AS subject, family_id, ['no', 'no', 'no', 'no', 'no', 'no', 'yes', "
     "'to_verify'][hash(family_id, p) % 8 + 1] "
     "AS status, ['no', 'yes', 'to_verify'][hash(p, family_id) % 3 + 1] AS probable, 30000 AS amount, 30000 AS "
     "probable_amount, "
     "hash(family_id) % 8 AS reasons FROM (SELECT DISTINCT i // 5 * 5 + (i % 5) // 3 * 3 + 1 AS family_id FROM "
     "range({n}) t(i)), "
     "unnest(['DB', 'BY', 'HL', 'GL']) q(p)"},
    {"enrolment",
     "SELECT i + 1 AS record_id, 'r' AS source, ['DB', 'BY', 'HL', 'GL'][hash(i) % 4 + 1] AS programme, 'enrolled' AS "
     "state, 3000000 AS amount, "
     "DATE '2025-01-01' AS valid_from FROM range(0, {n}, 20) t(i)"},
    {"event",
     "SELECT i + 1 AS record_id, 'job_end' AS kind, DATE '2026-05-01' AS valid_from FROM range(0, {n}, 25) t(i)"},
};

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t peak_mib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::int64_t kib = 0;
  while (status >> word) {
    if (word == "VmHWM:") status >> kib;
  }
  return kib / 1024;
}

Result<void> make_tables(table::Session& session, const fs::path& folder, std::int64_t persons) {
  for (const auto& [name, select] : kTables) {
    TRY_VOID(session.run(model::create_table_sql(model::schema_of(name), name)));
    TRY_VOID(session.run(
        fmt::format("INSERT INTO {} BY NAME {}", name, fmt::format(fmt::runtime(select), fmt::arg("n", persons)))));
    TRY_VOID(session.write_parquet(fmt::format("SELECT * FROM {}", name), folder / (std::string(name) + ".parquet")));
    TRY_VOID(session.run(fmt::format("DROP TABLE {}", name)));
  }
  return {};
}

Result<void> measure(std::int64_t persons, int threads, const fs::path& folder) {
  TRY(table::Session session, table::Session::open({.threads = threads, .spill_folder = folder / "spill"}));
  TRY_VOID(make_tables(session, folder, persons));
  const auto file = [&](const char* name) { return std::vector{folder / (std::string(name) + ".parquet")}; };
  watch::WatchInputs inputs;
  inputs.as_of = Day::from_civil(2026, 9, 30);
  for (const char* code : {"DB", "BY"}) inputs.programmes.push_back({code, true, {"moved", "income", "asset"}});
  for (const char* code : {"HL", "GL"}) inputs.programmes.push_back({code, false, {"death", "moved", "age"}});
  inputs.enrolment = file("enrolment");
  inputs.event = file("event");
  inputs.person_records = file("person_records");
  inputs.family_members = file("family_members");
  inputs.facts = file("facts");
  inputs.decisions = file("decisions");
  TRY(const watch::Ranking ranking, watch::read_ranking("packs/sichuan/ranking.toml"));
  SilentProgress silent;
  const double cpu = cpu_seconds();
  const auto began = std::chrono::steady_clock::now();
  TRY(const watch::WatchReport report, watch::find(session, ranking, inputs, folder, silent));
  const double wall_s = seconds_since(began);
  const double cpu_s = cpu_seconds() - cpu;
  fmt::print("persons {}  findings {}  wall {:.2f} s  cpu {:.2f} s  peak (with making the tables) {} MiB\n", persons,
             report.findings, wall_s, cpu_s, peak_mib());
  fmt::print(R"({{"persons":{},"threads":{},"findings":{},"wall_s":{:.3f},"cpu_s":{:.3f},"peak_mib":{}}})"
             "\n",
             persons, threads, report.findings, wall_s, cpu_s, peak_mib());
  return {};
}

}  // namespace

int main(int count, char** words) {
  const std::int64_t persons = count > 1 ? std::atoll(words[1]) : 1'000'000;
  const int threads = count > 2 ? std::atoi(words[2]) : 2;
  const fs::path folder = fs::temp_directory_path() / fmt::format("songtan_bench_watch_{}", getpid());
  fs::create_directories(folder / "spill");
  const auto done = measure(persons, threads, folder);
  fs::remove_all(folder);
  if (done) return 0;
  fmt::print(stderr, "{}\n", describe(done.error(), "en"));
  return static_cast<int>(done.error().outcome);
}
