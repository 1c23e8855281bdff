#include "synth/detail/register_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "synth/detail/delivered_rows.h"
#include "synth/detail/extract_session.h"

namespace songtan::synth::detail {
namespace {

// The SELECT's hidden columns, in the order in which they are asked for; the roles' persons follow.
constexpr std::int64_t kPart = 0;
constexpr std::int64_t kOffice = 1;
constexpr std::int64_t kKey = 2;
constexpr std::int64_t kFirstPerson = 3;

std::string_view sql_type(const ColumnForm& column) {
  switch (column.form) {
    case ValueForm::text: return "VARCHAR";
    case ValueForm::date_digits:
    case ValueForm::date_iso:
    case ValueForm::date_slash:
    case ValueForm::date_chinese:
    case ValueForm::month_digits:
    case ValueForm::month_iso: return "DATE";
    default: return "BIGINT";
  }
}

/// The form of a delta file: one column more, the last, which tells what happened to the row.
RegisterForm with_operation(RegisterForm form) {
  form.columns.push_back({.name = form.delta.column, .value = {}, .codes = {}});
  return form;
}

bool is_blank(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return std::holds_alternative<std::monostate>(cell) || (text != nullptr && text->empty());
}

}  // namespace

/// The files being written, their counts, and where each row of the register was last delivered.
struct RegisterRows::Files {
  const RegisterForm& form;
  std::filesystem::path folder;
  std::string prefix;  ///< <delivery>.<full|delta>
  std::unique_ptr<ExtractFile> file;
  DeliveredRows rows;
  std::vector<ExtractFileCount> counts;
  std::string part;

  Result<void> begin(std::string_view wanted) {
    if (!counts.empty() && part == wanted) return {};
    if (!counts.empty()) TRY_VOID(file->close());
    part = wanted;
    const std::string name = prefix + (part.empty() ? "" : "." + part) + "." + form.extension;
    counts.push_back({.source = form.source, .file = name});
    return file->open(folder / name);
  }

