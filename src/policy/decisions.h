// Decisions by the block vector evaluator. In: programme, population, month. Out: for every programme and subject the
// status, amount, reasons and what is missing. The one-family evaluator (policy/trace.h) is its slow twin.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "policy/inputs.h"
#include "policy/program.h"

namespace songtan::policy {

enum class Status : std::uint8_t { no = 0, yes = 1, to_verify = 2 };

/// Why a row could not be computed; its value is then unknown and its status to_verify.
/// no_table_row: a key without a row, or a rule that has no version in force on that day.
enum class Trouble : std::uint8_t { none = 0, overflow, division_by_zero, no_table_row, conflict };

struct Options {
  int threads = 1;
  Day decision_day{};         ///< 决定日; the default (day 0) means the last day of the month
  bool use_defaults = false;  ///< unknown inputs take their declared 缺省; only where a caller asks for it
  bool simple = false;        ///< compute with the slow twin (tests)
};

/// All vectors have one entry a subject (row of the programme's entity).
struct ProgrammeDecisions {
  int programme = 0;
  std::vector<Status> status;
  std::vector<Status> probable;      ///< the status under the pack's presumptions
  std::vector<std::int64_t> amount;  ///< fen a month; 0 unless yes; kNoAmount where yes but not computable yet
  std::vector<std::int64_t> probable_amount;
  std::vector<std::uint64_t> reasons;  ///< bits of labelled conditions that hold
  std::vector<std::uint64_t> unknown;  ///< bits of labelled conditions that are to verify
  std::vector<std::uint64_t> missing;  ///< bits of ProgrammeInfo::facts that would settle status or amount
  std::vector<Trouble> trouble;
  static constexpr std::int64_t kNoAmount = std::numeric_limits<std::int64_t>::min();
};

struct Decisions {
  Month month;
  std::vector<ProgrammeDecisions> programmes;  ///< those in force in the month, in the order of Program::programmes()
  std::string policy_version;
  std::string parameter_version;
};

/// The input columns that `evaluate` will read for this month: fill these, leave out the rest.
Result<std::vector<Need>> needs(const Program& program, Month month, const Options& options = {});

/// Decides every programme in force. Same bytes at any number of threads.
/// Cost: one pass over the columns; about ten bytes written a decision.
Result<Decisions> evaluate(const Program& program, const Inputs& inputs, Month month, const Options& options = {});

/// One computed variable at one period, strict or under presumptions.
struct Wanted {
  int variable = 0;
  PeriodKey period;
  bool presumed = false;
};

/// Values of a wanted variable: every possible value lies in [low, high]; they are equal where it is known.
struct ValueColumn {
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  std::vector<Trouble> trouble;  ///< empty = none
};

Result<std::vector<Need>> needs(const Program& program, std::span<const Wanted> wanted, const Options& options = {});
Result<std::vector<ValueColumn>> compute(const Program& program, const Inputs& inputs, std::span<const Wanted> wanted,
                                         const Options& options = {});

}  // namespace songtan::policy
