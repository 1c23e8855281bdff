#include "ingest/detail/file_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/hash.h"
#include "base/record_id.h"
#include "ingest/detail/csv_rows.h"
#include "ingest/detail/encoding.h"
#include "ingest/detail/load_folder.h"
#include "ingest/detail/parquet_rows.h"
#include "ingest/detail/postgres_copy.h"
#include "ingest/detail/refusal.h"
#include "ingest/detail/row_mapper.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kShaDigits = 12;
constexpr std::int64_t kFewRows = 10;        // below this only a majority of broken rows refuses a file
constexpr std::int64_t kBrokenPercent = 10;  // above this share of broken rows the delimiter or the quoting is wrong
constexpr std::int64_t kShiftedValues = 3;   // bad values before a column counts as shifted
constexpr std::int64_t kDriftedValues = 20;  // bad values before a single column counts as changed
constexpr std::int64_t kNewCodePercent = 1;  // of a column's values before an unknown code counts as new
constexpr std::size_t kSampledRows = 2'000;
constexpr std::int64_t kSampledBytes = std::int64_t{1} << 20;
constexpr std::int64_t kRowsBetweenLooks = 4'096;
constexpr std::string_view kTranscoded = "delivered.utf8";
constexpr std::string_view kSpooled = "copied.csv";

Result<std::string> read_range(const std::filesystem::path& file, std::int64_t offset, std::int64_t bytes) {
  std::string block(static_cast<std::size_t>(bytes), '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(offset);
  stream.read(block.data(), static_cast<std::streamsize>(bytes));
  if (stream.gcount() != bytes) return fail(environment_error(file, {"读取文件", "read the file"}));
  return block;
}

void reject_broken(RowMapper& mapper, std::int64_t number, const CsvRow& row, std::size_t wanted) {
  if (!row.balanced)
    mapper.reject(number, "quotes", ValueClass::unbalanced);
  else
    mapper.reject(number, "cell_count", row.cells.size() < wanted ? ValueClass::too_few : ValueClass::too_many);
}

// Typed cells betray a shift; free text fits anywhere.
bool is_typed(ColumnType type) { return type != ColumnType::text; }

}  // namespace

FileLineage FileLoad::lineage() const {
  return {load_.source, load_.file, load_.id, load_.delivery, file_key(load_.source, load_.file), load_.delta};
}

Result<bool> FileLoad::prepare(const std::vector<Load>& existing, const std::function<bool()>& stop) {
  const Contract& contract = *file_.contract;
  load_.source = contract.id;
  load_.file = file_.name;
  load_.part = file_.part;
  load_.delivery = file_.delivery;
  load_.delta = file_.delta;
  load_.contract_version = contract.version;
  load_.contract_digest = contract.digest;
  load_.rhythm_days = contract.rhythm_days;
  if (contract.format == FileFormat::postgresql) {
    TRY(const bool fetched, fetch_table(existing, stop));
    if (!fetched) return false;
  }
  const std::filesystem::path& delivered = spool_.empty() ? file_.path : spool_;
  std::error_code code;
  load_.bytes = static_cast<std::int64_t>(std::filesystem::file_size(delivered, code));
  TRY(load_.sha256, sha256_of_file(delivered));
  load_.id = fmt::format("{}.{}{}{}.{}", file_.delivery.text(), file_.delta ? "delta" : "full",
                         file_.part.empty() ? "" : ".", file_.part, load_.sha256.substr(0, kShaDigits));
  for (const Load& load : existing) {
    if (load.source != load_.source || load.file != load_.file) continue;
    if (load.id == load_.id && load.contract_digest == load_.contract_digest) {
      discard();
      load_ = load;
      return false;
    }
    // Under a changed contract the same bytes are mapped anew in the same place, and replace what their load replaced.
    const bool mapped_anew = load.id == load_.id;
    load_.replaces = mapped_anew ? load.replaces : load.id;
    load_.generation = load.generation + (mapped_anew ? 0 : 1);
  }
  folder_ = unfinished_folder(data_, load_.source, load_.id);
  TRY_VOID(begin_load(folder_));
  if (is_csv())
    TRY_VOID(prepare_csv(stop));
  else
    TRY_VOID(prepare_stream(stop));
  TRY_VOID(refuse_unnamed_delta());
  results_.resize(blocks_.size());
  blocks_left_ = blocks_.size();
  return true;
}

