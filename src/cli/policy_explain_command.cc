// songtan policy explain: one family in a file, decided and explained without data.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/policy_tools.h"
#include "decide/pack_text.h"
#include "policy/facts_file.h"

namespace songtan::cli {
namespace {

struct ExplainOptions {
  std::string pack;
  std::string facts;
  std::string programme;
};

Result<policy::PackFile> read_facts(const std::string& path) {
  if (path == "-") return policy::PackFile{"-", {std::istreambuf_iterator<char>(std::cin), {}}};
  std::ifstream in(path, std::ios::binary);
  if (in) return policy::PackFile{path, {std::istreambuf_iterator<char>(in), {}}};
  return fail(Outcome::usage, "file.missing", {"打不开 " + path, "cannot open " + path},
              {"检查路径", "check the path"});
}

Result<int> run_explain(const ExplainOptions& options, const Context& context) {
  TRY(const policy::PackText pack, decide::read_pack_text(options.pack));
  TRY(const policy::PackFile facts, read_facts(options.facts));
  TRY(const auto all, policy::explain_facts(pack, facts, options.programme));
  std::string json;
  for (const policy::NamedExplanation& each : all) {
    if (context.json) {
      json += fmt::format("{}{{\"subject\":\"{}\",\"decision\":{}}}", json.empty() ? "" : ",", each.subject,
                          policy::render_json(each.told));
    } else {
      fmt::print("{}: {}\n", each.subject, policy::render_text(each.told, context.language));
    }
  }
  if (context.json) fmt::print("[{}]\n", json);
  return 0;
}

}  // namespace

void add_policy_explain(CLI::App& policy, Context& context) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      policy.add_subcommand("explain", "按一份事实作出并解释决定 / decide and explain one family from a file of facts");
  command->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  command->add_option("--programme", options->programme, "项目代码，默认全部 / programme code, default all");
  command->add_option("FACTS", options->facts, "事实文件，- 为标准输入 / file of facts, - for standard input")
      ->required();
  command->callback(
      [options, &context] { context.run = [options, &context] { return run_explain(*options, context); }; });
}

}  // namespace songtan::cli
