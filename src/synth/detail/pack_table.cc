#include "synth/detail/pack_table.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "base/text.h"

namespace songtan::synth {
namespace {

std::unexpected<Error> bad_table(const std::string& file, std::int64_t line, Text message, Text mend) {
  return fail({.outcome = Outcome::bad_data,
               .code = "synth.pack_table",
               .message = std::move(message),
               .mend = std::move(mend),
               .file = file,
               .line = line});
}

bool parse_integer(std::string_view text, std::int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Result<PackTable> PackTable::read(const std::filesystem::path& file, const std::vector<std::string>& wanted) {
  PackTable table;
  table.file_ = file.string();
  std::ifstream input(file, std::ios::binary);
  if (!input) {
    return bad_table(table.file_, 0, {"合成人口的表打不开", "a table of the synthetic province cannot be opened"},
                     {"检查能力包是否完整", "check that the pack is complete"});
  }
  std::string line;
  for (std::int64_t number = 1; std::getline(input, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty() || line.front() == '#') continue;
    const auto cells = split(line, ',');
    if (table.header_.empty()) {
      table.header_.assign(cells.begin(), cells.end());
      table.width_ = cells.size();
      continue;
    }
    if (cells.size() != table.width_) {
      return bad_table(table.file_, number, {"列数与表头不同", "the row is not as wide as the header"},
                       {"补齐逗号", "mend the commas"});
    }
    table.cells_.insert(table.cells_.end(), cells.begin(), cells.end());
    table.lines_.push_back(number);
  }
  for (const auto& column : wanted) {
    if (std::find(table.header_.begin(), table.header_.end(), column) == table.header_.end()) {
      return bad_table(table.file_, 1, {"缺少列 " + column, "column " + column + " is missing"},
                       {"补上这一列", "add the column"});
    }
  }
  return table;
}

Result<void> PackTable::check_integers(const std::vector<std::string>& columns) const {
  for (const auto& column : columns) {
    for (std::size_t row = 0; row < rows(); ++row) {
      std::int64_t value = 0;
      if (parse_integer(text(row, column), value)) continue;
      return bad_table(file_, lines_[row],
                       {"列 " + column + " 不是整数", "column " + column + " is not a whole number"},
                       {"改成整数", "write a whole number"});
    }
  }
  return {};
}

std::string_view PackTable::text(std::size_t row, std::string_view column) const {
  return cells_[row * width_ + position(column)];
}

std::int64_t PackTable::integer(std::size_t row, std::string_view column) const {
  std::int64_t value = 0;
  CHECK_PROMISE(parse_integer(text(row, column), value));
  return value;
}

std::size_t PackTable::position(std::string_view column) const {
  const auto found = std::find(header_.begin(), header_.end(), column);
  CHECK_PROMISE(found != header_.end());
  return static_cast<std::size_t>(found - header_.begin());
}

}  // namespace songtan::synth
