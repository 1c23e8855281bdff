#include "ingest/detail/header.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ingest/detail/csv_scan.h"
#include "ingest/detail/refusal.h"
#include "ingest/detail/toml_reader.h"

namespace songtan::ingest::detail {
namespace {

class HeaderMatch {
 public:
  HeaderMatch(const Contract& contract, const std::vector<std::string>& delivered, const std::filesystem::path& file)
      : contract_(contract), file_(file) {
    for (const std::string& name : delivered) names_.push_back(normalised_text(name));
    if (delivered.size() == 1) only_name_ = delivered.front();
    column_of_.resize(names_.size(), -1);
    map_.positions.resize(contract.columns.size(), -1);
  }

  Result<HeaderMap> match(const SampleMaker& sample);

 private:
  std::unexpected<Error> refuse(std::string code, Text message, Text mend, std::size_t position = 0) const;
  void find_columns();
  Result<void> refuse_other_file() const;
  Result<void> refuse_doubles() const;
  Result<void> refuse_drift(const SampleMaker& sample) const;

  const Contract& contract_;
  std::filesystem::path file_;
  std::vector<std::string> names_;
  std::string only_name_;  // as delivered: another delimiter may stand in it
  std::vector<int> column_of_;
  HeaderMap map_;
};

std::unexpected<Error> HeaderMatch::refuse(std::string code, Text message, Text mend, std::size_t position) const {
  Error error = refusal(file_, std::move(code), std::move(message), std::move(mend));
  error.line = contract_.format == FileFormat::csv ? 1 : 0;
  if (position > 0) error.column = std::to_string(position);
  return fail(std::move(error));
}

void HeaderMatch::find_columns() {
  for (std::size_t position = 0; position < names_.size(); ++position) {
    for (std::size_t i = 0; i < contract_.columns.size(); ++i) {
      const ContractColumn& column = contract_.columns[i];
      const bool former = std::find(column.former_names.begin(), column.former_names.end(), names_[position]) !=
                          column.former_names.end();
      if (column.name != names_[position] && !former && normalised_text(column.name) != names_[position]) continue;
      column_of_[position] = static_cast<int>(i);
      if (map_.positions[i] < 0) map_.positions[i] = static_cast<int>(position);
    }
  }
}

// Wrong delimiter, wrong encoding, or a file without a header: few or none of the names are known.
Result<void> HeaderMatch::refuse_other_file() const {
  const auto known =
      static_cast<std::size_t>(std::count_if(column_of_.begin(), column_of_.end(), [](int c) { return c >= 0; }));
  const std::size_t wanted = contract_.columns.size();
  if (contract_.format == FileFormat::csv && names_.size() == 1 && known == 0) {
    for (const char delimiter : std::string_view(",;\t|")) {
      const std::size_t cells = cells_of_row(only_name_, delimiter).size();
      if (cells < 2 || cells * 2 < wanted) continue;
      const std::string word = delimiter == '\t' ? "\\t" : std::string(1, delimiter);
      return refuse("header.delimiter",
                    {fmt::format("分隔符像是 '{}'，不是契约所写", word),
                     fmt::format("the delimiter looks like '{}', not the contract's", word)},
                    {fmt::format("请部门按约定导出，或在 [files] 写 delimiter = \"{}\"", word),
                     fmt::format("ask for the agreed form, or write delimiter = \"{}\" in [files]", word)});
    }
  }
  if (known > 0 && known * 3 >= std::min(wanted, names_.size())) return {};
  return refuse(
      "header.absent",
      {fmt::format("第一行不像表头：{} 列中只认出 {} 列", names_.size(), known),
       fmt::format("the first row is not the header: {} of {} columns are known", known, names_.size())},
      {"检查文件是否放错来源、缺表头、分隔符或编码不同",
       "look whether the file lies under another source, lacks its header, or has another delimiter or encoding"});
}

Result<void> HeaderMatch::refuse_doubles() const {
  for (std::size_t position = 0; position < names_.size(); ++position) {
    const int column = column_of_[position];
    if (column >= 0 && map_.positions[static_cast<std::size_t>(column)] != static_cast<int>(position)) {
      const std::string& name = contract_.columns[static_cast<std::size_t>(column)].name;
      return refuse("header.duplicated",
                    {fmt::format("列 '{}' 出现两次", name), fmt::format("column '{}' appears twice", name)},
                    {"请部门去掉重复的列后重新交付", "ask for the file without the doubled column"}, position + 1);
    }
    if (names_[position].empty() && !contract_.ignores_extra_columns) {
      return refuse("header.empty_name",
                    {fmt::format("第 {} 列没有列名，列可能整体移位", position + 1),
                     fmt::format("column {} has no name; the columns may be shifted", position + 1)},
                    {"请部门核对表头与数据是否对齐后重新交付", "ask the department to align header and data"},
                    position + 1);
    }
  }
  return {};
}

Result<void> HeaderMatch::refuse_drift(const SampleMaker& sample) const {
  HeaderDrift drift{.names = names_, .column_of = column_of_, .missing = {}};
  const bool unknown = std::find(column_of_.begin(), column_of_.end(), -1) != column_of_.end();
  for (std::size_t i = 0; i < contract_.columns.size(); ++i) {
    if (map_.positions[i] < 0 && !contract_.columns[i].optional) drift.missing.push_back(i);
  }
  if (drift.missing.empty() && (!unknown || contract_.ignores_extra_columns)) return {};
  Error error = refusal_of_header(contract_, file_, drift, sample());
  error.line = contract_.format == FileFormat::csv ? 1 : 0;
  return fail(std::move(error));
}

Result<HeaderMap> HeaderMatch::match(const SampleMaker& sample) {
  find_columns();
  TRY_VOID(refuse_other_file());
  TRY_VOID(refuse_doubles());
  TRY_VOID(refuse_drift(sample));
  int last = -1;
  for (const int position : map_.positions) {
    map_.reordered = map_.reordered || (position >= 0 && position < last);
    last = std::max(last, position);
  }
  return std::move(map_);
}

}  // namespace

Result<HeaderMap> match_header(const Contract& contract, const std::vector<std::string>& delivered,
                               const std::filesystem::path& file, const SampleMaker& sample) {
  return HeaderMatch(contract, delivered, file).match(sample);
}

}  // namespace songtan::ingest::detail
