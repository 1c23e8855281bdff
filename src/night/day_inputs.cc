#include "night/day_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/durable.h"
#include "base/hash.h"
#include "base/text.h"
#include "model/day_schemas.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

std::unexpected<Error> refused(const fs::path& file, std::string code, Text message, Text mend) {
  return fail(Error{.outcome = Outcome::bad_data,
                    .code = std::move(code),
                    .message = std::move(message),
                    .mend = std::move(mend),
                    .file = file.string()});
}

const Text kSeeSchema = {"字段见 docs/formats/day-inputs.md", "docs/formats/day-inputs.md has the columns"};

// What a row must be beyond its columns: SQL of rows that are wrong, and how to say it.
struct Rule {
  const char* schema;
  const char* code;
  const char* wrong;
  Text words;
};

const Rule kRules[] = {
    {"day.identity_decisions",
     "day.word",
     "kind IS NULL OR kind NOT IN ('same', 'not_same') OR record_l IS NULL OR record_r IS NULL OR decided_on IS NULL",
     {"kind 只能是 same 或 not_same，两条记录和决定日期都要有",
      "kind is same or not_same; both records and decided_on are needed"}},
    {"day.identity_decisions",
     "day.contradiction",
     "(least(record_l, record_r), greatest(record_l, record_r)) IN (SELECT (least(record_l, record_r), "
     "greatest(record_l, record_r)) FROM given GROUP BY ALL HAVING count(DISTINCT kind) > 1)",
     {"同一对记录既判为同一人又判为不同人", "one pair of records is decided both same and not same"}},
    {"day.confirmed_facts",
     "day.word",
     "person_id IS NULL OR fact IS NULL OR confirmed_on IS NULL OR (value IS NULL AND text IS NULL)",
     {"要有人、事实、值和核实日期", "a person, a fact, a value and confirmed_on are needed"}},
    {"day.outcomes",
     "day.word",
     "class IS NULL OR subject IS NULL OR outcome IS NULL OR decided_on IS NULL OR until IS NULL",
     {"要有类别、对象、结果、决定日期和有效期", "class, subject, outcome, decided_on and until are needed"}},
    {"day.grants",
     "day.word",
     "programme IS NULL OR subject IS NULL OR state IS NULL OR state NOT IN ('granted', 'ended') OR decided_on IS NULL "
     "OR (state = 'granted' AND (amount IS NULL OR valid_from IS NULL)) OR (state = 'ended' AND valid_to IS NULL)",
     {"state 只能是 granted（要有金额和起始日）或 ended（要有截止日），决定日期要有",
      "state is granted (with amount and valid_from) or ended (with valid_to); decided_on is needed"}},
    {"day.payments",
     "day.word",
     "programme IS NULL OR subject IS NULL OR month IS NULL OR amount IS NULL OR paid_on IS NULL",
     {"要有项目、对象、月份、金额和发放日期", "programme, subject, month, amount and paid_on are needed"}},
};

// The day on which a row came to be known.
std::string_view known_column(const model::TableSchema& schema) {
  if (schema.name == "day.confirmed_facts") return "confirmed_on";
  return schema.name == "day.payments" ? "paid_on" : "decided_on";
}

Result<void> check_names(const fs::path& folder) {
  std::error_code code;
  if (!fs::is_directory(folder, code)) {
    return fail(Outcome::usage, "day.absent",
                {"日间输入目录不存在：" + folder.string(), "there is no folder of day inputs: " + folder.string()},
                {"改正 --day-inputs", "correct --day-inputs"});
  }
  std::set<std::string> known;
  for (const model::TableSchema& schema : model::day_schemas()) known.insert(model::day_file(schema));
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") || known.contains(name)) continue;
    return refused(
        entry.path(), "day.file", {"日间输入里没有这种文件：" + name, "no day input is called " + name},
        {fmt::format("可用：{}", fmt::join(known, "、")), fmt::format("choose from {}", fmt::join(known, ", "))});
  }
  return {};
}

