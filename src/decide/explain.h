// Why a family or a person was decided as they were. In: the tables of a published night and the pack it used.
// Out: each condition with its article, each fact with its record and dates or why it is missing, the findings, and
// the formula that ranked them; in words (zh, en) and as JSON. It reads what was published and decides nothing anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "policy/changes.h"
#include "policy/trace.h"

namespace songtan::decide {

struct ExplainRequest {
  std::filesystem::path night;  ///< folder of a published night
  std::filesystem::path pack;   ///< the pack as the night used it
  Day as_of;                    ///< the night's date
  std::optional<std::int64_t> family;
  std::optional<std::int64_t> person;
  std::string programme;  ///< code; empty = every programme
};

/// One row of facts: what a record says.
struct Evidence {
  std::string value;
  std::string source;
  std::string file;
  std::int64_t row = 0;
  std::string valid_from;  ///< empty = open
  std::string valid_to;    ///< exclusive; empty = open
  std::string known_on;
  bool used = true;
  std::string reason;  ///< why it is not used
};

/// A fact that a programme may ask of one person, with the records that show it; without any, what absence means.
struct ExplainedFact {
  std::string name;
  std::int64_t person = 0;
  bool outside = false;  ///< of an obligor outside the family
  std::vector<Evidence> evidence;
  std::string absent_value;   ///< what a person without a row has; empty = nobody may conclude anything
  std::string absent_reason;  ///< absence | not_delivered | not_fresh | says_nothing | complete
  std::string absent_sources;
  std::string fresh_until;
};

enum class Holds : std::uint8_t { no, yes, to_verify };

struct ExplainedCondition {
  Text label;
  std::string article;
  Holds holds = Holds::no;
};

struct ExplainedDecision {
  std::string programme;
  Text name;
  std::string article;
  std::int64_t subject = 0;
  std::string status;
  std::string probable;
  std::optional<std::int64_t> amount_fen;
  std::optional<std::int64_t> probable_amount_fen;
  std::vector<std::string> missing;  ///< cheapest to collect first
  std::vector<ExplainedCondition> conditions;
  std::optional<policy::Explanation> steps;  ///< values, parameter rows and facts behind status and amount
  std::optional<policy::Changes> changes;    ///< what would change it; only where one programme is asked for
  std::vector<std::string> facts;            ///< names of the facts that it may ask
  std::string policy_version;
  std::string parameter_version;
};

struct ExplainedMember {
  std::int64_t person = 0;
  std::string role;
  std::string reason;
  std::string article;
};

struct ExplainedFinding {
  std::string class_name;
  std::string disposition;
  std::string programme;
  std::int64_t subject = 0;
  std::string cause;
  std::string certainty;
  std::int64_t rank = 0;
  std::int64_t score = 0;
  std::string reasons;  ///< JSON, see docs/formats/findings.md
  std::string collect;
};

struct Explanation {
  std::int64_t family = 0;  ///< 0: the person is in no family
  std::string region;
  std::string residence_type;
  Month month;
  std::vector<ExplainedMember> members;
  std::vector<ExplainedDecision> decisions;
  std::vector<ExplainedFact> facts;
  std::vector<ExplainedFinding> findings;
  Text formula;
};

/// Errors: usage when the night knows no such family or person, or the pack no such programme.
/// Cost: filtered reads of the night's tables; no table is loaded whole.
Result<Explanation> explain(const ExplainRequest& request);

std::string explanation_text(const Explanation& explanation, std::string_view language);
std::string explanation_json(const Explanation& explanation);

}  // namespace songtan::decide
