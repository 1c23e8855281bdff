// bench/policy: a month of OpenFisca's country-template law, compiled from text, against OpenFisca itself.
//
//   build/release/bench/policy [--persons "1000000 10000000"] [--runs 5] [--core 1] [--peers "PIP REQUIREMENTS"]
//                              [--country DIR] [--pack DIR] [--pack-persons N] [--skip "peer traps pack"]
//
// Each run is a process of its own on one pinned core, its inputs in memory; our runs, the peer's and ours with 5 % of the
// inputs unknown take turns. Outputs must be equal per household within max(0.01, 1e-6·|x|) (the peer computes in 32-bit
// floats), and with unknowns lie within our bounds, before any ratio is printed. Then the traps, and the whole pack over
// random families. Ratios are of CPU time. Last line: JSON of every figure.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include "country_people.h"
#include "measure.h"

namespace {

using namespace songtan;
using namespace songtan::bench;
using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::uint64_t kSeed = 20260701;
constexpr const char* kMonthText = "2018-01";
const fs::path kSource = SONGTAN_BENCH_SOURCE;

struct Arguments {
  std::map<std::string, std::string> values = {
      {"--persons", "1000000 10000000"},
      {"--runs", "5"},
      {"--core", "1"},
      {"--peers", "OpenFisca-Core==46.0.1 OpenFisca-Country-Template==8.2.0"},
      {"--country", (kSource / "../../tests/peers/country-template").lexically_normal().string()},
      {"--pack", (kSource / "../../packs/sichuan").lexically_normal().string()},
      {"--pack-persons", "1000000"},
      {"--skip", ""},
      {"--ours", ""},      // internal: what to measure in this process
      {"--folder", ""},    // internal: arrays
      {"--unknown", "0"},  // internal: parts per million
      {"--out", ""}};

  const std::string& operator[](const std::string& name) const { return values.at(name); }
  std::int64_t number(const std::string& name) const { return std::stoll(values.at(name)); }
  bool skips(const std::string& part) const { return values.at("--skip").find(part) != std::string::npos; }
};

Arguments arguments_of(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    if (!arguments.values.contains(argv[i]) || i + 1 == argc) give_up(std::string("unknown option ") + argv[i]);
    arguments.values[argv[i]] = argv[i + 1];
  }
  return arguments;
}

int run_here(const Arguments& arguments) {
  pin_to(static_cast<int>(arguments.number("--core")));
  const std::string& what = arguments["--ours"];
  const auto persons = arguments.number("--pack-persons");
  json figures;
  if (what == "country")
    figures = run_country(arguments["--country"], arguments["--folder"],
                          static_cast<std::uint64_t>(arguments.number("--unknown")), arguments["--out"]);
  else if (what == "traps")
    figures = run_traps(arguments["--country"], persons);
  else if (what == "pack")
    figures = run_pack(arguments["--pack"], persons);
  else
    give_up("unknown part " + what);
  std::printf("%s\n", figures.dump().c_str());
  return 0;
}

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string ourselves(const Arguments& arguments, const std::string& part) {
  std::string command = quoted(fs::read_symlink("/proc/self/exe").string()) + " --ours " + part;
  for (const char* name : {"--core", "--country", "--pack", "--pack-persons"})
    command += std::string(" ") + name + " " + quoted(arguments[name]);
  return command;
}

// The peer's environment, made once per version and outside the tree.
fs::path environment_of(const fs::path& work, const std::string& requirements) {
  std::string name = requirements;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  const fs::path home = work / ("peer_" + name);
  if (fs::exists(home / "ready")) return home;
  const std::string make = "python3 -m venv " + quoted(home.string()) + " && " + quoted((home / "bin/pip").string()) +
                           " -q install " + requirements + " >&2";
  if (std::system(make.c_str()) != 0) give_up("cannot install " + requirements);
  std::ofstream(home / "ready") << requirements;
  return home;
}

/// The run whose CPU time is the median.
json median(std::vector<json> runs) {
  std::ranges::sort(runs, {}, [](const json& run) { return run["cpu_s"].get<double>(); });
  return runs[runs.size() / 2];
}