// A note is read once: the table moves on, and what it said on the day of the note is loaded. False if it is.
Result<bool> FileLoad::fetch_table(const std::vector<Load>& existing, const std::function<bool()>& stop) {
  const Contract& contract = *file_.contract;
  TRY(load_.note_sha256, sha256_of_file(file_.path));
  for (const Load& load : existing) {
    if (load.source != load_.source || load.file != load_.file || load.note_sha256 != load_.note_sha256) continue;
    if (load.contract_digest != load_.contract_digest) continue;
    load_ = load;
    return false;
  }
  TRY(const std::string connection, connection_of_note(file_.path, contract.id));
  PostgresTable wanted{.source = contract.id, .table = contract.table, .keys = {}};
  for (const int key : contract.keys) wanted.keys.push_back(contract.columns[static_cast<std::size_t>(key)].name);
  spool_folder_ = unfinished_folder(data_, load_.source, load_.file);
  TRY_VOID(begin_load(spool_folder_));
  spool_ = spool_folder_ / kSpooled;
  TRY_VOID(copy_postgres_table(file_.path, wanted, connection, spool_, stop));
  return true;
}

// The UTF-8 bytes to read: the file itself, or its twin in an unfinished folder.
Result<void> FileLoad::prepare_text(const std::function<bool()>& stop) {
  if (!spool_.empty()) {
    text_ = spool_;
    return {};
  }
  Encoding encoding = file_.contract->encoding;
  if (encoding == Encoding::detect) {
    TRY(encoding, detect_encoding(file_.path));
  }
  text_ = file_.path;
  if (encoding != Encoding::gb18030) return {};
  text_ = folder_ / kTranscoded;
  return transcode_gb18030(file_.path, text_, stop);
}

// Keys and the operation may be optional in fulls; a delta without them cannot say what it changes.
Result<void> FileLoad::refuse_unnamed_delta() const {
  const Contract& contract = *file_.contract;
  if (!load_.delta || contract.keys.empty()) return {};
  std::vector<int> columns = contract.keys;
  if (contract.operation >= 0) columns.push_back(contract.operation);
  for (const int column : columns) {
    if (header_.positions[static_cast<std::size_t>(column)] >= 0) continue;
    const std::string& name = contract.columns[static_cast<std::size_t>(column)].name;
    return fail(refusal(file_.path, "header.missing",
                        {"增量文件缺少列：" + name, "the delta lacks the column: " + name},
                        {"请部门在增量中带上主键列与操作列", "ask for deltas that carry the keys and the operation"}));
  }
  return {};
}

Result<void> FileLoad::refuse_broken(std::int64_t rows, std::int64_t broken, std::int64_t first_row,
                                     std::int64_t offset) const {
  const bool many = broken >= kFewRows && broken * 100 > rows * kBrokenPercent;
  if (!many && broken * 2 <= rows) return {};
  Error error = refusal(
      file_.path, "csv.cell_count",
      {fmt::format("{} 行中有 {} 行的列数或引号与表头不符", rows, broken),
       fmt::format("{} of {} rows do not have the header's cells", broken, rows)},
      {"检查分隔符与引号；请部门按 RFC 4180 重新导出", "check delimiter and quotes; ask for an export by RFC 4180"});
  if (file_.contract->format == FileFormat::json_lines) {
    error.code = "json.lines";
    error.message = {fmt::format("{} 行中有 {} 行不是平铺的 JSON 对象", rows, broken),
                     fmt::format("{} of {} lines are not flat JSON objects", broken, rows)};
    error.mend = {"每行一个对象，不嵌套，键不重复", "one object a line, nothing nested, no key twice"};
  }
  error.row = first_row;
  error.offset = text_ == file_.path ? offset : -1;
  return fail(std::move(error));
}

// What a reader of the transcoded twin says is said of the delivered file.
std::unexpected<Error> FileLoad::about_delivered(Error error) const {
  error.file = file_.path.string();
  return fail(std::move(error));
}

