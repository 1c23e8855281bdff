// The catalogue of shared data, made from the contracts: the items of 政务数据共享条例 第十三条 (name, items, provider,
// format, rhythm, sharing attribute, method, conditions, class and grade), a source a row.
#pragma once

#include <string>
#include <vector>

#include "ingest/contract.h"

namespace songtan::ingest {

/// For a spreadsheet: UTF-8 with a byte order mark, Chinese header, CRLF as RFC 4180 has it.
std::string catalogue_csv(const std::vector<Contract>& contracts);

/// {"format": 1, "sources": [{id, name, department, format, rhythm_days, sharing, method, conditions, grade, basis,
/// regions, population, period, items: [{name, type, sensitivity, required}]}]}
std::string catalogue_json(const std::vector<Contract>& contracts);

}  // namespace songtan::ingest
