// songtan policy format: one layout for policy texts.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "cli/policy_tools.h"
#include "decide/pack_text.h"
#include "policy/format.h"

namespace songtan::cli {
namespace {

namespace fs = std::filesystem;

struct FormatOptions {
  std::string pack;
  std::vector<std::string> paths;
  bool check = false;
};

// Files as named, and every *.policy of the pack, each once, in the order of names.
Result<std::vector<fs::path>> files_of(const FormatOptions& options) {
  std::vector<fs::path> files(options.paths.begin(), options.paths.end());
  if (!options.pack.empty()) {
    TRY(const policy::PackText pack, decide::read_pack_text(options.pack));
    for (const policy::PackFile& file : pack.files) {
      if (file.name.ends_with(".policy")) files.push_back(fs::path(options.pack) / file.name);
    }
  }
  if (!files.empty()) return files;
  return fail(Outcome::usage, "option.missing", {"没有说明要排版哪些文件", "no files to format"},
              {"写 --pack 目录，或政策文件的路径；“-” 为标准输入",
               "give --pack FOLDER or paths of policy files; '-' is standard input"});
}

Result<std::string> read_file(const fs::path& path) {
  std::ostringstream text;
  std::ifstream in(path, std::ios::binary);
  if (path == "-") {
    text << std::cin.rdbuf();
  } else if (in) {
    if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  } else {
    return fail(Outcome::usage, "file.missing", {"打不开 " + path.string(), "cannot open " + path.string()},
                {"检查路径", "check the path"});
  }
  return text.str();
}

// A reader never sees half a file: the new text gets the name in one rename.
Result<void> write_file(const fs::path& path, const std::string& text) {
  const fs::path fresh = path.string() + ".new";
  std::error_code trouble;
  {
    std::ofstream out(fresh, std::ios::binary);
    out << text;
    if (!out.flush()) trouble = std::make_error_code(std::errc::io_error);
  }
  if (!trouble) fs::permissions(fresh, fs::status(path).permissions(), trouble);
  if (!trouble) fs::rename(fresh, path, trouble);
  if (!trouble) return {};
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return fail(Outcome::environment, "file.write", {"写不了 " + path.string(), "cannot write " + path.string()},
              {"检查权限和磁盘空间", "check rights and disk space"});
}

Result<int> run_format(const FormatOptions& options) {
  TRY(const std::vector<fs::path> files, files_of(options));
  std::int64_t changed = 0;
  for (const fs::path& path : files) {
    TRY(const std::string before, read_file(path));
    TRY(const std::string after, policy::format_policy(before, path.string()));
    if (path == "-" && !options.check) {
      fmt::print("{}", after);
      continue;
    }
    if (before == after) continue;
    ++changed;
    fmt::print("{}\n", path.string());
    if (!options.check) TRY_VOID(write_file(path, after));
  }
  return options.check && changed > 0 ? static_cast<int>(Outcome::refused) : 0;
}

}  // namespace

void add_policy_format(CLI::App& policy, Context& context) {
  auto options = std::make_shared<FormatOptions>();
  CLI::App* format = policy.add_subcommand("format", "统一政策文本的写法 / lay policy texts out in one way");
  format->add_option("--pack", options->pack, "政策包目录 / the pack's folder");
  format->add_option("PATH", options->paths, "政策文件，- 为标准输入 / policy files, - for standard input");
  format->add_flag("--check", options->check,
                   "只列出要改的文件，有则退出码 1 / only list files that would change; exit code 1 if any");
  format->callback([options, &context] { context.run = [options] { return run_format(*options); }; });
}

}  // namespace songtan::cli