Result<void> FileLoad::prepare_csv(const std::function<bool()>& stop) {
  const Contract& contract = *file_.contract;
  TRY_VOID(prepare_text(stop));
  // COPY quotes line ends within cells and always ends the last row.
  const bool copied = !spool_.empty();
  const CsvShape shape = {contract.delimiter, is_multiline(), contract.needs_final_newline || copied};
  const CsvLimits limits = {limits_.row_bytes, limits_.header_cells, limits_.block_bytes, limits_.block_rows};
  auto scan = scan_csv(text_, shape, limits, stop);
  if (!scan) return about_delivered(std::move(scan).error());
  header_names_ = std::move(scan->header);
  blocks_ = std::move(scan->blocks);
  TRY(header_, match_header(contract, header_names_, file_.path, [&] { return sample(); }));
  TRY_VOID(refuse_broken(scan->rows, scan->broken_rows, scan->first_broken_row, scan->first_broken_offset));
  if (blocks_.empty()) blocks_.push_back({});  // a header alone is a delivery of nothing
  return {};
}

JsonLimits FileLoad::json_limits() const {
  return {limits_.row_bytes, limits_.header_cells, file_.contract->needs_final_newline};
}

XlsxLimits FileLoad::xlsx_limits() const {
  XlsxLimits limits;
  limits.row_bytes = limits_.row_bytes;
  limits.columns = limits_.header_cells;
  return limits;
}

// Formats that are read in one stream are one block, whose parts are cut on the way.
Result<void> FileLoad::prepare_stream(const std::function<bool()>& stop) {
  const FileFormat format = file_.contract->format;
  if (format == FileFormat::parquet || format == FileFormat::xlsx) {
    TRY(header_names_,
        format == FileFormat::parquet ? parquet_header(file_.path) : xlsx_header(file_.path, xlsx_limits()));
    TRY(header_, match_header(*file_.contract, header_names_, file_.path, [&] { return sample(); }));
  } else {
    TRY_VOID(prepare_text(stop));
    auto scan = scan_json_lines(text_, json_limits(), stop);
    if (!scan) return about_delivered(std::move(scan).error());
    TRY_VOID(refuse_broken(scan->rows, scan->broken_rows, scan->first_broken_row, -1));
    header_names_ = std::move(scan->keys);
    TRY(header_, match_header(*file_.contract, header_names_, file_.path, [&] { return sample(); }));
    header_.reordered = false;  // the keys of an object have no order
  }
  CsvBlock whole;
  whole.bytes = load_.bytes;
  blocks_ = {whole};
  return {};
}

Result<FileLoad::BlockResult> FileLoad::map_csv(const CsvBlock& block, table::Session& session,
                                                const std::function<bool()>& stop) const {
  TRY(RecordTables tables, RecordTables::open(session, *file_.contract, lineage()));
  RowMapper mapper(*file_.contract, header_, lineage(), tables);
  TRY(std::string bytes, read_range(text_, block.offset, block.bytes));
  CsvRows rows(std::move(bytes), file_.contract->delimiter, is_multiline());
  CsvRow row;
  std::int64_t number = block.first_row;
  for (; rows.next(row); ++number) {
    if (row.balanced && row.cells.size() == header_names_.size())
      mapper.map(number, row.cells);
    else
      reject_broken(mapper, number, row, header_names_.size());
    if (number % kRowsBetweenLooks == 0 && stop()) return fail(interruption());
  }
  CHECK_PROMISE(mapper.rows() == block.rows);
  BlockResult result;
  TRY_VOID(tables.flush(folder_, block.first_row, result.records));
  result.issues = mapper.issues();
  result.rows = mapper.rows();
  result.rejected = mapper.rejected();
  return result;
}

Result<void> FileLoad::read_stream(const RowSink& row) const {
  if (file_.contract->format == FileFormat::parquet) return read_parquet_rows(file_.path, header_names_, row);
  if (file_.contract->format == FileFormat::xlsx)
    return read_xlsx_rows(file_.path, header_names_.size(), xlsx_limits(), row);
  return read_json_lines(text_, header_names_, json_limits(), row);
}

