// songtan policy coverage: which articles stand behind which programme, and what no case decides.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/policy_tools.h"
#include "decide/decide.h"
#include "decide/pack_text.h"
#include "policy/case_coverage.h"

namespace songtan::cli {
namespace {

struct CoverageOptions {
  std::string pack;
  bool mutants = false;
};

std::string_view word_of(policy::SourceState state) {
  return state == policy::SourceState::law ? "law" : state == policy::SourceState::unseen ? "unseen" : "absent";
}

Text words_of(policy::SourceState state) {
  if (state == policy::SourceState::law) return {"见原文", "text read"};
  return state == policy::SourceState::unseen ? Text{"未见原文", "text not seen"} : Text{"找不到", "not found"};
}

std::string_view word_of(policy::Mutant::Kind kind) {
  switch (kind) {
    case policy::Mutant::Kind::negated: return "negated";
    case policy::Mutant::Kind::bound_up: return "bound_up";
    case policy::Mutant::Kind::bound_down: return "bound_down";
    case policy::Mutant::Kind::word_left_out: return "word_left_out";
  }
  return {};
}

Text words_of(policy::Mutant::Kind kind) {
  switch (kind) {
    case policy::Mutant::Kind::negated: return {"取反", "negated"};
    case policy::Mutant::Kind::bound_up: return {"界限加一个单位", "its bound one unit up"};
    case policy::Mutant::Kind::bound_down: return {"界限减一个单位", "its bound one unit down"};
    case policy::Mutant::Kind::word_left_out: return {"少一个词", "a word left out"};
  }
  return {};
}

bool in_order(const policy::Coverage& found) {
  return found.rules_without_article.empty() && found.programmes_without_case.empty() &&
         std::ranges::none_of(found.mutants, [](const auto& each) { return each.killed_by.empty(); }) &&
         std::ranges::none_of(found.articles,
                              [](const auto& each) { return each.state == policy::SourceState::absent; });
}

void print_json(const policy::Coverage& found) {
  nlohmann::ordered_json json;
  for (const policy::ArticleUse& each : found.articles)
    json["articles"].push_back({{"programme", each.programme},
                                {"article", each.citation},
                                {"status", word_of(each.state)},
                                {"uses", each.uses}});
  for (const policy::Mutant& each : found.mutants)
    json["conditions"].push_back({{"rule", each.rule},
                                  {"label", each.label.zh},
                                  {"file", each.file},
                                  {"line", each.line},
                                  {"change", word_of(each.kind)},
                                  {"decided_by", each.killed_by}});
  json["rules_without_article"] = found.rules_without_article;
  json["programmes_without_case"] = found.programmes_without_case;
  fmt::print("{}\n", json.dump());
}

void print_text(const policy::Coverage& found, const std::string& language) {
  const bool zh = language == "zh";
  std::array<int, 3> counts{};
  for (const policy::ArticleUse& each : found.articles) {
    fmt::print("{}\t{}\t{}\t{}\n", each.programme, each.citation, words_of(each.state).in(language), each.uses);
    ++counts[static_cast<std::size_t>(each.state)];
  }
  std::int64_t undecided = 0;
  for (const policy::Mutant& each : found.mutants) {
    if (!each.killed_by.empty()) continue;
    ++undecided;
    fmt::print("{}:{}: {} {}: {} {}\n", each.file, each.line, each.rule, each.label.in(language),
               words_of(each.kind).in(language), zh ? "而没有用例发现" : "and no case notices");
  }
  for (const std::string& rule : found.rules_without_article)
    fmt::print("{}: {}\n", rule, zh ? "规则没有依据" : "the rule names no article");
  for (const std::string& code : found.programmes_without_case)
    fmt::print("{}: {}\n", code, zh ? "没有用例涉及它" : "no case is about it");
  fmt::print("{} {}, {} {}, {} {}; {} {}, {} {}\n", counts[0], zh ? "处见原文" : "articles read", counts[1],
             zh ? "处未见原文" : "not seen", counts[2], zh ? "处找不到" : "not found", found.mutants.size(),
             zh ? "个变异" : "mutants", undecided, zh ? "个没有用例发现" : "that no case notices");
}

Result<int> run_coverage(const CoverageOptions& options, const Context& context) {
  TRY(const policy::Program program, decide::load_pack_program(options.pack));
  TRY(const auto files, decide::read_law_texts(options.pack));
  TerminalProgress progress(context);
  policy::CoverageOptions how;
  how.bounds = options.mutants;
  how.progress = [&](std::size_t done, std::size_t total) {
    progress.report("coverage", static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
    return !progress.interrupted();
  };
  TRY(const policy::Coverage found, policy::coverage(program, policy::LawTexts(files), how));
  if (context.json) {
    print_json(found);
  } else {
    print_text(found, context.language);
  }
  return in_order(found) ? 0 : static_cast<int>(Outcome::refused);
}

}  // namespace

void add_policy_coverage(CLI::App& policy, Context& context) {
  auto options = std::make_shared<CoverageOptions>();
  CLI::App* command =
      policy.add_subcommand("coverage", "条文与用例的覆盖 / which articles and conditions are covered by cases");
  command->add_option("--pack", options->pack, "政策包目录 / the pack's folder")->required();
  command->add_flag("--mutants", options->mutants, "界限也逐一移动一个单位 / also move every bound by one unit");
  command->callback(
      [options, &context] { context.run = [options, &context] { return run_coverage(*options, context); }; });
}

}  // namespace songtan::cli
