// Retention: what a data folder may no longer keep, and a record of what was used and disposed of. In: the pack's
// [retention] in days, a date, what stands in DATA. Out: a plan; applied, loads and nights gone and DATA/use_record.jsonl
// longer (政务数据共享条例 第二十七条、第二十九条). No personal value is in the record.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/result.h"

namespace songtan::night {

struct RetentionRequest {
  std::filesystem::path data;
  std::filesystem::path pack;
  Day date;
  std::string ended_source;  ///< its department has ended the sharing: all its loads go; empty: none
  bool apply = false;
};

enum class DisposalReason : std::uint8_t { too_old, sharing_ended };

struct Disposal {
  std::string kind;  ///< load | night
  std::string source;
  std::string id;
  Day day;  ///< of delivery, or the night's
  std::int64_t rows = 0;
  std::string sha256;
  std::vector<std::string> used_by;  ///< nights that read the load
  DisposalReason reason = DisposalReason::too_old;
};

struct RetentionReport {
  std::vector<Disposal> disposals;
  bool applied = false;
};

/// A load may go when it is older than its source's days and no longer speaks on the date; a night when it is older than
/// `nights_days` and is not the current one. The record is written and flushed before anything is taken away; repeating
/// the command after a kill finishes it and records nothing twice.
/// Errors: bad_data retention.days for a pack whose limits cannot be read; usage retention.source for an unknown source;
/// environment.
Result<RetentionReport> retain(const RetentionRequest& request);

std::string retention_text(const RetentionReport& report, std::string_view language);
std::string retention_json(const RetentionReport& report);

}  // namespace songtan::night
