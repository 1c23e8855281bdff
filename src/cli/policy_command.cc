// songtan policy check | test | run: a pack's policies without a night.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/policy_tools.h"
#include "cli/terminal.h"
#include "decide/decide.h"
#include "decide/pack_text.h"
#include "decide/population_files.h"
#include "policy/openfisca.h"
#include "policy/testing.h"

namespace songtan::cli {
namespace {

struct PolicyOptions {
  std::string pack;
  std::string in;
  std::string month;
  std::string out;
  std::string format;
  std::string map;
  std::vector<std::string> paths;
  Resources resources;
};

Result<int> run_check(const PolicyOptions& options, const Context& context) {
  TRY(const policy::PackText text, decide::read_pack_text(options.pack));
  const std::vector<Error> mistakes = policy::check_pack(text);
  for (const Error& mistake : mistakes) tell(mistake, context);
  if (!mistakes.empty()) return static_cast<int>(Outcome::bad_data);
  TRY(const policy::Program program, policy::load_program(text));
  const auto warnings =
      std::ranges::count_if(program.programmes(), [](const auto& each) { return !each.warning_class.empty(); });
  fmt::print("{} programmes, {} warnings, {} variables; policies {}, parameters {}\n",
             std::ssize(program.programmes()) - warnings, warnings, program.variables().size(),
             program.policy_version(), program.parameter_version());
  return 0;
}

std::string_view word_of(policy::TestState state) {
  return state == policy::TestState::passed ? "passed" : state == policy::TestState::failed ? "failed" : "skipped";
}

std::int64_t count_of(const std::vector<policy::TestResult>& results, policy::TestState state) {
  return std::ranges::count(results, state, &policy::TestResult::state);
}

void print_json(const std::vector<policy::TestResult>& results, const Context& context) {
  nlohmann::json cases = nlohmann::json::array();
  for (const policy::TestResult& each : results) {
    cases.push_back({{"file", each.file},
                     {"line", each.line},
                     {"name", each.name},
                     {"state", word_of(each.state)},
                     {"message", each.message.in(context.language)}});
  }
  const nlohmann::json answer{{"passed", count_of(results, policy::TestState::passed)},
                              {"failed", count_of(results, policy::TestState::failed)},
                              {"skipped", count_of(results, policy::TestState::skipped)},
                              {"cases", std::move(cases)}};
  fmt::print("{}\n", answer.dump());
}

Result<policy::PackFile> read_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return fail(Outcome::usage, "file.missing", {"打不开 " + path.string(), "cannot open " + path.string()},
                {"检查路径", "check the path"});
  }
  std::ostringstream text;
  text << in.rdbuf();
  return policy::PackFile{path.string(), text.str()};
}

// Files as named; of folders every YAML file below, in the order of names.
Result<std::vector<policy::PackFile>> read_suite(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> found;
  for (const std::string& path : paths) {
    std::error_code none;
    if (!std::filesystem::is_directory(path, none)) {
      found.emplace_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path, none)) {
      if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml") found.push_back(entry.path());
    }
  }
  std::ranges::sort(found);
  std::vector<policy::PackFile> files;
  for (const auto& path : found) {
    TRY(policy::PackFile file, read_text(path));
    files.push_back(std::move(file));
  }
  return files;
}

Result<std::vector<policy::TestResult>> results_of(const PolicyOptions& options) {
  if (options.format.empty()) {
    TRY(const policy::Program program, decide::load_pack_program(options.pack));
    return policy::run_tests(program);
  }
  if (options.map.empty() || options.paths.empty()) {
    return fail(Outcome::usage, "option.missing",
                {"--format openfisca 还要 --map 和测试文件", "--format openfisca also needs --map and test files"},
                {"见 songtan policy test --help", "see songtan policy test --help"});
  }
  TRY(const policy::PackText pack, decide::read_pack_text(options.pack));
  TRY(const policy::PackFile map, read_text(options.map));
  TRY(const std::vector<policy::PackFile> files, read_suite(options.paths));
  return policy::run_openfisca_tests(pack, map, files);
}

