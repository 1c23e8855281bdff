// bench/link: block + compare + score against Splink on the same records and rules.
//
//   build/release/bench/link [--records N] [--threads T] [--own N2] [--peers "splink==5.0.0 splink==4.0.17"]
//
// Makes N records (default 1,000,000), installs each peer into a throw-away environment, runs both sides in processes of
// their own, and checks that pair counts, pattern counts and weights (to 1e-9) are equal before any ratio is printed.
// --own runs N2 records (e.g. 7,000,000) through our side alone. Last line: JSON of every figure.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "link/detail/linkage_input.h"
#include "link/kernel/block_order.h"
#include "link/link_model.h"
#include "records.h"
#include "table/writer.h"

namespace {

using namespace songtan;
using namespace songtan::link;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20260701;
const fs::path kSource = SONGTAN_BENCH_SOURCE;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

long peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM")) return std::strtol(line.c_str() + 6, nullptr, 10) / 1024;
  }
  return 0;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench/link: %s\n", why.c_str());
  std::exit(1);
}

template <typename T>
T need(Result<T> result) {
  if (!result) give_up(describe(result.error(), "en"));
  return std::move(*result);
}

// Our side, in a process of its own: prints one line of JSON.
int run_ours(const fs::path& records, int threads, const fs::path& edges_file) {
  const LinkModel model = need(import_splink(kSource / "settings.json"));
  LinkageInput input;
  const double reading = cpu_seconds();
  {
    table::Session session = need(open_inputs({{records}, "unique_id"}, threads, std::int64_t{1} << 30));
    input = need(load_input(session, model));
  }
  const EngineModel engine = need(compiled_model(model, input));
  const double before = cpu_seconds();
  const double wall = wall_seconds();
  EngineOptions options;
  options.threads = threads;
  options.threshold = 0;
  const EngineResult result = run_engine(input.frame, input.keys, engine, options);
  const double cpu = cpu_seconds() - before;
  json out = {
      {"cpu_s", cpu}, {"wall_s", wall_seconds() - wall}, {"reading_cpu_s", before - reading}, {"peak_mib", peak_mib()}};
  std::int64_t pairs = 0;
  for (const std::int64_t count : result.pairs_by_rule) pairs += count;
  out["pairs"] = pairs;
  out["edges"] = result.edges.size();
  const double blocking = cpu_seconds();
  std::vector<std::pair<std::uint32_t, std::uint32_t>> skipped;
  for (const BlockingKeys& keys : input.keys) static_cast<void>(block_order(keys.keys, 0, skipped));
  out["blocking_cpu_s"] = cpu_seconds() - blocking;
  if (!edges_file.empty()) {
    json patterns = json::array();
    for (const PatternCount& count : result.patterns) {
      json one = json::array();
      const auto levels = levels_of(count.pattern, engine.comparisons);
      // Splink numbers levels from the last upwards and gives the null level −1.
      for (std::size_t c = 0; c < levels.size(); ++c) {
        one.push_back(levels[c] == 0 ? -1 : static_cast<int>(engine.comparisons[c].levels.size()) - 1 - levels[c]);
      }
      one.push_back(count.pairs);
      patterns.push_back(one);
    }
    std::ofstream(edges_file.string() + ".patterns.json") << patterns.dump();
    table::Session session = need(table::Session::open({}));
    if (!session.run("CREATE TABLE edges(l BIGINT, r BIGINT, weight DOUBLE)")) give_up("no table for the edges");
    auto writer = need(table::TableWriter::open(session, "edges"));
    for (const Edge& edge : result.edges) {
      writer.bigint(std::strtoll(std::string(input.ids.at(edge.left)).c_str(), nullptr, 10));
      writer.bigint(std::strtoll(std::string(input.ids.at(edge.right)).c_str(), nullptr, 10));
      writer.real(edge.weight);
      writer.end_row();
    }
    if (!writer.finish()) give_up("the edges cannot be kept");
    static_cast<void>(need(session.write_parquet("SELECT * FROM edges ORDER BY l, r", edges_file)));
  }
  std::printf("%s\n", out.dump().c_str());
  return 0;
}

json run_and_read(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) give_up("cannot run " + command);
  std::string text;
  char buffer[4096];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
  if (pclose(pipe) != 0) give_up("failed: " + command);
  const std::size_t at = text.rfind("{");
  return json::parse(text.substr(at == std::string::npos ? 0 : text.rfind('\n', at) + 1));
}

// A peer's environment, made once per version and outside the tree.
fs::path environment_of(const fs::path& work, const std::string& requirement) {
  std::string name = requirement;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  const fs::path home = work / ("peer_" + name);
  if (fs::exists(home / "ready")) return home;
  const std::string make = "python3 -m venv '" + home.string() + "' && '" + (home / "bin/pip").string() +
                           "' -q install '" + requirement + "' pandas pyarrow >&2";
  if (std::system(make.c_str()) != 0) give_up("cannot install " + requirement);
  std::ofstream(home / "ready") << requirement;
  return home;
}

struct Audit {
  bool patterns_equal = false;
  std::int64_t weights = 0;
  double worst = 0;
};

