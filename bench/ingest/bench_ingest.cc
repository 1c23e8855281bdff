// How fast do deliveries become records? Reads <--in>/extracts by the contracts of --pack into a throw-away DATA folder,
// and lets DuckDB's own CSV reader copy the same UTF-8 files to Parquet, all columns as text, nothing judged: a floor
// for anyone who would read them by SQL. Prints a table, then one line of JSON.
//   build/release/bench/ingest --in PROVINCE [--pack packs/sichuan] [--threads N]
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "base/tasks.h"
#include "base/text.h"
#include "ingest/ingest.h"
#include "table/session.h"

namespace fs = std::filesystem;
using namespace songtan;

namespace {

struct Usage {
  double wall_s = 0;
  double cpu_s = 0;
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::int64_t peak_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

template <typename Work>
Usage measured(Work&& work) {
  const auto began = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  work();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), cpu_seconds() - cpu};
}

int failed(const Error& error) {
  fmt::print(stderr, "{}\n", describe(error, "en"));
  return static_cast<int>(error.outcome);
}

// The files that the peer can read: it knows no GB18030.
std::map<fs::path, std::int64_t> files_for_peer(const ingest::IngestReport& report,
                                                const std::vector<ingest::Contract>& contracts, const fs::path& in) {
  std::map<fs::path, std::int64_t> files;
  for (const ingest::FileReport& file : report.files) {
    for (const ingest::Contract& contract : contracts) {
      const bool readable = contract.id == file.source && contract.format == ingest::FileFormat::csv &&
                            contract.encoding == ingest::Encoding::utf8;
      if (readable) files[in / "extracts" / file.source / file.file] = file.rows;
    }
  }
  return files;
}

}  // namespace

int main(int count, char** words) {
  std::map<std::string, std::string> options = {
      {"--in", ""}, {"--pack", "packs/sichuan"}, {"--threads", std::to_string(hardware_threads())}};
  for (int i = 1; i + 1 < count; i += 2) options[words[i]] = words[i + 1];
  const fs::path in = options["--in"];
  const int threads = std::stoi(options["--threads"]);
  const fs::path scratch = fs::temp_directory_path() / fmt::format("songtan-bench-ingest-{}", ::getpid());

  SilentProgress progress;
  Result<ingest::IngestReport> report = ingest::IngestReport{};
  const Usage ours = measured([&] {
    report =
        ingest::ingest({.pack = options["--pack"], .in = in, .data = scratch / "data", .threads = threads}, progress);
  });
  if (!report) return failed(report.error());
  const std::int64_t peak = peak_mib();
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::int64_t rejected = 0;
  for (const ingest::FileReport& file : report->files) {
    rows += file.rows;
    bytes += file.bytes;
    rejected += file.rejected;
  }

  const auto contracts = ingest::read_contracts(options["--pack"]);
  if (!contracts) return failed(contracts.error());
  const auto readable = files_for_peer(*report, *contracts, in);
  auto session = table::Session::open({.threads = threads, .spill_folder = {}});
  if (!session) return failed(session.error());
  std::int64_t peer_rows = 0;
  Result<std::int64_t> copied = 0;
  const Usage peer = measured([&] {
    for (const auto& [file, file_rows] : readable) {
      copied = session->write_parquet(
          fmt::format("SELECT * FROM read_csv({}, all_varchar = true, header = true, auto_detect = true)",
                      sql_literal(file.string())),
          scratch / "peer" / (file.parent_path().filename().string() + file.filename().string() + ".parquet"));
      if (!copied) return;
      peer_rows += *copied;
    }
  });
  fs::remove_all(scratch);
  if (!copied) return failed(copied.error());

  const auto rate = [](std::int64_t done, const Usage& usage) {
    return static_cast<std::int64_t>(static_cast<double>(done) / usage.wall_s);
  };
  fmt::print("{:<34}{:>12}{:>10}{:>10}{:>14}\n", "", "rows", "wall s", "cpu s", "rows/s");
  fmt::print("{:<34}{:>12}{:>10.2f}{:>10.2f}{:>14}\n", "songtan: checked standard records", rows, ours.wall_s,
             ours.cpu_s, rate(rows, ours));
  fmt::print("{:<34}{:>12}{:>10.2f}{:>10.2f}{:>14}\n", "duckdb: UTF-8 CSV copied as text", peer_rows, peer.wall_s,
             peer.cpu_s, rate(peer_rows, peer));
  const nlohmann::ordered_json line = {{"files", report->files.size()},
                                       {"rows", rows},
                                       {"bytes", bytes},
                                       {"rejected", rejected},
                                       {"threads", threads},
                                       {"wall_s", ours.wall_s},
                                       {"cpu_s", ours.cpu_s},
                                       {"peak_mib", peak},
                                       {"rows_per_s", rate(rows, ours)},
                                       {"peer_rows", peer_rows},
                                       {"peer_wall_s", peer.wall_s},
                                       {"peer_cpu_s", peer.cpu_s},
                                       {"peer_rows_per_s", rate(peer_rows, peer)}};
  fmt::print("{}\n", line.dump());
  return 0;
}
