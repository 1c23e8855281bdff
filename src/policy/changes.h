// What would change a decision of one subject. In: programme, population, subject. Out: the nearest value of each fact
// and parameter that turns it, the income at which the benefit ends, what each further yuan costs, and cliffs; in words
// (zh, en) and as JSON. Nothing is estimated: every value named has been evaluated, and none nearer turns the decision.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decisions.h"

namespace songtan::policy {

/// The nearest change of one fact (in every period alike) or of one parameter row, all else as it is.
struct Flip {
  bool parameter = false;
  std::string name;
  std::string entity;        ///< of a fact
  std::int64_t row = -1;     ///< of a fact: row of its entity
  std::int64_t subject = 0;  ///< id of that row, where the caller fills it in
  std::string from;          ///< in words; "待核" where it is not known
  std::string to;
  std::string document;     ///< of a parameter row
  bool to_confirm = false;  ///< a parameter row marked 待核
  Status then = Status::no;
};

/// A step at which one more fen of income lowers the benefit by ten yuan or more.
struct Cliff {
  std::int64_t at = 0;                 ///< fen a month: the last income before it
  std::int64_t before = 0, after = 0;  ///< the benefit in fen a month
};

/// How the benefit answers to one monthly income of one person.
struct IncomeEffect {
  std::string name;
  bool of_group = false;  ///< `row` is of a group, else of persons
  std::int64_t row = -1;
  std::int64_t subject = 0;
  std::int64_t now = 0;                 ///< fen a month
  std::int64_t benefit = 0;             ///< fen a month
  std::optional<std::int64_t> ends_at;  ///< least income above `now` at which nothing is due any more
  std::int64_t lost_per_100 = 0;  ///< fen of benefit lost by 100 yuan more: the effective marginal rate in ‱ of them
  std::vector<Cliff> cliffs;      ///< between `now` and where it ends
};

struct Changes {
  std::string programme;
  Text name;
  Status status = Status::no;
  std::vector<Flip> flips;  ///< facts in the order of the programme's, then parameters by name
  std::vector<IncomeEffect> incomes;
  bool complete = true;  ///< false: the limit of evaluations was reached
};

/// Limits: 20,000 evaluations of the one subject. Cost: tens of evaluations for each fact that matters.
Result<Changes> what_would_change(const Program& program, const Inputs& inputs, int programme, std::int64_t subject,
                                  Month month, const Options& options = {});

/// Sentences, one a line, indented by `depth`.
std::string render_changes_text(const Changes& changes, std::string_view language, int depth = 0);
std::string render_changes_json(const Changes& changes);

}  // namespace songtan::policy