template <typename T>
std::vector<T> array_in(const fs::path& file) {
  std::vector<T> values(fs::file_size(file) / sizeof(T));
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

// Ours: low and high of each output; theirs: each output. Every value of theirs must lie within our bounds.
std::int64_t compared(const fs::path& ours, const fs::path& theirs, bool settled) {
  const auto mine = array_in<std::int64_t>(ours);
  const auto peer = array_in<float>(theirs);
  if (mine.size() != peer.size() * 2) give_up("the two sides computed another number of rows");
  const std::size_t rows = peer.size() / 3;
  for (std::size_t i = 0; i < peer.size(); ++i) {
    const std::size_t low_at = i / rows * 2 * rows + i % rows;
    const double low = static_cast<double>(mine[low_at]) / 1e4;
    const double high = static_cast<double>(mine[low_at + rows]) / 1e4;
    const double value = peer[i];
    const double margin = std::max(0.01, 1e-6 * std::abs(value));
    if (value < low - margin || value > high + margin || (settled && low != high))
      give_up("row " + std::to_string(i % rows) + " of output " + std::to_string(i / rows) +
              " differs: " + std::to_string(low) + ".." + std::to_string(high) + " against " + std::to_string(value));
  }
  return static_cast<std::int64_t>(peer.size());
}

void print_row(const std::string& who, std::int64_t persons, const json& figures) {
  std::printf("%-34s %9.3f CPU-s %9.3f s %7lld MiB %9.2f M persons/s\n", who.c_str(), figures["cpu_s"].get<double>(),
              figures["wall_s"].get<double>(), static_cast<long long>(figures["peak_mib"].get<std::int64_t>()),
              static_cast<double>(persons) / figures["cpu_s"].get<double>() / 1e6);
}

json compare_at(const Arguments& arguments, const fs::path& work, std::int64_t persons) {
  const fs::path folder = work / ("country_" + std::to_string(persons));
  if (!fs::exists(folder / "occupancy")) save(make_country(persons, kSeed), folder);
  const std::string data = " --folder " + quoted(folder.string());
  const auto out = [&](const char* name) { return (work / name).string(); };
  const std::string known = ourselves(arguments, "country") + data + " --out " + quoted(out("ours"));
  const std::string partly = ourselves(arguments, "country") + data + " --unknown 50000 --out " + quoted(out("partly"));
  const fs::path python = environment_of(work, arguments["--peers"]) / "bin/python";
  const std::string peer = quoted(python.string()) + " -W ignore " + quoted((kSource / "openfisca_peer.py").string()) +
                           " " + quoted(folder.string()) + " " + kMonthText + " " + arguments["--core"] + " " +
                           quoted(out("theirs"));
  std::vector<json> ours, unknown, theirs;
  for (std::int64_t run = 0; run < arguments.number("--runs"); ++run) {
    ours.push_back(run_and_read(known));
    theirs.push_back(run_and_read(peer));
    unknown.push_back(run_and_read(partly));
    if (run > 0) continue;
    compared(out("ours"), out("theirs"), true);
    compared(out("partly"), out("theirs"), false);
  }
  json figures = {{"persons", persons},
                  {"ours", median(ours)},
                  {"openfisca", median(theirs)},
                  {"ours_5_percent_unknown", median(unknown)}};
  print_row(std::to_string(persons) + " songtan", persons, figures["ours"]);
  print_row(std::to_string(persons) + " songtan, 5 % unknown", persons, figures["ours_5_percent_unknown"]);
  print_row(std::to_string(persons) + " OpenFisca", persons, figures["openfisca"]);
  const double cpu = figures["openfisca"]["cpu_s"].get<double>();
  figures["ratio"] = cpu / figures["ours"]["cpu_s"].get<double>();
  figures["ratio_5_percent_unknown"] = cpu / figures["ours_5_percent_unknown"]["cpu_s"].get<double>();
  std::printf("%-34s %9.1f x, with 5 %% unknown %.1f x; outputs equal\n", "ratio", figures["ratio"].get<double>(),
              figures["ratio_5_percent_unknown"].get<double>());
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  const Arguments arguments = arguments_of(argc, argv);
  if (!arguments["--ours"].empty()) return run_here(arguments);
  const fs::path work = fs::temp_directory_path() / "songtan-bench-policy";
  fs::create_directories(work);
  json out;
  std::istringstream sizes(arguments["--persons"]);
  for (std::int64_t persons = 0; !arguments.skips("peer") && sizes >> persons;) {
    const json figures = compare_at(arguments, work, persons);
    out["country_template"].push_back(figures);
    out["ratio"] = figures["ratio"];
    out["persons_per_s"] = static_cast<double>(persons) / figures["ours"]["cpu_s"].get<double>();
    for (const char* figure : {"wall_s", "cpu_s", "peak_mib"}) out[figure] = figures["ours"][figure];
  }
  if (!arguments.skips("traps")) out["traps"] = run_and_read(ourselves(arguments, "traps"));
  if (!arguments.skips("pack")) out["pack"] = run_and_read(ourselves(arguments, "pack"));
  const json traps = out.value("traps", json::object());
  for (const auto& [trap, figures] : traps.items())
    std::printf("%-34s %9.2f ns a person, plain twin %.2f ns\n", trap.c_str(), figures["ns"].get<double>(),
                figures["plain_ns"].get<double>());
  if (out.contains("pack")) {
    const json& pack = out["pack"];
    print_row("whole pack", pack["persons"], pack);
    std::printf("%-34s %9.2f ns a condition and row, %.3f ms to explain a family, %.2f ms what would change it\n", "",
                pack["ns_per_condition"].get<double>(), pack["explain_ms"].get<double>(),
                pack["changes_ms"].get<double>());
  }
  std::printf("%s\n", out.dump().c_str());
  return 0;
}
