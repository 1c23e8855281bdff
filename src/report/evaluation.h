// Evaluation of a night against the truth that a synthetic province carries beside it. In: the folder of a published
// night, the identity records of its loads, a truth folder. Out: the figures of `songtan evaluate`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::report {

/// Shares are in parts per million: exact, and the same on every machine. -1 = nothing to divide by.
struct PairFigures {
  std::int64_t true_pairs = 0;
  std::int64_t found_pairs = 0;
  std::int64_t right_pairs = 0;

  std::int64_t precision_ppm() const;
  std::int64_t recall_ppm() const;
  std::int64_t f1_ppm() const;
};

struct Share {
  std::int64_t right = 0;
  std::int64_t total = 0;
  std::int64_t ppm() const;
};

/// One row for each class × programme × certainty. `cases` are the true ones whose evidence was delivered.
struct FindingFigures {
  std::string finding_class;
  std::string programme;
  std::string certainty;
  std::int64_t cases = 0;
  std::int64_t undelivered = 0;  ///< evidence not delivered by the date
  std::int64_t uncheckable = 0;  ///< of these: hinges on a fact that no register holds, against the presumption
  std::int64_t listed = 0;       ///< rows of the list
  std::int64_t right = 0;        ///< rows of the list that are right
  std::int64_t found = 0;        ///< the right ones among the delivered cases
};

struct ListFigures {
  std::string name;  ///< "n", "2n", "5n"
  std::int64_t rows = 0;
  std::int64_t recall_ppm = 0;
  std::int64_t random_ppm = 0;
  std::int64_t by_income_ppm = 0;
};

struct FaultFigures {
  std::string fault_class;
  std::int64_t planted = 0;
  std::int64_t found = 0;
  std::int64_t undetectable = 0;
  std::string why;
};

struct GroupFigures {
  std::string by;
  std::string value;
  std::int64_t cases = 0;
  std::int64_t found = 0;
  std::int64_t people = 0;
  std::int64_t accusations = 0;  ///< certain findings of receiving too much
  std::int64_t false_accusations = 0;
  std::string likely;  ///< what most misses come from: person (linkage), family, facts; empty: none
};

/// A group of people whom the night serves worse than the rest of its kind.
struct GroupGap {
  std::string by;
  std::string value;
  std::string what;  ///< recall, or false_accusations
  std::int64_t here_ppm = 0;
  std::int64_t rest_ppm = 0;
  std::int64_t cases = 0;  ///< true cases, or findings, that the group's share rests on
  std::string likely;      ///< as in GroupFigures
};

struct Evaluation {
  PairFigures all_pairs;
  PairFigures without_number;
  Share families;
  Share decisions;
  std::vector<FindingFigures> findings;
  std::vector<ListFigures> list;
  std::vector<FaultFigures> faults;
  std::vector<GroupFigures> groups;
};

struct EvaluationInputs {
  std::filesystem::path night;                        ///< a published night's folder
  std::filesystem::path truth;                        ///< truth/ of the province
  std::vector<std::filesystem::path> identity_files;  ///< identity records of the night's loads
};

/// Cost: one scan of each table and joins on the record key. Errors: bad_data if a table is missing or unreadable.
Result<Evaluation> evaluate(table::Session& session, const EvaluationInputs& inputs);

/// Groups of at least 200 true cases (or certain findings of receiving too much) whose recall is more than 5 points below
/// that of the rest of their kind (or whose share of wrong ones is as much above). Fair is an empty list.
std::vector<GroupGap> group_gaps(const Evaluation& evaluation);

/// The figures in the form that interfaces.md fixes.
std::string evaluation_json(const Evaluation& evaluation);

/// One sentence a gap, in one language.
std::string gaps_text(const std::vector<GroupGap>& gaps, std::string_view language);

/// The figures for people, in one language ("zh" or "en").
std::string evaluation_text(const Evaluation& evaluation, std::string_view language);

}  // namespace songtan::report
