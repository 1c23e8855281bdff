#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "policy/detail/check_expression.h"
#include "policy/detail/csv.h"

namespace songtan::policy::detail {
namespace {

// Says in which column of its table a cell stands.
template <typename T>
Result<T> in_column(Result<T> result, const Csv& csv, int column) {
  if (!result) result.error().column = csv.header[static_cast<std::size_t>(column)];
  return result;
}

/// Reads the declarations of parameters and scales; one object a pack.
class TableChecker {
 public:
  TableChecker(CheckState& state, const PackText& pack) : s_(state), pack_(pack) {}

  Result<void> declare(const ParameterDecl& decl);
  Result<void> fill(const ParameterDecl& decl);
  Result<void> declare(const ScaleDecl& decl);
  Result<void> fill(const ScaleDecl& decl);
  Result<void> no_overlap(const Parameter& parameter, Place place) const;

 private:
  CheckState& s_;
  const PackText& pack_;

  struct Columns {
    std::vector<int> keys;
    int value = -1, from = -1, to = -1, document = -1, unconfirmed = -1;
  };

  Result<const PackFile*> file(const std::string& name, Place place) const;
  Result<Columns> columns(const Csv& csv, const std::vector<std::vector<std::string>>& keys,
                          std::vector<std::string> values, const std::string& file) const;
  Result<std::int64_t> cell_value(const std::string& text, const Type& type, const std::string& file, int line) const;
  Result<KeyCell> key_cell(const std::string& text, const Type& type, const std::string& file, int line);
  Result<DateRange> row_dates(const CsvRow& row, const Columns& columns, const DateRange& within,
                              const std::string& file) const;
  Result<std::int64_t> literal(ExprId id, const Type& type, Place place);
  Result<void> from_table(Parameter& parameter, const ParameterDecl& decl);
  Result<void> scale_table(Scale& scale, const ScaleDecl& decl);
  Result<void> multiply(const ParameterDecl& decl);
  Result<Type> key_type(const std::vector<std::string>& name, Place place) const;
  std::unexpected<Error> table_mistake(std::string code, const std::string& file, int line, Text message,
                                       Text mend) const {
    return fail(mistake(std::move(code), file, {0, line, 1}, std::move(message), std::move(mend)));
  }
};

Result<const PackFile*> TableChecker::file(const std::string& name, Place place) const {
  const std::string base = name.substr(name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1);
  const PackFile* found = nullptr;
  std::vector<std::string> known;
  for (const PackFile& each : pack_.files) {
    if (!each.name.ends_with(".csv")) continue;
    const std::string each_base =
        each.name.substr(each.name.rfind('/') == std::string::npos ? 0 : each.name.rfind('/') + 1);
    if (each.name == name) return &each;
    if (each_base == base) found = &each;
    known.push_back(each_base);
  }
  if (found != nullptr) return found;
  const std::string near = nearest_names(base, known);
  return s_.refuse("policy.table", place, {fmt::format("没有表 {}", name), fmt::format("there is no table {}", name)},
                   {near.empty() ? "把它放进 parameters/ 文件夹" : fmt::format("是不是 {}？", near),
                    near.empty() ? "put it into the folder parameters/" : fmt::format("did you mean {}?", near)});
}

Result<TableChecker::Columns> TableChecker::columns(const Csv& csv, const std::vector<std::vector<std::string>>& keys,
                                                    std::vector<std::string> values, const std::string& file) const {
  const auto find = [&](std::string_view name) {
    for (std::size_t i = 0; i < csv.header.size(); ++i) {
      if (csv.header[i] == name || canonical(csv.header[i]) == name) return static_cast<int>(i);
    }
    return -1;
  };
  Columns out;
  for (const auto& key : keys) {
    const int at = find(key.back());
    if (at < 0) {
      return table_mistake(
          "table.key", file, 1,
          {fmt::format("表里没有键列“{}”", key.back()), fmt::format("the table has no key column '{}'", key.back())},
          {fmt::format("加上列“{}”，或改正 按 …", key.back()),
           fmt::format("add the column '{}', or correct 'by …'", key.back())});
    }
    out.keys.push_back(at);
  }
  for (const std::string& value : values) {
    if (out.value < 0) out.value = find(value);
  }
  if (out.value < 0) {
    return table_mistake("table.value", file, 1,
                         {fmt::format("表里没有值列（{}）", fmt::join(values, "、")),
                          fmt::format("the table has no value column ({})", fmt::join(values, ", "))},
                         {"加上列“值”", "add a column 'value'"});
  }
  out.from = find("自");
  out.to = find("至");
  out.document = find("文号");
  out.unconfirmed = find("待核");
  return out;
}

Result<std::int64_t> TableChecker::cell_value(const std::string& text, const Type& type, const std::string& file,
                                              int line) const {
  const auto bad = [&](std::string zh, std::string en) {
    return table_mistake("table.cell", file, line,
                         {fmt::format("“{}”不是{}", text, zh), fmt::format("'{}' is not {}", text, en)},
                         {"改正这一格", "correct the cell"});
  };
  if (type.kind == ValueKind::boolean) {
    const std::string_view word = canonical(text);
    if (word == "是" || word == "否") return word == "是" ? 1 : 0;
    return bad("是或否", "true or false");
  }
  if (type.kind == ValueKind::date) {
    const auto day = PeriodKey::parse(text);
    if (!day) return bad("日期", "a date");
    return day->first().days;
  }
  if (type.kind == ValueKind::enumeration) {
    Enumeration& list = s_.law.enums[static_cast<std::size_t>(type.enumeration)];
    if (!list.open && !list.codes.contains(text))
      return bad(fmt::format("枚举 {} 的词（{}）", list.name, fmt::join(list.words, "、")),
                 fmt::format("a word of {} ({})", list.name, fmt::join(list.words, ", ")));
    return list.intern(text);
  }
  std::string digits = text;
  int percent = 0;
  if (digits.ends_with('%')) {
    digits.pop_back();
    percent = 2;
  }
  const auto decimal = decimal_of(digits);
  if (!decimal) return bad("数", "a number");
  if (decimal->scale + percent > type.scale)
    return bad(fmt::format("最多 {} 位小数的数（类型可写 小数 N）", type.scale),
               fmt::format("a number with at most {} decimals (the type may say 'decimals N')", type.scale));
  const Wide value = decimal->value * power_of_ten(type.scale - decimal->scale - percent);
  if (value > kLargestInput || value < -kLargestInput) return bad("能存下的数", "a number that fits");
  return static_cast<std::int64_t>(value);
}

// [20..40) [80..) (..18] and a plain number are bands of a number key.
Result<KeyCell> TableChecker::key_cell(const std::string& text, const Type& type, const std::string& file, int line) {
  KeyCell cell;
  if (text == "*") return cell;
  const bool ordered = type.kind == ValueKind::number || type.kind == ValueKind::date;
  if (!ordered || text.find("..") == std::string::npos) {
    TRY(cell.low, cell_value(text, type, file, line));
    cell.kind = KeyCell::Kind::exact;
    if (ordered) {
      cell.kind = KeyCell::Kind::band;
      cell.high = cell.low + 1;
    }
    return cell;
  }
  const std::size_t dots = text.find("..");
  const bool closed_left = text.front() == '[';
  const bool closed_right = text.back() == ']';
  if (text.size() < 4 || (!closed_left && text.front() != '(') || (!closed_right && text.back() != ')')) {
    return table_mistake("table.band", file, line,
                         {fmt::format("“{}”不是区间", text), fmt::format("'{}' is not a band", text)},
                         {"写成 [20..40)、[80..) 或 (..18]", "write [20..40), [80..) or (..18]"});
  }
  const std::string low{trimmed(std::string_view(text).substr(1, dots - 1))};
  const std::string high{trimmed(std::string_view(text).substr(dots + 2, text.size() - dots - 3))};
  cell.kind = KeyCell::Kind::band;
  cell.low = -kLargestStored;
  cell.high = kLargestStored;
  if (!low.empty()) {
    TRY(cell.low, cell_value(low, type, file, line));
    if (!closed_left) ++cell.low;
  }
  if (!high.empty()) {
    TRY(cell.high, cell_value(high, type, file, line));
    if (closed_right) ++cell.high;
  }
  if (cell.low >= cell.high)
    return table_mistake("table.band", file, line,
                         {fmt::format("区间“{}”是空的", text), fmt::format("the band '{}' is empty", text)},
                         {"改正两端", "correct its ends"});
  return cell;
}

Result<DateRange> TableChecker::row_dates(const CsvRow& row, const Columns& columns, const DateRange& within,
                                          const std::string& file) const {
  DateRange dates = within;
  for (const bool first : {true, false}) {
    const int at = first ? columns.from : columns.to;
    if (at < 0 || row.cells[static_cast<std::size_t>(at)].empty()) continue;
    const std::string& text = row.cells[static_cast<std::size_t>(at)];
    const auto period = PeriodKey::parse(text);
    if (!period)
      return table_mistake("table.date", file, row.line,
                           {fmt::format("“{}”不是日期", text), fmt::format("'{}' is not a date", text)},
                           {"写成 2026-07-01", "write 2026-07-01"});
    (first ? dates.from : dates.to) = first ? period->first() : period->last();
  }
  if (dates.from && dates.to && *dates.to < *dates.from)
    return table_mistake("table.date", file, row.line, {"“至”早于“自”", "'to' lies before 'from'"},
                         {"改正其中一个日期", "correct one of the dates"});
  return dates;
}

Result<Type> TableChecker::key_type(const std::vector<std::string>& name, Place place) const {
  for (const Variable& variable : s_.law.variables) {
    const bool entity_fits =
        name.size() == 1 || s_.law.entities[static_cast<std::size_t>(variable.info.entity)].info.name == name[0];
    if (entity_fits && variable.info.name == name.back()) return variable.type;
  }
  const std::string text = fmt::format("{}", fmt::join(name, "·"));
  return s_.refuse(
      "policy.key", place,
      {fmt::format("参数的键“{}”不是任何事实或变量", text), fmt::format("the key '{}' is no fact or variable", text)},
      {fmt::format("先声明 事实 家庭·{}: …，或写明键的类型：按 {}: …", name.back(), name.back()),
       fmt::format("declare it first: fact household·{}: …, or give the key's type: by {}: …", name.back(),
                   name.back())});
}

Result<void> TableChecker::declare(const ParameterDecl& decl) {
  if (decl.factor != kNoExpr) return {};
  TRY(const Type type, s_.type_of(decl.type));
  std::vector<ParameterKey> keys;
  for (std::size_t k = 0; k < decl.keys.size(); ++k) {
    Type each;
    if (decl.key_types[k]) {
      TRY(each, s_.type_of(*decl.key_types[k]));
    } else {
      TRY(each, key_type(decl.keys[k], decl.place));
    }
    keys.push_back({decl.keys[k], each});
  }
  const auto [at, fresh] = s_.parameter_index.emplace(decl.name, static_cast<int>(s_.law.parameters.size()));
  if (fresh) {
    s_.law.parameters.push_back({decl.name, type, std::move(keys), {}});
    return {};
  }
  const Parameter& known = s_.law.parameters[static_cast<std::size_t>(at->second)];
  if (known.keys.size() != keys.size() || known.type.scale != type.scale || !(known.type.unit == type.unit) ||
      known.type.kind != type.kind) {
    return s_.refuse("policy.parameter", decl.place,
                     {fmt::format("参数“{}”两次声明的类型或键不同", decl.name),
                      fmt::format("the parameter '{}' is declared twice with different types or keys", decl.name)},
                     {"改成相同的类型和键，或换个名称", "make them alike, or choose another name"});
  }
  return {};
}

Result<std::int64_t> TableChecker::literal(ExprId id, const Type& type, Place place) {
  ExpressionChecker expressions(s_);
  TRY(const int node, expressions.check(id, Context{}, &type));
  TRY(const int stored, expressions.store(node, type, nullptr, place));
  if (s_.law.node(stored).op != Op::constant) {
    return s_.refuse("policy.literal", place, {"这里只能写固定的值", "a fixed value is needed here"},
                     {"算出来的写成 变量", "write a variable for what is computed"});
  }
  const Wide value = s_.law.node(stored).value;
  if (value > kLargestInput || value < -kLargestInput)
    return s_.refuse("policy.number", place, {"数太大", "the number is too large"},
                     {"用更大的单位", "use a larger unit"});
  return static_cast<std::int64_t>(value);
}

Result<void> TableChecker::fill(const ParameterDecl& decl) {
  if (decl.factor != kNoExpr) return multiply(decl);
  Parameter& parameter = s_.law.parameters[static_cast<std::size_t>(s_.parameter_index.find(decl.name)->second)];
  if (!decl.table.empty()) return from_table(parameter, decl);
  if (decl.value == kNoExpr) {
    return s_.refuse(
        "policy.parameter", decl.place,
        {fmt::format("参数“{}”没有值", decl.name), fmt::format("the parameter '{}' has no value", decl.name)},
        {"写 = 值，或 取自 parameters/….csv", "write = value, or table parameters/….csv"});
  }
  if (!decl.keys.empty()) {
    return s_.refuse("policy.parameter", decl.place,
                     {fmt::format("按键取值的参数“{}”要取自表", decl.name),
                      fmt::format("the keyed parameter '{}' needs a table", decl.name)},
                     {"写 取自 parameters/….csv", "write table parameters/….csv"});
  }
  ParameterRow row;
  TRY(row.value, literal(decl.value, parameter.type, decl.place));
  row.dates = decl.dates;
  row.document = decl.article;
  row.unconfirmed = decl.unconfirmed;
  row.file = s_.law.file_names[static_cast<std::size_t>(decl.place.file)];
  row.line = decl.place.line;
  s_.law.parameters[static_cast<std::size_t>(s_.parameter_index.find(decl.name)->second)].rows.push_back(
      std::move(row));
  return {};
}

Result<void> TableChecker::from_table(Parameter& parameter, const ParameterDecl& decl) {
  TRY(const PackFile* source, file(decl.table, decl.place));
  TRY(const Csv csv, read_csv(source->text, source->name));
  TRY(const Columns at, columns(csv, decl.keys, {decl.name, "值"}, source->name));
  for (const CsvRow& row : csv.rows) {
    ParameterRow made;
    const std::string& text = row.cells[static_cast<std::size_t>(at.value)];
    if (text.empty()) continue;  // a shared table may lack this parameter's value in a row
    TRY(made.value, in_column(cell_value(text, parameter.type, source->name, row.line), csv, at.value));
    for (std::size_t k = 0; k < at.keys.size(); ++k) {
      TRY(const KeyCell cell, in_column(key_cell(row.cells[static_cast<std::size_t>(at.keys[k])],
                                                 parameter.keys[k].type, source->name, row.line),
                                        csv, at.keys[k]));
      made.keys.push_back(cell);
    }
    TRY(made.dates, row_dates(row, at, decl.dates, source->name));
    if (at.document >= 0) made.document = row.cells[static_cast<std::size_t>(at.document)];
    if (made.document.empty()) made.document = decl.article;
    made.unconfirmed =
        decl.unconfirmed || (at.unconfirmed >= 0 && !row.cells[static_cast<std::size_t>(at.unconfirmed)].empty() &&
                             canonical(row.cells[static_cast<std::size_t>(at.unconfirmed)]) != "否");
    made.file = source->name;
    made.line = row.line;
    parameter.rows.push_back(std::move(made));
  }
  return {};
}

// 情景: 参数 X × 1.10 自 D. Rows that reach over D are cut there.
Result<void> TableChecker::multiply(const ParameterDecl& decl) {
  const auto found = s_.parameter_index.find(decl.name);
  if (found == s_.parameter_index.end()) {
    return s_.refuse("policy.scenario", decl.place,
                     {fmt::format("没有参数“{}”", decl.name), fmt::format("there is no parameter '{}'", decl.name)},
                     {"改正名称", "correct the name"});
  }
  Type ratio;
  ratio.scale = 6;
  TRY(const std::int64_t factor, literal(decl.factor, ratio, decl.place));
  std::vector<ParameterRow> rows;
  for (ParameterRow row : s_.law.parameters[static_cast<std::size_t>(found->second)].rows) {
    const Day from = decl.dates.from.value_or(row.dates.from.value_or(Day{-1'000'000}));
    if (row.dates.to && *row.dates.to < from) {
      rows.push_back(row);
      continue;
    }
    if (!row.dates.from || *row.dates.from < from) {
      if (decl.dates.from) {
        ParameterRow before = row;
        before.dates.to = from.plus(-1);
        rows.push_back(std::move(before));
        row.dates.from = from;
      }
    }
    const Wide product = Wide{row.value} * factor;
    const Wide half = product >= 0 ? 500'000 : -500'000;
    row.value = static_cast<std::int64_t>((product + half) / 1'000'000);
    row.document = fmt::format("{} ×{}", row.document, fmt::join(s_.expr(decl.factor).words, ""));
    rows.push_back(std::move(row));
  }
  s_.law.parameters[static_cast<std::size_t>(found->second)].rows = std::move(rows);
  return {};
}

bool dates_meet(const DateRange& a, const DateRange& b) {
  return (!a.from || !b.to || *a.from <= *b.to) && (!b.from || !a.to || *b.from <= *a.to);
}

bool keys_meet(const ParameterRow& a, const ParameterRow& b) {
  for (std::size_t k = 0; k < a.keys.size(); ++k) {
    if (a.keys[k].kind != b.keys[k].kind) return false;  // a plain row goes before "*"
    if (a.keys[k].kind == KeyCell::Kind::exact && a.keys[k].low != b.keys[k].low) return false;
    if (a.keys[k].kind == KeyCell::Kind::band && (a.keys[k].high <= b.keys[k].low || b.keys[k].high <= a.keys[k].low))
      return false;
  }
  return true;
}

Result<void> TableChecker::no_overlap(const Parameter& parameter, Place place) const {
  std::map<std::vector<std::int64_t>, std::vector<const ParameterRow*>> by_exact;
  for (const ParameterRow& row : parameter.rows) {
    std::vector<std::int64_t> exact;
    for (const KeyCell& cell : row.keys) exact.push_back(cell.kind == KeyCell::Kind::exact ? cell.low : -2);
    auto& others = by_exact[exact];
    for (const ParameterRow* other : others) {
      if (!keys_meet(row, *other) || !dates_meet(row.dates, other->dates)) continue;
      Error error = mistake(
          "table.overlap", row.file, {0, row.line, 1},
          {fmt::format("参数“{}”的两行同时有效（另一行：{} 第 {} 行）", parameter.name, other->file, other->line),
           fmt::format("two rows of '{}' hold at once (the other: {} line {})", parameter.name, other->file,
                       other->line)},
          {"给先前的一行写“至”，或改正键", "give the earlier row a 'to', or correct the keys"});
      return fail(std::move(error));
    }
    others.push_back(&row);
  }
  (void)place;
  return {};
}

Result<void> TableChecker::declare(const ScaleDecl& decl) {
  TRY(const Type from, s_.type_of(decl.from_type));
  TRY(const Type to, s_.type_of(decl.to_type));
  if (from.kind != ValueKind::number || to.kind != ValueKind::number) {
    return s_.refuse("policy.scale", decl.place, {"级距的两边要是数", "both sides of a scale are numbers"},
                     {"例如 级距 税率: 元/月 到 倍", "for example scale rates: 元/month to 倍"});
  }
  const auto [at, fresh] = s_.scale_index.emplace(decl.name, static_cast<int>(s_.law.scales.size()));
  if (fresh) s_.law.scales.push_back({decl.name, from, to, {}});
  return {};
}

Result<void> TableChecker::fill(const ScaleDecl& decl) {
  Scale& scale = s_.law.scales[static_cast<std::size_t>(s_.scale_index.find(decl.name)->second)];
  if (!decl.table.empty()) {
    TRY_VOID(scale_table(scale, decl));
  } else {
    ScaleVersion version;
    version.dates = decl.dates;
    version.document = decl.article;
    version.unconfirmed = decl.unconfirmed;
    for (const auto& [from, rate] : decl.levels) {
      ScaleLevel level;
      ExpressionChecker expressions(s_);
      Type bare = scale.from;
      bare.unit = {};
      Type bare_to = scale.to;
      const bool unit_named = !s_.expr(from).unit.empty();
      TRY(level.from, literal(from, unit_named ? scale.from : bare, decl.place));
      TRY(level.rate, literal(rate, bare_to, decl.place));
      version.levels.push_back(level);
    }
    scale.versions.push_back(std::move(version));
  }
  for (ScaleVersion& version : scale.versions) {
    if (version.levels.empty()) {
      return s_.refuse(
          "policy.scale", decl.place,
          {fmt::format("级距“{}”一级也没有", decl.name), fmt::format("the scale '{}' has no level", decl.name)},
          {"在下面缩进写各级，例如 0: 2%，或写 取自 表",
           "write its levels indented below, for example 0: 2%, or name a table"});
    }
    if (!std::ranges::is_sorted(version.levels, {}, &ScaleLevel::from) ||
        std::ranges::adjacent_find(version.levels, {}, &ScaleLevel::from) != version.levels.end()) {
      return s_.refuse("policy.scale", decl.place,
                       {fmt::format("级距“{}”的起点要逐级升高", decl.name),
                        fmt::format("the thresholds of '{}' must rise", decl.name)},
                       {"按起点从小到大写，不要重复", "list them from low to high, each once"});
    }
  }
  for (std::size_t i = 0; i < scale.versions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (dates_meet(scale.versions[i].dates, scale.versions[j].dates))
        return s_.refuse("policy.versions", decl.place,
                         {fmt::format("级距“{}”的两个版本日期重叠", decl.name),
                          fmt::format("two versions of the scale '{}' overlap", decl.name)},
                         {"给先前的版本写“至”", "give the earlier version a 'to'"});
    }
  }
  return {};
}

Result<void> TableChecker::scale_table(Scale& scale, const ScaleDecl& decl) {
  TRY(const PackFile* source, file(decl.table, decl.place));
  TRY(const Csv csv, read_csv(source->text, source->name));
  TRY(const Columns at, columns(csv, {{"起"}}, {"率", "值"}, source->name));
  for (const CsvRow& row : csv.rows) {
    ScaleLevel level;
    TRY(level.from, cell_value(row.cells[static_cast<std::size_t>(at.keys[0])], scale.from, source->name, row.line));
    TRY(level.rate, cell_value(row.cells[static_cast<std::size_t>(at.value)], scale.to, source->name, row.line));
    TRY(const DateRange dates, row_dates(row, at, decl.dates, source->name));
    auto version = std::ranges::find_if(
        scale.versions, [&](const ScaleVersion& v) { return v.dates.from == dates.from && v.dates.to == dates.to; });
    if (version == scale.versions.end()) {
      scale.versions.push_back({dates,
                                {},
                                at.document >= 0 ? row.cells[static_cast<std::size_t>(at.document)] : decl.article,
                                decl.unconfirmed});
      version = scale.versions.end() - 1;
    }
    version->levels.push_back(level);
  }
  return {};
}

}  // namespace

void check_tables(CheckState& state, const Declarations& declarations, const PackText& pack) {
  TableChecker tables(state, pack);
  for (const ParameterDecl& decl : declarations.parameters) state.note(tables.declare(decl));
  for (const ScaleDecl& decl : declarations.scales) state.note(tables.declare(decl));
  for (const ParameterDecl& decl : declarations.parameters) {
    if (decl.factor != kNoExpr || state.parameter_index.contains(decl.name)) state.note(tables.fill(decl));
  }
  for (const ScaleDecl& decl : declarations.scales) {
    if (state.scale_index.contains(decl.name)) state.note(tables.fill(decl));
  }
  for (const Parameter& parameter : state.law.parameters) {
    state.note(tables.no_overlap(parameter, {}));
    state.note(check_completeness(state, parameter));
    state.note(check_gaps(parameter));
  }
}

}  // namespace songtan::policy::detail