  /// Writes a row; with `operation`, which the delta's last column tells.
  Result<void> row(const std::vector<Cell>& cells, std::string_view operation) {
    ++counts.back().rows;
    for (std::size_t i = 0; i < cells.size(); ++i) file->cell(cells[i], form.columns[i]);
    if (!operation.empty()) file->cell(Cell{std::string(operation)}, form.columns.back());
    return file->end_row();
  }
};

RegisterRows::RegisterRows(const ExtractPlan& plan, const RegisterForm& form, const PeopleIndex& people,
                           const BadOffices& bad_offices)
    : plan_(plan),
      form_(form),
      people_(people),
      bad_offices_(bad_offices),
      rates_(plan.dirt, bad_offices.share_ppm),
      source_key_(hash64(form.source, plan.seed)),
      delivery_(plan.delivery_of(form)) {}

Result<std::string> RegisterRows::ordered_select(table::Session& session) {
  const std::string rows = with_parameters(form_.rows, plan_, delivery_);
  auto inspected = session.inspect(rows);
  if (!inspected) return in_section(inspected.error(), form_.source);
  if (inspected->size() != 1 || !inspected->front().is_select) {
    return fail(Outcome::bad_data, "synth.columns",
                {form_.source + "：rows 必须是一条 SELECT", form_.source + ": rows must be one SELECT"});
  }
  const std::set<std::string, std::less<>> names(inspected->front().column_names.begin(),
                                                 inspected->front().column_names.end());
  std::string select =
      fmt::format("SELECT {}, CAST(_office AS VARCHAR), CAST(_key AS BIGINT)",
                  names.contains("_part") ? "coalesce(CAST(_part AS VARCHAR), '') AS _part" : "'' AS _part");
  std::vector<std::string> wanted = {"_office", "_key"};
  for (std::size_t role = 0; role < form_.roles.size(); ++role) {
    wanted.push_back(form_.person_column(role));
    select += fmt::format(", CAST({} AS BIGINT)", wanted.back());
  }
  for (const ColumnForm& column : form_.columns) {
    wanted.push_back(column.value);
    select += fmt::format(", CAST(\"{}\" AS {})", column.value, sql_type(column));
  }
  for (const std::string& name : wanted) {
    if (names.contains(name)) continue;
    return fail(Outcome::bad_data, "synth.columns",
                {fmt::format("{}：rows 没有给出列 {}", form_.source, name),
                 fmt::format("{}: rows does not yield the column {}", form_.source, name)});
  }
  if (names.contains("_part") && !form_.delta.column.empty()) {
    return fail(
        Outcome::bad_data, "synth.columns",
        {form_.source + "：有 delta 的登记簿不能分 _part", form_.source + ": a register with delta has no _part"});
  }
  first_value_ = kFirstPerson + static_cast<std::int64_t>(form_.roles.size());
  return fmt::format("{} FROM ({}) ORDER BY _part, _office, scatter('row', _key), _key", select, rows);
}

Result<std::vector<ExtractFileCount>> RegisterRows::write(table::Session& session, table::Session& sink,
                                                          const ExtractFolders& folders) {
  TRY(const std::string select, ordered_select(session));
  TRY_VOID(make_folder(folders.out / "extracts" / form_.source));
  TRY(auto delivered, DeliveredRows::open(form_, folders, sink));
  const RegisterForm shown = delivered.is_delta() ? with_operation(form_) : form_;
  Files files{shown,
              folders.out / "extracts" / form_.source,
              delivery_.text() + (delivered.is_delta() ? ".delta" : ".full"),
              make_extract_file(shown, sink),
              std::move(delivered),
              {},
              {}};
  // Through a table: text that is streamed from a sort which spills was seen to be gone when it was read.
  auto sorted = session.run(fmt::format("CREATE OR REPLACE TEMP TABLE sorted_rows AS {}", select));
  if (!sorted) return in_section(sorted.error(), form_.source);
  auto rows = session.stream("FROM sorted_rows");
  if (!rows) return in_section(rows.error(), form_.source);
  for (;;) {
    auto more = rows->next();
    if (!more) return in_section(more.error(), form_.source);
    if (!*more) break;
    TRY_VOID(write_chunk(rows->chunk(), files));
  }
  for (const std::vector<Cell>& cells : files.rows.gone()) {
    TRY_VOID(files.begin(""));
    TRY_VOID(files.row(cells, form_.delta.deleted));
  }
  if (files.counts.empty()) TRY_VOID(files.begin(""));  // nobody: a file with its header all the same
  TRY_VOID(files.file->close());
  for (ExtractFileCount& count : files.counts) count.mentions = files.rows.mentions_in(count.file);
  TRY_VOID(files.rows.finish(folders));
  return files.counts;
}

Result<std::vector<Cell>> RegisterRows::soiled_cells(const table::Chunk& chunk, std::int64_t row) const {
  const std::int64_t key = chunk.bigints(kKey)[static_cast<std::size_t>(row)];
  const bool bad = bad_offices_.offices.contains(chunk.text(kOffice, row));
  const RowDirt dirt(rates_, mix64(source_key_, static_cast<std::uint64_t>(key)), bad);
  std::vector<Cell> cells;
  cells.reserve(form_.columns.size());
  for (std::size_t i = 0; i < form_.columns.size(); ++i) {
    const ColumnForm& column = form_.columns[i];
    TRY(Cell cell, cell_of(chunk, row, i));
    const std::int64_t person = kFirstPerson + column.role;
    if (column.dirt != DirtClass::none && !is_blank(cell) && !chunk.is_null(person, row))
      soil(cell, column, dirt, chunk.bigints(person)[static_cast<std::size_t>(row)]);
    cells.push_back(std::move(cell));
  }
  return cells;
}

Result<void> RegisterRows::write_chunk(const table::Chunk& chunk, Files& files) {
  for (std::int64_t row = 0; row < chunk.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    TRY(const std::vector<Cell> cells, soiled_cells(chunk, row));
    const std::string_view part = chunk.text(kPart, row);
    const DeliveredRows::Change change = files.rows.change_of(chunk.bigints(kKey)[at], cells);
    if (change != DeliveredRows::Change::none) {
      const std::string_view operation = !files.rows.is_delta()                      ? std::string_view{}
                                         : change == DeliveredRows::Change::inserted ? form_.delta.inserted
                                                                                     : form_.delta.updated;
      TRY_VOID(files.begin(part));
      TRY_VOID(files.row(cells, operation));
      files.rows.put(files.counts.back().file, files.counts.back().rows);
    }
    for (std::size_t role = 0; role < form_.roles.size(); ++role) {
      const std::int64_t column = kFirstPerson + static_cast<std::int64_t>(role);
      if (!chunk.is_null(column, row)) files.rows.mention(form_.roles[role], chunk.bigints(column)[at]);
    }
  }
  return {};
}

Result<Cell> RegisterRows::cell_of(const table::Chunk& chunk, std::int64_t row, std::size_t column) const {
  const ColumnForm& form = form_.columns[column];
  const std::int64_t position = first_value_ + static_cast<std::int64_t>(column);
  if (chunk.is_null(position, row)) return Cell{};
  const std::string_view type = sql_type(form);
  if (type == "DATE") return Cell{chunk.days(position)[static_cast<std::size_t>(row)]};
  if (type == "BIGINT") return Cell{chunk.bigints(position)[static_cast<std::size_t>(row)]};
  const std::string_view text = chunk.text(position, row);
  if (form.codes.empty()) return Cell{std::string(text)};
  const auto code = form.codes.find(std::string(text));
  if (code != form.codes.end()) return Cell{code->second};
  return fail(Outcome::bad_data, "synth.codes",
              {fmt::format("{}：列 {} 的 codes 没有词 {}", form_.source, form.name, text),
               fmt::format("{}: column {} has no code for the word {}", form_.source, form.name, text)},
              {"请在 codes 中补上", "add it to codes"});
}

void RegisterRows::soil(Cell& cell, const ColumnForm& column, const RowDirt& dirt, std::int64_t person) const {
  const int role = column.role;
  const auto hits = [&](ErrorKind kind) { return dirt.hits(kind, role); };
  switch (column.dirt) {
    case DirtClass::none: return;
    case DirtClass::number: cell = soiled_number(std::get<std::string>(cell), role, dirt, person); return;
    case DirtClass::name: cell = soiled_name(std::get<std::string>(cell), role, dirt); return;
    case DirtClass::birth:
      if (hits(ErrorKind::birth_default))
        cell = Day::from_civil(std::get<Day>(cell).year(), 1, 1);
      else if (hits(ErrorKind::birth_lunar))
        cell = lunar_read_as_solar(std::get<Day>(cell));
      return;
    case DirtClass::address:
      if (hits(ErrorKind::address_missing))
        cell = std::string();
      else if (hits(ErrorKind::address_variant))
        cell = plan_.variants.address(std::get<std::string>(cell), dirt.manner(ErrorKind::address_variant, role));
      return;
    case DirtClass::phone:
      if (hits(ErrorKind::phone_missing))
        cell = std::string();
      else if (hits(ErrorKind::phone_other))
        cell = mistyped_phone(std::get<std::string>(cell), dirt.manner(ErrorKind::phone_other, role));
      return;
    case DirtClass::age:
      if (hits(ErrorKind::age_shifted)) {
        RandomStream manner = dirt.manner(ErrorKind::age_shifted, role);
        const auto shift = static_cast<std::int64_t>(manner.below(7)) - 3;
        cell = std::max<std::int64_t>(0, std::get<std::int64_t>(cell) + (shift == 0 ? 1 : shift));
      }
      return;
  }
}

std::string RegisterRows::soiled_number(std::string number, int role, const RowDirt& dirt, std::int64_t person) const {
  const auto subject = static_cast<std::uint64_t>(person);
  if (plan_.dirt.second_number_ppm > 0 &&
      RandomStream(plan_.seed, subject, 2).chance_ppm(static_cast<std::uint64_t>(plan_.dirt.second_number_ppm)) &&
      RandomStream(source_key_, subject).below(2) == 0) {
    if (std::string second = people_.second_number(person); !second.empty()) number = second;
  }
  if (dirt.hits(ErrorKind::number_missing, role)) return {};
  if (dirt.hits(ErrorKind::number_invalid, role))
    return mistyped_number(number, dirt.manner(ErrorKind::number_invalid, role));
  if (dirt.hits(ErrorKind::number_of_other, role)) {
    const std::string_view other = people_.number_of_other(person, dirt.manner(ErrorKind::number_of_other, role));
    return other.empty() ? number : std::string(other);
  }
  if (dirt.hits(ErrorKind::number_of_guardian, role)) {
    const std::string_view guardian = people_.number_of_guardian(person);
    if (!guardian.empty()) return std::string(guardian);
  }
  const bool has_old_card = number.size() == 18 && number.compare(6, 4, "1999") < 0;
  if (has_old_card && dirt.hits(ErrorKind::number_fifteen, role)) return fifteen_digit_form(number);
  return number;
}

std::string RegisterRows::soiled_name(std::string name, int role, const RowDirt& dirt) const {
  const Variants& variants = plan_.variants;
  if (dirt.hits(ErrorKind::name_transliterated, role))
    name = variants.transliterated(name, dirt.manner(ErrorKind::name_transliterated, role));
  if (variants.has_parts(name)) {
    if (dirt.hits(ErrorKind::name_cut, role)) return variants.cut(name, dirt.manner(ErrorKind::name_cut, role));
    if (dirt.hits(ErrorKind::name_separator, role))
      name = variants.separated(name, dirt.manner(ErrorKind::name_separator, role));
  }
  if (dirt.hits(ErrorKind::name_variant, role)) name = variants.name(name, dirt.manner(ErrorKind::name_variant, role));
  return name;
}

}  // namespace songtan::synth::detail