Audit audit(const fs::path& ours, const fs::path& theirs) {
  Audit result;
  const auto counts_of = [](const fs::path& file) {
    std::map<std::string, std::int64_t> counts;
    std::ifstream in(file.string() + ".patterns.json");
    for (const json& one : json::parse(in)) {
      json levels = one;
      levels.erase(levels.size() - 1);
      counts[levels.dump()] = one.back();
    }
    return counts;
  };
  result.patterns_equal = counts_of(ours) == counts_of(theirs);
  table::Session session = need(table::Session::open({}));
  auto rows =
      need(session.query("SELECT count(*), coalesce(max(abs(a.weight - b.weight)), 1e9), count(*) FILTER (a.weight IS "
                         "NULL OR b.weight IS NULL) FROM '" +
                         ours.string() + "' a FULL JOIN '" + theirs.string() +
                         "' b ON least(a.l, a.r) = least(b.l, b.r) AND greatest(a.l, a.r) = greatest(b.l, b.r)"));
  if (!need(rows.next())) give_up("no audit");
  result.weights = rows.chunk().bigints(0)[0];
  result.worst = rows.chunk().bigints(2)[0] == 0 ? rows.chunk().reals(1)[0] : 1e9;
  return result;
}

struct Arguments {
  std::int64_t records = 1'000'000;
  std::int64_t own = 0;
  int threads = 2;
  std::string peers = "splink==5.0.0 splink==4.0.17";
  fs::path ours;  ///< internal: run our side on this file
  fs::path edges;
};

Arguments arguments_of(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--records")
      arguments.records = std::stoll(value);
    else if (name == "--own")
      arguments.own = std::stoll(value);
    else if (name == "--threads")
      arguments.threads = std::stoi(value);
    else if (name == "--peers")
      arguments.peers = value;
    else if (name == "--ours")
      arguments.ours = value;
    else if (name == "--edges")
      arguments.edges = value;
    else
      give_up("unknown option " + name);
  }
  return arguments;
}

fs::path made_records(const fs::path& work, std::int64_t count) {
  const fs::path file = work / ("records_" + std::to_string(count) + ".parquet");
  if (!fs::exists(file) && !bench::write_bench_records(count, kSeed, file)) give_up("cannot write " + file.string());
  return file;
}

void print_row(const std::string& who, const json& figures, const json& ours) {
  const double ratio = figures["cpu_s"].get<double>() / ours["cpu_s"].get<double>();
  const double memory = figures["peak_mib"].get<double>() / ours["peak_mib"].get<double>();
  std::printf("%-28s %12lld pairs %9.2f CPU-s %9.2f s %8ld MiB  %6.1fx CPU %6.1fx memory\n", who.c_str(),
              figures["pairs"].get<long long>(), figures["cpu_s"].get<double>(), figures["wall_s"].get<double>(),
              figures["peak_mib"].get<long>(), ratio, memory);
}

json compare_with(const std::string& peer, const fs::path& work, const fs::path& records, const Arguments& arguments,
                  const json& ours) {
  const fs::path python = environment_of(work, peer) / "bin/python";
  const std::string script = "'" + python.string() + "' -W ignore '" + (kSource / "splink_peer.py").string() + "' '" +
                             records.string() + "' '" + (kSource / "settings.json").string() + "' ";
  json out;
  for (const char* variant : {"default", "hoisted"}) {
    const json figures = run_and_read(script + variant + " " + std::to_string(arguments.threads) + " 2>/dev/null");
    print_row(peer + " " + variant, figures, ours);
    out[variant] = figures;
    out[variant]["cpu_ratio"] = figures["cpu_s"].get<double>() / ours["cpu_s"].get<double>();
    out[variant]["memory_ratio"] = figures["peak_mib"].get<double>() / ours["peak_mib"].get<double>();
    if (figures["pairs"] != ours["pairs"]) give_up("pair counts differ from " + peer);
  }
  const fs::path theirs = work / "theirs.parquet";
  static_cast<void>(
      run_and_read(script + "audit " + std::to_string(arguments.threads) + " '" + theirs.string() + "' 2>/dev/null"));
  const Audit equal = audit(work / "ours.parquet", theirs);
  std::printf("%-28s pattern counts %s; %lld weights differ by at most %.3g\n", peer.c_str(),
              equal.patterns_equal ? "equal" : "DIFFER", static_cast<long long>(equal.weights), equal.worst);
  if (!equal.patterns_equal || equal.worst > 1e-9) give_up("results differ from " + peer);
  out["weights_compared"] = equal.weights;
  out["worst_weight_difference"] = equal.worst;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments arguments = arguments_of(argc, argv);
  if (!arguments.ours.empty()) return run_ours(arguments.ours, arguments.threads, arguments.edges);
  const fs::path work = fs::temp_directory_path() / "songtan-bench-link";
  fs::create_directories(work);
  const fs::path records = made_records(work, arguments.records);
  const std::string self = "'" + fs::read_symlink("/proc/self/exe").string() + "' --threads " +
                           std::to_string(arguments.threads) + " --ours '";
  const json ours = run_and_read(self + records.string() + "'");
  print_row("songtan", ours, ours);
  static_cast<void>(run_and_read(self + records.string() + "' --edges '" + (work / "ours.parquet").string() + "'"));
  json out = {{"records", arguments.records}, {"pairs", ours["pairs"]}, {"ours", ours}};
  std::istringstream peers(arguments.peers);
  for (std::string peer; peers >> peer;) {
    out["peers"][peer] = compare_with(peer, work, records, arguments, ours);
    const json& figures = out["peers"][peer]["default"];
    if (!out.contains("cpu_ratio") || figures["cpu_ratio"] < out["cpu_ratio"]) out["cpu_ratio"] = figures["cpu_ratio"];
    if (!out.contains("memory_ratio") || figures["memory_ratio"] < out["memory_ratio"])
      out["memory_ratio"] = figures["memory_ratio"];
  }
  if (arguments.own > 0) {
    const json more = run_and_read(self + made_records(work, arguments.own).string() + "'");
    print_row("songtan, " + std::to_string(arguments.own) + " records", more, ours);
    out["own"] = more;
  }
  for (const char* figure : {"wall_s", "cpu_s", "peak_mib"}) out[figure] = ours[figure];
  std::printf("%s\n", out.dump().c_str());
  return 0;
}
