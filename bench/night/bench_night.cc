// Where does a night spend its time and memory? Makes a province of N people (kept for the next run), runs the night
// over it as a child process, prints a table of stages and then one line of JSON with every figure.
//   build/release/bench/night [--persons N] [--region R] [--dirt D] [--threads T] [--memory 4GiB] [--keep FOLDER]
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Settings {
  std::map<std::string, std::string> values = {
      {"--persons", "1000000"}, {"--region", "51"},        {"--dirt", "realistic"},  {"--threads", "0"},
      {"--memory", "4GiB"},     {"--keep", "build/bench"}, {"--date", "2026-09-30"}, {"--pack", "packs/sichuan"}};

  const std::string& operator[](const std::string& name) const { return values.at(name); }
};

struct Finished {
  int code = 0;
  double wall_s = 0;
  double cpu_s = 0;
  std::int64_t peak_kib = 0;
};

std::int64_t peak_of(pid_t child) {
  std::ifstream status(fmt::format("/proc/{}/status", child));
  std::string word;
  while (status >> word) {
    if (word != "VmHWM:") continue;
    std::int64_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

// Runs a command and watches the peak of its resident memory until it has ended.
Finished run(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto began = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  Finished finished;
  int status = 0;
  rusage usage{};
  while (::wait4(child, &status, WNOHANG, &usage) == 0) {
    finished.peak_kib = std::max(finished.peak_kib, peak_of(child));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  finished.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  finished.cpu_s = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  finished.peak_kib = std::max<std::int64_t>(finished.peak_kib, usage.ru_maxrss);
  return finished;
}

std::int64_t bytes_below(const fs::path& folder) {
  std::int64_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    bytes += entry.is_regular_file() ? static_cast<std::int64_t>(entry.file_size()) : 0;
  return bytes;
}

nlohmann::json read_json(const fs::path& file) {
  std::ifstream in(file);
  return nlohmann::json::parse(in, nullptr, false);
}

double mebibytes(const nlohmann::json& bytes) { return static_cast<double>(bytes.get<std::int64_t>()) / 1048576; }

// "Passes" tells how often a stage moves its bytes: what it read and wrote over what it left for the next.
void print_stages(const nlohmann::json& timing, const nlohmann::json& record, std::int64_t extract_bytes) {
  fmt::print("{:<10} {:>8} {:>8} {:>10} {:>11} {:>10} {:>7}  {}\n", "stage", "wall s", "cpu s", "MiB read",
             "MiB written", "MiB left", "passes", "counts");
  for (const auto& stage : timing["stages"]) {
    const std::string name = stage["stage"];
    std::string counts;
    const nlohmann::json of_stage = record["counts"].value(name, nlohmann::json::object());
    for (const auto& [key, value] : of_stage.items()) counts += fmt::format(" {}={}", key, value.dump());
    const double moved = mebibytes(stage["read_bytes"]) + mebibytes(stage["written_bytes"]);
    const double left =
        name == "ingest" ? static_cast<double>(extract_bytes) / 1048576 : mebibytes(stage["output_bytes"]);
    fmt::print("{:<10} {:>8.2f} {:>8.2f} {:>10.1f} {:>11.1f} {:>10.1f} {:>7.1f} {}\n", name,
               stage["wall_s"].get<double>(), stage["cpu_s"].get<double>(), mebibytes(stage["read_bytes"]),
               mebibytes(stage["written_bytes"]), mebibytes(stage["output_bytes"]), left > 0 ? moved / left : 0.0,
               counts);
  }
  fmt::print("extracts: {:.1f} MiB (the passes of ingest are over these)\n",
             static_cast<double>(extract_bytes) / 1048576);
}

int bench(const Settings& settings, const std::string& songtan) {
  const fs::path keep = fs::path(settings["--keep"]) /
                        fmt::format("{}-{}-{}", settings["--region"], settings["--persons"], settings["--dirt"]);
  const fs::path province = keep / "province";
  if (!fs::exists(province / "manifest.json")) {
    const Finished made = run({songtan, "synth", "--pack", settings["--pack"], "--region", settings["--region"],
                               "--persons", settings["--persons"], "--seed", "1", "--dirt", settings["--dirt"],
                               "--date", settings["--date"], "--out", province.string()});
    if (made.code != 0) return made.code;
    fmt::print("province made: {:.1f} s wall, {:.1f} s cpu, {} MiB peak\n", made.wall_s, made.cpu_s,
               made.peak_kib / 1024);
  }
  const fs::path data = keep / "data";
  fs::remove_all(data);
  const Finished night =
      run({songtan, "night", "--pack", settings["--pack"], "--in", province.string(), "--data", data.string(), "--date",
           settings["--date"], "--threads", settings["--threads"], "--memory", settings["--memory"]});
  if (night.code != 0) return night.code;
  const auto timing = read_json(data / "current" / "timing.json");
  const auto record = read_json(data / "current" / "run.json");
  print_stages(timing, record, bytes_below(province / "extracts"));
  const nlohmann::ordered_json line = {{"bench", "night"},
                                       {"persons", std::stoll(settings["--persons"])},
                                       {"dirt", settings["--dirt"]},
                                       {"wall_s", night.wall_s},
                                       {"cpu_s", night.cpu_s},
                                       {"peak_mib", night.peak_kib / 1024},
                                       {"extract_bytes", bytes_below(province / "extracts")},
                                       {"stages", timing["stages"]},
                                       {"counts", record["counts"]}};
  fmt::print("{}\n", line.dump());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto found = settings.values.find(argv[i]);
    if (found == settings.values.end()) {
      fmt::print(stderr, "bench/night: unknown option {}\n", argv[i]);
      return 2;
    }
    found->second = argv[i + 1];
  }
  const fs::path songtan = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "songtan";
  return bench(settings, songtan.string());
}
