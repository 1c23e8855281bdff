// songtan policy diff: two states of a pack, as texts, in meaning, and for a population.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/policy_tools.h"
#include "decide/decide.h"
#include "decide/impact.h"
#include "decide/pack_text.h"
#include "policy/difference.h"

namespace songtan::cli {
namespace {

struct DiffOptions {
  std::string before;
  std::string after;
  std::string view = "meaning";
  std::string in;
  std::string month;
};

using Lines = std::vector<std::string_view>;

// The longest common lines, by the table of their lengths; policy files are some hundred lines.
void print_file(const std::string& name, const Lines& a, const Lines& b) {
  std::vector<std::vector<std::int32_t>> common(a.size() + 1, std::vector<std::int32_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  fmt::print("{}\n", name);
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      fmt::print("  {:>5}       - {}\n", i + 1, a[i]);
      ++i;
    } else {
      fmt::print("        {:>5} + {}\n", j + 1, b[j]);
      ++j;
    }
  }
}

bool print_texts(const policy::PackText& before, const policy::PackText& after) {
  std::map<std::string, std::pair<std::string_view, std::string_view>> files;
  for (const policy::PackFile& file : before.files) files[file.name].first = file.text;
  for (const policy::PackFile& file : after.files) files[file.name].second = file.text;
  bool differ = false;
  for (const auto& [name, texts] : files) {
    if (texts.first == texts.second) continue;
    differ = true;
    print_file(name, split(texts.first, '\n'), split(texts.second, '\n'));
  }
  return differ;
}

bool print_meaning(const std::vector<policy::Change>& changes, const Context& context) {
  static constexpr std::array<std::string_view, 8> kWhat = {"parameter", "condition", "rule",  "fact",
                                                            "award",     "stacking",  "scale", "scenario"};
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const policy::Change& each : changes) {
    if (context.json) {
      json.push_back({{"what", kWhat[static_cast<std::size_t>(each.what)]},
                      {"subject", each.subject},
                      {"before", each.before},
                      {"after", each.after},
                      {"dates", each.dates},
                      {"article", each.article}});
    } else {
      fmt::print("{}\n", policy::words_of(each).in(context.language));
    }
  }
  if (context.json) fmt::print("{}\n", json.dump());
  return !changes.empty();
}

Result<int> run_impact(const DiffOptions& options, const Context& context) {
  const auto period = policy::PeriodKey::parse(options.month);
  if (options.in.empty() || !period || period->unit != policy::TimeUnit::month)
    return fail(Outcome::usage, "option.missing",
                {"--view impact 还要 --in 人口目录 和 --month YYYY-MM",
                 "--view impact also needs --in FOLDER and --month YYYY-MM"},
                {"人口目录的写法同 songtan policy run", "the folder is that of songtan policy run"});
  TRY(const auto rows, decide::impact_on_files(options.before, options.after, options.in, Month{period->index}));
  if (context.json) {
    fmt::print("{}\n", decide::impact_json(rows));
  } else {
    fmt::print("{}", decide::impact_text(rows, context.language));
  }
  return 0;
}

Result<int> run_diff(const DiffOptions& options, const Context& context) {
  if (options.view == "impact") return run_impact(options, context);
  TRY(const policy::PackText before, decide::read_pack_text(options.before));
  TRY(const policy::PackText after, decide::read_pack_text(options.after));
  bool differ = false;
  if (options.view == "text") {
    differ = print_texts(before, after);
  } else {
    TRY(const auto changes, policy::difference(before, after));
    differ = print_meaning(changes, context);
  }
  return differ ? static_cast<int>(Outcome::refused) : 0;
}

}  // namespace

void add_policy_diff(CLI::App& policy, Context& context) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = policy.add_subcommand(
      "diff", "两个版本的差别，有则退出码 1 / what differs between two packs; exit code 1 if anything does");
  command->add_option("OLD", options->before, "旧政策包 / old pack")->required();
  command->add_option("NEW", options->after, "新政策包 / new pack")->required();
  command->add_option("--view", options->view, "meaning 含义 | text 文本 | impact 影响")
      ->check(CLI::IsMember({"meaning", "text", "impact"}));
  command->add_option("--in", options->in, "影响：人口目录 / impact: folder of a population, one file an entity");
  command->add_option("--month", options->month, "影响：月份 YYYY-MM / impact: month");
  command->callback([options, &context] { context.run = [options, &context] { return run_diff(*options, context); }; });
}

}  // namespace songtan::cli