// given: the file's rows by its schema.
Result<void> read_given(table::Session& session, const fs::path& file, const model::TableSchema& schema) {
  const auto read = session.run(fmt::format("CREATE OR REPLACE TEMP TABLE given AS SELECT {} FROM {}",
                                            model::select_list(schema), table::parquet_list({file})));
  if (!read) {
    if (read.error().outcome == Outcome::interrupted) return std::unexpected<Error>(read.error());
    return refused(
        file, "day.columns",
        {"不是这种日间输入的 Parquet 文件，或缺少列", "it is no Parquet file of this day input, or lacks a column"},
        kSeeSchema);
  }
  for (const Rule& rule : kRules) {
    if (schema.name != rule.schema) continue;
    TRY(const std::int64_t wrong, session.integer(fmt::format("SELECT count(*) FROM given WHERE {}", rule.wrong)));
    if (wrong == 0) continue;
    return refused(file, rule.code,
                   {fmt::format("{} 行不合规：{}", wrong, rule.words.zh),
                    fmt::format("{} rows are out of form: {}", wrong, rule.words.en)},
                   kSeeSchema);
  }
  return {};
}

}  // namespace

std::vector<fs::path> DayInputs::files(const std::string& file) const {
  const bool has = std::any_of(tables.begin(), tables.end(), [&](const DayTable& table) { return table.file == file; });
  return has ? std::vector{folder / file} : std::vector<fs::path>();
}

Result<DayInputs> freeze_day_inputs(table::Session& session, const Workspace& workspace, const fs::path& folder,
                                    Day date) {
  TRY_VOID(check_names(folder));
  const fs::path home = workspace.data() / "day";
  const fs::path partial = home / ".part";
  std::error_code code;
  fs::remove_all(partial, code);
  TRY_VOID(make_private_folder(partial));
  DayInputs day;
  std::string listing;
  for (const model::TableSchema& schema : model::day_schemas()) {
    const std::string file = model::day_file(schema);
    if (!fs::exists(folder / file)) continue;
    TRY_VOID(read_given(session, folder / file, schema));
    TRY_VOID(session.write_parquet(fmt::format("SELECT DISTINCT * FROM given WHERE {} <= DATE '{}' ORDER BY ALL",
                                               known_column(schema), date.text()),
                                   partial / file));
    TRY(std::string digest, sha256_of_file(partial / file));
    listing += file + " " + digest + "\n";
    day.tables.push_back({file, std::move(digest)});
  }
  TRY_VOID(session.run("DROP TABLE IF EXISTS given"));
  if (day.tables.empty()) {
    fs::remove_all(partial, code);
    return day;
  }
  std::ranges::sort(day.tables, {}, &DayTable::file);
  day.folder = home / sha256_hex(listing).substr(0, 16);
  if (fs::exists(day.folder)) {
    fs::remove_all(partial, code);
  } else {
    TRY_VOID(put_in_place(partial, day.folder));
  }
  return day;
}

Result<StageCounts> name_as_tonight(table::Session& session, const DayInputs& day, const fs::path& link,
                                    const fs::path& out) {
  StageCounts counts;
  // An id that nobody bears tonight was merged, perhaps more than once; the last word of the log counts.
  TRY_VOID(
      session.run(fmt::format(R"(
CREATE OR REPLACE TABLE day_alive AS SELECT DISTINCT person_id FROM {records};
CREATE OR REPLACE TABLE day_merged AS SELECT other_person_id AS old, max_by(person_id, sequence) AS kept FROM {log} WHERE kind = 'merged' AND other_person_id NOT IN (SELECT person_id FROM day_alive) GROUP BY ALL;
CREATE OR REPLACE TABLE day_name AS WITH RECURSIVE chain(old, kept) AS (SELECT old, kept FROM day_merged UNION SELECT c.old, m.kept FROM chain c JOIN day_merged m ON m.old = c.kept)
SELECT old, min(kept) AS now FROM chain WHERE kept IN (SELECT person_id FROM day_alive) GROUP BY old)",
                              fmt::arg("records", table::parquet_list({link / "person_records" / "part-0.parquet"})),
                              fmt::arg("log", table::parquet_list({link / "person_log" / "part-0.parquet"})))));
  for (const model::TableSchema& schema : model::day_schemas()) {
    const std::string file = model::day_file(schema);
    const auto frozen = day.files(file);
    if (frozen.empty() || schema.name == "day.identity_decisions") continue;
    const char* subject = schema.name == "day.confirmed_facts" ? "person_id" : "subject";
    TRY(counts[file.substr(0, file.find('.'))],
        session.write_parquet(fmt::format("SELECT {0} FROM (SELECT d.* REPLACE (coalesce(n.now, d.{1}) AS {1}) FROM "
                                          "{2} d LEFT JOIN day_name n ON "
                                          "n.old = d.{1}) ORDER BY ALL",
                                          model::select_list(schema), subject, table::parquet_list(frozen)),
                              out / file));
  }
  return counts;
}

}  // namespace songtan::night