Result<FileLoad::BlockResult> FileLoad::map_stream(table::Session& session, const std::function<bool()>& stop) const {
  TRY(RecordTables tables, RecordTables::open(session, *file_.contract, lineage()));
  RowMapper mapper(*file_.contract, header_, lineage(), tables);
  BlockResult result;
  const bool json = file_.contract->format == FileFormat::json_lines;
  const std::string_view rule = json ? "json" : "cell_count";
  const ValueClass why = json ? ValueClass::format : ValueClass::too_many;
  std::optional<Error> error;
  std::int64_t number = 0;
  std::int64_t first_row = 1;
  TRY_VOID(read_stream([&](std::span<const std::string_view> cells, bool readable) {
    ++number;
    if (readable)
      mapper.map(number, cells);
    else
      mapper.reject(number, rule, why);
    if (number % kRowsBetweenLooks == 0 && stop()) error = interruption();
    if (!error && number >= kMaximalRow) {
      error = refusal(file_.path, "file.rows", {"行数超过上限", "the file has too many rows"},
                      {"按地区拆成几个文件", "split it by region"});
    }
    if (!error && number + 1 - first_row >= limits_.block_rows) {
      auto flushed = tables.flush(folder_, first_row, result.records);
      if (flushed) flushed = tables.reopen();
      if (!flushed) error = flushed.error();
      first_row = number + 1;
    }
    return !error.has_value();
  }));
  if (error) return fail(std::move(*error));
  TRY_VOID(tables.flush(folder_, first_row, result.records));
  result.issues = mapper.issues();
  result.rows = mapper.rows();
  result.rejected = mapper.rejected();
  return result;
}

bool FileLoad::run_block(std::size_t block, table::Session& session, const std::function<bool()>& stop) {
  BlockResult& slot = results_[block];
  if (stop()) {
    slot.error = interruption();
  } else {
    auto result = is_csv() ? map_csv(blocks_[block], session, stop) : map_stream(session, stop);
    if (result)
      slot = std::move(*result);
    else
      slot.error = std::move(result).error();
  }
  return blocks_left_.fetch_sub(1) == 1;
}

Result<void> FileLoad::judge(const IssueLog& issues) const {
  const Contract& contract = *file_.contract;
  std::vector<std::size_t> shifted;
  std::int64_t first_row = 0;
  for (std::size_t i = 0; i < contract.columns.size(); ++i) {
    const ColumnCount& count = issues.counts()[i];
    if (!is_typed(contract.columns[i].type) || count.bad < kShiftedValues || count.bad * 2 <= count.filled) continue;
    shifted.push_back(i);
    first_row = first_row == 0 ? count.first_bad_row : std::min(first_row, count.first_bad_row);
  }
  if (shifted.size() >= 2) {
    std::string list;
    for (const std::size_t i : shifted) list += (list.empty() ? "" : ", ") + contract.columns[i].name;
    Error error = refusal(
        file_.path, "file.shifted",
        {"多列的值大半不合类型，列可能移位：" + list,
         "most values of several columns have the wrong type; the columns may be shifted: " + list},
        {"请部门核对表头与数据的对应后重新交付", "ask the department to align header and data, and deliver again"});
    error.column = contract.columns[shifted.front()].name;
    error.row = first_row;
    return fail(std::move(error));
  }
  if (!shifted.empty() && issues.counts()[shifted.front()].bad >= kDriftedValues)
    return judge_drift(issues, shifted.front());
  return judge_codes(issues);
}

Result<void> FileLoad::judge_drift(const IssueLog& issues, std::size_t column) const {
  const ContractColumn& wanted = file_.contract->columns[column];
  if (wanted.type == ColumnType::code) TRY_VOID(judge_codes(issues));
  Error error = refusal(
      file_.path, "file.drifted",
      {fmt::format("列 '{}' 的值大半不合契约，写法或代码可能变了", wanted.name),
       fmt::format("most values of column '{}' break the contract; its form or codes may have changed", wanted.name)},
      {"与部门确认；若是新的写法，在契约该列改 form、unit、codes 或 type",
       "ask the department; if the form is new, change form, unit, codes or type under that column"});
  error.column = wanted.name;
  error.row = issues.counts()[column].first_bad_row;
  error.proposal =
      proposal_for_form(*file_.contract, column, static_cast<std::size_t>(header_.positions[column]), sample());
  return fail(std::move(error));
}