Result<int> run_cases(const PolicyOptions& options, const Context& context) {
  TRY(const std::vector<policy::TestResult> results, results_of(options));
  const std::int64_t failed = count_of(results, policy::TestState::failed);
  if (context.json) {
    print_json(results, context);
  } else {
    for (const policy::TestResult& each : results) {
      if (each.state != policy::TestState::failed) continue;
      fmt::print("{}:{}: {}: {}\n", each.file, each.line, each.name, each.message.in(context.language));
    }
    fmt::print("{} passed, {} failed, {} skipped\n", count_of(results, policy::TestState::passed), failed,
               count_of(results, policy::TestState::skipped));
  }
  return failed == 0 ? 0 : static_cast<int>(Outcome::refused);
}

Result<Month> parsed_month(const std::string& text) {
  const auto period = policy::PeriodKey::parse(text);
  if (!period || period->unit != policy::TimeUnit::month) {
    return fail(Outcome::usage, "usage.month", {"--month 写成 YYYY-MM", "--month reads YYYY-MM"},
                {"例如 --month 2026-08", "for example --month 2026-08"});
  }
  return Month{period->index};
}

Result<int> run_population(const PolicyOptions& options) {
  TRY(const Month month, parsed_month(options.month));
  TRY(const std::int64_t memory, options.resources.memory_bytes());
  TRY(const policy::Program program, decide::load_pack_program(options.pack));
  TRY(table::Session session, table::Session::open({.threads = 1, .memory_bytes = memory, .spill_folder = {}}));
  policy::Options policy_options;
  policy_options.threads = options.resources.thread_count();
  TRY(const decide::FilePopulation population,
      decide::read_population(session, program, options.in, month, policy_options));
  TRY_VOID(policy::validate(program, population.inputs));
  TRY(const policy::Decisions decisions, policy::evaluate(program, population.inputs, month, policy_options));
  TRY_VOID(decide::write_decisions(program, population, decisions, options.out));
  fmt::print("{} persons, {} programmes\n", population.inputs.persons, decisions.programmes.size());
  return 0;
}

}  // namespace

void add_policy_commands(CLI::App& app, Context& context) {
  auto options = std::make_shared<PolicyOptions>();
  CLI::App* group = app.add_subcommand("policy", "政策包 / the policies of a pack")->require_subcommand(1);
  CLI::App* check = group->add_subcommand("check", "检查政策和参数 / check policies and parameters");
  check->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  check->callback([options, &context] { context.run = [options, &context] { return run_check(*options, context); }; });
  CLI::App* test = group->add_subcommand("test", "运行规则旁的测试 / run the tests beside the rules");
  test->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  test->add_option("--format", options->format, "openfisca: 别家的 YAML 测试 / tests of another engine")
      ->check(CLI::IsMember({"openfisca"}));
  test->add_option("--map", options->map, "名称对照表 / map of names (TOML)");
  test->add_option("PATH", options->paths, "YAML 文件或目录 / YAML files or folders");
  test->callback([options, &context] { context.run = [options, &context] { return run_cases(*options, context); }; });
  CLI::App* run = group->add_subcommand("run", "对文件中的人口作决定 / decide a population in files");
  run->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  run->add_option("--in", options->in, "每个实体一个文件 / one file an entity")->required();
  run->add_option("--month", options->month, "决定月 YYYY-MM / month of the decision")->required();
  run->add_option("--out", options->out, "结果目录 / folder for the results")->required();
  options->resources.add_to(*run);
  run->callback([options, &context] { context.run = [options] { return run_population(*options); }; });
  add_policy_format(*group, context);
  add_policy_coverage(*group, context);
  add_policy_diff(*group, context);
  add_policy_docs(*group, context);
  add_policy_explain(*group, context);
  add_policy_lsp(*group, context);
}

}  // namespace songtan::cli
