#include "policy/case_coverage.h"

#include <algorithm>
#include <map>
#include <set>

#include "policy/detail/case.h"
#include "policy/detail/mutation.h"
#include "policy/detail/reach.h"

namespace songtan::policy {
namespace {

using detail::Law;

class CoverageBuilder {
 public:
  CoverageBuilder(const Program& program, const LawTexts& texts)
      : program_(program), law_(program.law()), texts_(texts) {}

  Result<Coverage> run(const CoverageOptions& options) {
    for (const detail::Award& award : law_.awards) cite(award);
    for (const detail::Variable& variable : law_.variables) {
      const bool silent = std::ranges::all_of(variable.versions, [](const detail::Version& version) {
        return version.article.empty() &&
               std::ranges::all_of(version.conditions, [](const auto& each) { return each.article.empty(); });
      });
      if (variable.rule && !variable.versions.empty() && silent)
        out_.rules_without_article.push_back(variable.info.name);
    }
    reach();
    TRY_VOID(mutate(options));
    return std::move(out_);
  }

 private:
  const Program& program_;
  const Law& law_;
  const LawTexts& texts_;
  Coverage out_;
  std::vector<std::set<int>> reach_;  ///< by case: the variables its expectations rest on

  void cite(const detail::Award& award) {
    std::map<std::string, int> uses;
    const auto note = [&](const std::string& article) {
      for (const std::string& each : citations_of(article)) ++uses[each];
    };
    note(award.info.article);
    for (const int v : detail::reached_from(law_, {award.status, award.amount})) {
      const detail::Variable& variable = law_.variable(v);
      if (variable.versions.empty()) note(variable.info.article);
      for (const detail::Version& version : variable.versions) {
        note(version.article);
        for (const detail::LawCondition& condition : version.conditions) {
          if (condition.article != version.article) note(condition.article);
        }
      }
    }
    for (const auto& [citation, count] : uses) {
      const Article* article = texts_.find(citation);
      const SourceState state = article == nullptr ? SourceState::absent
                                : article->unseen  ? SourceState::unseen
                                                   : SourceState::law;
      out_.articles.push_back({award.info.code, citation, state, count});
    }
  }

  void reach() {
    std::set<int> expected;
    for (const detail::TestDecl& test : law_.tests) {
      const std::vector<int> reached = detail::reached_from(law_, detail::variables_expected(program_, test));
      reach_.emplace_back(reached.begin(), reached.end());
      expected.insert(reach_.back().begin(), reach_.back().end());
    }
    for (const detail::Award& award : law_.awards) {
      if (!expected.contains(award.info.status)) out_.programmes_without_case.push_back(award.info.code);
    }
  }

  Result<void> mutate(const CoverageOptions& options) {
    Law bare = law_;
    const std::vector<detail::TestDecl> tests = std::move(bare.tests);
    bare.tests.clear();
    const std::vector<detail::Change> changes = detail::changes_of(bare, options.bounds);
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (options.progress && !options.progress(i, changes.size()))
        return fail(Outcome::interrupted, "interrupted", {"已按要求中断", "interrupted on request"},
                    {"再次运行同一命令", "run the same command again"});
      const detail::Change& change = changes[i];
      const detail::Variable& variable = bare.variable(change.variable);
      const auto& version = variable.versions[static_cast<std::size_t>(change.version)];
      const auto& condition = version.conditions[static_cast<std::size_t>(change.condition)];
      Mutant mutant{change.kind,          variable.info.name,
                    condition.label,      law_.file_names[static_cast<std::size_t>(condition.place.file)],
                    condition.place.line, {}};
      const Program program(std::make_shared<const Law>(detail::changed(bare, change)));
      for (std::size_t t = 0; t < tests.size() && mutant.killed_by.empty(); ++t) {
        if (reach_[t].contains(change.variable) && in_force(version, tests[t]) &&
            !detail::run_case(program, tests[t], detail::Twins::slow_only))
          mutant.killed_by = tests[t].name;
      }
      out_.mutants.push_back(std::move(mutant));
    }
    return {};
  }

  // A case of another time does not reach the version, unless it looks back over years; those are few and not skipped.
  bool in_force(const detail::Version& version, const detail::TestDecl& test) const {
    const auto time = PeriodKey::parse(test.time);
    if (!time) return false;
    return !version.dates.from || version.dates.from->days <= time->last().days;
  }
};

}  // namespace

Result<Coverage> coverage(const Program& program, const LawTexts& texts, const CoverageOptions& options) {
  return CoverageBuilder(program, texts).run(options);
}

}  // namespace songtan::policy
