// The world of one test or of one file of facts: who there is, what is given. In: a test as written. Out: the inputs of an
// evaluation, filled for what it asks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/decisions.h"
#include "policy/detail/mistake.h"
#include "policy/detail/syntax.h"

namespace songtan::policy::detail {

struct Scene {
  Inputs inputs;
  std::map<std::string, std::int64_t> persons;
  std::vector<std::map<std::string, std::int64_t>> groups;  ///< by group kind: name → row
  struct Given {
    int variable = 0;
    std::int64_t row = -1;  ///< -1: every row
    std::optional<PeriodKey> period;
    std::optional<std::int64_t> value;  ///< none: 待核
  };
  std::vector<Given> given;
};

/// Builds the world of one test. Errors point into the test.
class SceneBuilder {
 public:
  SceneBuilder(const Program& program, const TestDecl& test) : program_(program), test_(test) {}

  /// Reads time, people and givens; hands back the programme with the test's own parameters.
  Result<Program> prepare();
  /// Puts the given values into the columns of `needs`; without 其余 缺省 what is not given is unknown.
  void fill(const Program& program, const std::vector<Need>& needs);
  /// Variable and row that a name of the test means; row -1: every row.
  Result<std::pair<int, std::int64_t>> target(const TestValue& value) const;

  const Scene& scene() const { return scene_; }
  const Options& options() const { return options_; }
  Month month() const { return month_; }
  std::unexpected<Error> refuse(Place place, Text message, Text mend = {}) const;

 private:
  const Program& program_;
  const TestDecl& test_;
  Scene scene_;
  Options options_;
  Month month_;

  const VariableInfo& info(int variable) const { return program_.variables()[static_cast<std::size_t>(variable)]; }
  Result<Program> with_parameters() const;
  Result<void> people();
  std::vector<std::string> column(std::string_view name) const;
  Result<void> group_members(std::size_t group, const std::vector<std::string>& names,
                             const std::vector<std::string>& roles);
  Result<void> linked();
  Result<void> read_cell(std::int64_t person, const std::string& column, const TestCell& cell);
  Result<void> read_given(const TestValue& value);
  std::optional<std::pair<int, std::int64_t>> decided(std::vector<std::string> name) const;
};

}  // namespace songtan::policy::detail
