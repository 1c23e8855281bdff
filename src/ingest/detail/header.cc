#include "ingest/detail/header.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ingest/detail/csv_scan.h"
#include "ingest/detail/refusal.h"
#include "ingest/detail/toml_reader.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kLongestShownName = 60;  // bytes
constexpr std::size_t kMostShownNames = 8;

class HeaderMatch {
 public:
  HeaderMatch(const Contract& contract, const std::vector<std::string>& delivered, const std::filesystem::path& file)
      : contract_(contract), file_(file) {
    for (const std::string& name : delivered) names_.push_back(normalised_text(name));
    if (delivered.size() == 1) only_name_ = delivered.front();
    column_of_.resize(names_.size(), -1);
    map_.positions.resize(contract.columns.size(), -1);
  }

  Result<HeaderMap> match();

 private:
  std::unexpected<Error> refuse(std::string code, Text message, Text mend, std::size_t position = 0) const;
  void find_columns();
  Result<void> refuse_other_file() const;
  Result<void> refuse_doubles() const;
  Result<void> refuse_drift() const;
  std::string shown(std::size_t position) const;

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

// A header that is really a data row must not leak a person into an error, so only words that look like names are shown.
std::string HeaderMatch::shown(std::size_t position) const {
  const std::string& name = names_[position];
  const auto digits = std::count_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (name.size() > kLongestShownName || digits > 4) return fmt::format("#{}", position + 1);
  return name;
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

Result<void> HeaderMatch::refuse_drift() const {
  std::vector<std::size_t> unknown;
  for (std::size_t position = 0; position < names_.size(); ++position) {
    if (column_of_[position] < 0) unknown.push_back(position);
  }
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < contract_.columns.size(); ++i) {
    if (map_.positions[i] < 0 && !contract_.columns[i].optional) missing.push_back(i);
  }
  if (!missing.empty() && !unknown.empty()) {
    std::vector<std::string_view> candidates;
    for (const std::size_t position : unknown) candidates.emplace_back(names_[position]);
    const std::string& lost = contract_.columns[missing.front()].name;
    const std::string_view near = nearest_word(lost, candidates);
    std::size_t position = unknown.front();
    for (const std::size_t candidate : unknown) position = names_[candidate] == near ? candidate : position;
    return refuse(
        "header.renamed",
        {fmt::format("列 '{}' 不见了，而有新列 '{}'，可能改名", lost, shown(position)),
         fmt::format("column '{}' is gone and '{}' is new; it may be renamed", lost, shown(position))},
        {fmt::format("若确是改名，在契约该列写 former_names = [\"{}\"]；否则请部门按约定交付", shown(position)),
         fmt::format(
             "if it is the same column, write former_names = [\"{}\"] under it; else ask for the agreed columns",
             shown(position))},
        position + 1);
  }
  if (!missing.empty()) {
    std::string list;
    for (std::size_t i = 0; i < std::min(missing.size(), kMostShownNames); ++i)
      list += (i == 0 ? "" : ", ") + contract_.columns[missing[i]].name;
    return refuse("header.missing", {"缺少列：" + list, "columns are missing: " + list},
                  {"请部门按约定交付；若不再交付此列，在契约该列写 optional = true",
                   "ask for the agreed columns; if it is no longer delivered, write optional = true under it"});
  }
  if (unknown.empty() || contract_.ignores_extra_columns) return {};
  const std::size_t position = unknown.front();
  return refuse(
      "header.unknown",
      {fmt::format("契约没有列 '{}'", shown(position)),
       fmt::format("the contract has no column '{}'", shown(position))},
      {fmt::format(
           "若要采用，加 [[columns]] name = \"{}\" type = \"text\"；若不要，在 [files] 写 extra_columns = \"ignore\"",
           shown(position)),
       fmt::format("to adopt it add [[columns]] name = \"{}\" type = \"text\"; to leave it out write extra_columns = "
                   "\"ignore\" in [files]",
                   shown(position))},
      position + 1);
}

Result<HeaderMap> HeaderMatch::match() {
  find_columns();
  TRY_VOID(refuse_other_file());
  TRY_VOID(refuse_doubles());
  TRY_VOID(refuse_drift());
  int last = -1;
  for (const int position : map_.positions) {
    map_.reordered = map_.reordered || (position >= 0 && position < last);
    last = std::max(last, position);
  }
  return std::move(map_);
}

}  // namespace

Result<HeaderMap> match_header(const Contract& contract, const std::vector<std::string>& delivered,
                               const std::filesystem::path& file) {
  return HeaderMatch(contract, delivered, file).match();
}

}  // namespace songtan::ingest::detail
