// songtan policy docs: a pack as static pages.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "cli/policy_tools.h"
#include "decide/decide.h"
#include "decide/pack_text.h"
#include "policy/pages.h"

namespace songtan::cli {
namespace {

struct DocsOptions {
  std::string pack;
  std::string out;
};

Result<int> run_docs(const DocsOptions& options) {
  TRY(const policy::PackText pack, decide::read_pack_text(options.pack));
  TRY(const policy::Program program, policy::load_program(pack));
  TRY(const auto files, decide::read_law_texts(options.pack));
  std::error_code trouble;
  std::filesystem::create_directories(options.out, trouble);
  const auto pages = policy::render_pages(program, pack, policy::LawTexts(files));
  for (const policy::PackFile& page : pages) {
    const std::filesystem::path path = std::filesystem::path(options.out) / page.name;
    std::ofstream out(path, std::ios::binary);
    out << page.text;
    if (!out.flush())
      return fail(Outcome::environment, "file.write", {"写不了 " + path.string(), "cannot write " + path.string()},
                  {"检查权限和磁盘空间", "check rights and disk space"});
  }
  fmt::print("{}\n", (std::filesystem::path(options.out) / "index.html").string());
  return 0;
}

}  // namespace

void add_policy_docs(CLI::App& policy, Context& context) {
  auto options = std::make_shared<DocsOptions>();
  CLI::App* command = policy.add_subcommand("docs", "每个项目一页 / a page for every programme");
  command->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  command->add_option("--out", options->out, "页面目录 / folder for the pages")->required();
  command->callback([options, &context] { context.run = [options] { return run_docs(*options); }; });
}

}  // namespace songtan::cli
