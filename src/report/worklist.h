// The worklist: the families to visit first, each with its reason. In: a published night. Out: rows in rank order.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "table/session.h"

namespace songtan::report {

struct WorklistRow {
  std::int64_t rank = 0;
  std::int64_t finding_id = 0;
  std::string finding_class;
  std::string disposition;
  std::string programme;
  std::int64_t subject = 0;
  std::int64_t family_id = 0;
  std::string name;    ///< the subject's (or reference person's) name; shown, never logged
  std::string region;  ///< 12 digits
  std::string cause;
  std::string certainty;
  std::int64_t amount_fen = 0;  ///< a month
  std::int64_t months = 0;
  std::string since;
  std::string reasons;  ///< bilingual JSON {"zh": …, "en": …}
  std::string collect;  ///< facts to collect, comma separated
  std::string state;
};

struct WorklistQuery {
  std::string region;     ///< prefix of 2–12 digits; empty: everywhere
  std::int64_t top = 50;  ///< rows at most
};

/// Rows of the night's findings that are not withdrawn. Outcome::usage if the region is not one of the night's.
Result<std::vector<WorklistRow>> worklist(table::Session& session, const std::filesystem::path& night,
                                          const WorklistQuery& query);

/// Writers of the list: for people (in one language), CSV (RFC 4180, UTF-8 with header), JSON.
std::string worklist_text(const std::vector<WorklistRow>& rows, std::string_view language);
std::string worklist_csv(const std::vector<WorklistRow>& rows, std::string_view language);
std::string worklist_json(const std::vector<WorklistRow>& rows);

}  // namespace songtan::report
