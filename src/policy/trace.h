// The explanation of one decision. In: programme, population, subject. Out: a tree of values with articles, parameter
// rows with their document numbers and missing facts; in words (zh, en) and as JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decisions.h"

namespace songtan::policy {

/// One step: a variable, a labelled condition, a parameter row or a fact of one row, and what it rests on.
struct TraceNode {
  enum class What : std::uint8_t { rule, condition, parameter, fact };
  What what = What::rule;
  Text label;
  std::string value;    ///< "是", "300.00元/月", "待核", "1980-02-15"
  std::string article;  ///< of a rule; document number of a parameter row
  std::string entity;
  std::string period;
  std::int64_t row = -1;     ///< row of the entity
  std::int64_t subject = 0;  ///< id of that row, where the caller fills it in
  int variable = -1;
  bool to_confirm = false;  ///< a parameter row marked 待核
  Text why_not;             ///< the 不符 sentence of a condition that does not hold, filled in
  std::vector<TraceNode> children;
};

struct Explanation {
  std::string programme;
  Text name;
  Status status = Status::no;
  Status probable = Status::no;
  std::int64_t amount = 0;  ///< fen, ProgrammeDecisions::kNoAmount where unknown
  std::vector<std::string> missing;
  TraceNode root;
  std::vector<TraceNode> amount_steps;
};

/// Explains the decision of one subject. Cost: proportional to what the decision rests on; limits: 5,000 steps.
Result<Explanation> explain(const Program& program, const Inputs& inputs, int programme, std::int64_t subject,
                            Month month, const Options& options = {});

/// The steps of status and amount alone, indented by `depth`.
std::string render_steps(const Explanation& explanation, std::string_view language, int depth);
std::string render_text(const Explanation& explanation, std::string_view language);
std::string render_json(const Explanation& explanation);

/// Calls `visit` for every step of an explanation.
void for_each_step(Explanation& explanation, const std::function<void(TraceNode&)>& visit);

}  // namespace songtan::policy