// One code that comes again and again is no slip: the department's list has changed.
Result<void> FileLoad::judge_codes(const IssueLog& issues) const {
  std::vector<NewCode> codes;
  for (const auto& [key, count] : issues.unknown_codes()) {
    const auto& [list, column, code] = key;
    const std::int64_t filled = issues.counts()[static_cast<std::size_t>(column)].filled;
    if (count < kDriftedValues || count * 100 < filled * kNewCodePercent) continue;
    if (shown_word(code, 0) != code) continue;
    codes.push_back({list, file_.contract->columns[static_cast<std::size_t>(column)].name, code, count});
  }
  if (codes.empty()) return {};
  return fail(refusal_of_codes(*file_.contract, file_.path, codes));
}

// The first rows that have the header's cells; nothing if they cannot be read.
DeliveredSample FileLoad::sample() const {
  DeliveredSample sample{.delivery = load_.delivery, .rows = {}};
  const auto take = [&](std::span<const std::string_view> cells, bool readable) {
    if (readable && cells.size() == header_names_.size()) sample.rows.emplace_back(cells.begin(), cells.end());
    return sample.rows.size() < kSampledRows;
  };
  if (!is_csv()) {
    if (!read_stream(take)) sample.rows.clear();
    return sample;
  }
  if (blocks_.empty() || blocks_.front().bytes == 0) return sample;
  auto bytes = read_range(text_, blocks_.front().offset, std::min(blocks_.front().bytes, kSampledBytes));
  if (!bytes) return sample;
  bytes->resize(bytes->rfind('\n') == std::string::npos ? 0 : bytes->rfind('\n') + 1);
  CsvRows rows(std::move(*bytes), file_.contract->delimiter, is_multiline());
  CsvRow row;
  while (rows.next(row) && take(row.cells, row.balanced)) {
  }
  return sample;
}

Result<void> FileLoad::write_issues(table::Session& session, const IssueLog& issues) const {
  const model::TableSchema& schema = model::schema_of("issues");
  TRY_VOID(session.run("DROP TABLE IF EXISTS block_issues; " + model::create_table_sql(schema, "block_issues")));
  TRY(table::TableWriter writer, table::TableWriter::open(session, "block_issues"));
  const auto write = [&](std::int64_t row, std::string_view column, std::string_view rule, Fate fate, ValueClass why,
                         std::int64_t count) {
    writer.text(load_.id);
    writer.text(load_.source);
    writer.text(load_.file);
    writer.bigint(row);
    writer.text(column);
    writer.text(rule);
    writer.text(fate == Fate::reject ? "reject" : "warn");
    writer.text(word_of(why));
    writer.bigint(count);
    writer.end_row();
  };
  if (header_.reordered) write(0, "", "column_order", Fate::blank, ValueClass::none, 1);
  for (const IssueLog::Issue& issue : issues.sorted()) {
    const std::string_view column =
        issue.column < 0 ? std::string_view()
                         : std::string_view(file_.contract->columns[static_cast<std::size_t>(issue.column)].name);
    write(issue.row, column, issue.rule, issue.fate, issue.value_class, issue.count);
  }
  TRY_VOID(writer.finish());
  TRY_VOID(session.write_parquet("SELECT * FROM block_issues", folder_ / "issues.parquet"));
  return session.run("DROP TABLE block_issues");
}

Result<Load> FileLoad::finish(table::Session& session) {
  IssueLog issues(file_.contract->columns.size());
  for (BlockResult& result : results_) {
    if (result.error) return fail(std::move(*result.error));
    issues.append(*result.issues);
    load_.rows += result.rows;
    load_.rejected += result.rejected;
    for (const auto& [kind, rows] : result.records) load_.records[kind] += rows;
  }
  load_.accepted = load_.rows - load_.rejected;
  TRY_VOID(judge(issues));
  for (std::size_t i = 0; i < file_.contract->columns.size(); ++i) {
    load_.columns.push_back({file_.contract->columns[i].name, issues.counts()[i].filled, issues.counts()[i].bad});
  }
  TRY_VOID(write_issues(session, issues));
  std::error_code code;
  std::filesystem::remove(folder_ / kTranscoded, code);
  if (!spool_folder_.empty()) std::filesystem::remove_all(spool_folder_, code);
  TRY_VOID(finish_load(folder_, load_));
  return load_;
}

void FileLoad::discard() const {
  std::error_code code;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, code);
  if (!spool_folder_.empty()) std::filesystem::remove_all(spool_folder_, code);
}

}  // namespace songtan::ingest::detail
