#include "report/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "base/toml_tree.h"

namespace songtan::report {
namespace {

constexpr std::array<std::string_view, 16> kKeys = {
    "rows_change_permille",     "rows_change_floor",       "words_change_permille",    "words_change_floor",
    "required_source_age_days", "overdue_percent",         "peers_delivered_permille", "absent_sources",
    "resent_row_days",          "resent_part_rows",        "reject_permille",          "link_rate_change_permille",
    "link_rate_change_floor",   "finding_change_permille", "finding_change_floor",     "first_night_findings_permille"};

std::unexpected<Error> refused(const std::filesystem::path& file, std::int64_t line, std::string code, Text message,
                               Text mend) {
  return fail(Error{.outcome = Outcome::bad_data,
                    .code = std::move(code),
                    .message = std::move(message),
                    .mend = std::move(mend),
                    .file = file.string(),
                    .line = line});
}

// One check: SQL that yields (subject, before, now) of what is beyond `limit`, and how to say it.
struct Check {
  std::string key;
  std::int64_t limit = 0;
  std::string sql;
  Text words;  ///< with {0} subject, {1} before, {2} now, {3} limit
};

Result<void> add_breaches(table::Session& session, const Check& check, std::vector<Breach>& breaches) {
  TRY(auto rows,
      session.query(fmt::format(
          "SELECT CAST(subject AS VARCHAR), CAST(before AS BIGINT), CAST(now AS BIGINT) FROM ({})", check.sql)));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) {
      const auto at = static_cast<std::size_t>(row);
      Breach breach{.check = check.key,
                    .subject = std::string(rows.chunk().text(0, row)),
                    .before = rows.chunk().bigints(1)[at],
                    .now = rows.chunk().bigints(2)[at],
                    .limit = check.limit,
                    .words = {}};
      const auto say = [&](const std::string& form) {
        return fmt::format(fmt::runtime(form), breach.subject, breach.before, breach.now, breach.limit);
      };
      breach.words = {say(check.words.zh), say(check.words.en)};
      breaches.push_back(std::move(breach));
    }
  }
}

// gate_now and gate_before hold the measures, gate_load and gate_load_before the loads, gate_source the contracts.
Result<void> lay_out(table::Session& session, const std::vector<GateSource>& sources, const GateNight& tonight,
                     const std::optional<GateNight>& last) {
  const auto view = [&](std::string_view name, const std::vector<std::filesystem::path>& files,
                        std::string_view where) {
    return session.run(fmt::format("CREATE OR REPLACE TABLE {} AS SELECT * FROM {} WHERE {}", name,
                                   table::parquet_list(files), where));
  };
  const GateNight& before = last ? *last : tonight;
  const std::string_view kept = last ? "true" : "false";
  TRY_VOID(view("gate_now", tonight.measures, "true"));
  TRY_VOID(view("gate_before", before.measures, kept));
  TRY_VOID(view("gate_load", tonight.loads, "true"));
  TRY_VOID(view("gate_load_before", before.loads, kept));
  std::string values;
  for (const GateSource& source : sources)
    values += fmt::format("{}({}, {}, {})", values.empty() ? "" : ", ", sql_literal(source.id), source.required,
                          source.rhythm_days);
  TRY_VOID(session.run("CREATE OR REPLACE TABLE gate_source(source VARCHAR, required BOOLEAN, rhythm BIGINT)"));
  if (!values.empty()) TRY_VOID(session.run("INSERT INTO gate_source VALUES " + values));
  return session.run(fmt::format(R"(
CREATE OR REPLACE TABLE gate_age AS
SELECT s.source, s.required, s.rhythm, n.newest, b.newest AS newest_before, date_diff('day', n.newest, DATE '{}') AS age,
       date_diff('day', b.newest, DATE '{}') AS age_before
FROM gate_source s LEFT JOIN (SELECT source, max(delivery) AS newest FROM gate_load GROUP BY source) n USING (source)
LEFT JOIN (SELECT source, max(delivery) AS newest FROM gate_load_before GROUP BY source) b USING (source))",
                                 tonight.date.text(), before.date.text()));
}

class Checks {
 public:
  explicit Checks(const GateLimits& limits) : limits_(limits) {}

  /// Adds a check whose SQL may name {limit} and {floor}, if the pack names its key.
  void add(const std::string& key, const std::string& floor_key, std::string_view sql, Text words) {
    const auto limit = limits_.of(key);
    if (!limit) return;
    const std::int64_t floor = floor_key.empty() ? 0 : limits_.floor_of(floor_key);
    list_.push_back({key, *limit, fmt::format(fmt::runtime(sql), fmt::arg("limit", *limit), fmt::arg("floor", floor)),
                     std::move(words)});
  }
  const std::vector<Check>& list() const { return list_; }

 private:
  const GateLimits& limits_;
  std::vector<Check> list_;
};

void add_volume_checks(Checks& checks) {
  checks.add("rows_change_permille", "rows_change_floor", R"(
SELECT concat_ws('/', source, nullif(part, '')) AS subject, b.count AS before, coalesce(n.count, 0) AS now
FROM (SELECT * FROM gate_before WHERE measure = 'rows') b LEFT JOIN (SELECT * FROM gate_now WHERE measure = 'rows') n USING (source, part)
WHERE abs(coalesce(n.count, 0) - b.count) * 1000 > b.count * {limit} AND abs(coalesce(n.count, 0) - b.count) >= {floor})",
             {"来源 {0} 的行数由 {1} 变为 {2}，超过 {3}‰",
              "the rows of {0} went from {1} to {2}, by more than {3} per mille"});
  // Total variation: the share of rows whose word is another one than the last night's shares let expect.
  checks.add("words_change_permille", "words_change_floor", R"(
WITH both_nights AS (
  SELECT source, part, measure, value, coalesce(b.count, 0) AS b, coalesce(n.count, 0) AS n
  FROM (SELECT * FROM gate_before WHERE measure LIKE '%.%') b FULL JOIN (SELECT * FROM gate_now WHERE measure LIKE '%.%') n USING (source, part, measure, value)),
     shares AS (SELECT *, sum(b) OVER w AS all_b, sum(n) OVER w AS all_n FROM both_nights WINDOW w AS (PARTITION BY source, part, measure)),
     moved AS (SELECT source, part, measure, sum(abs(b * all_n - n * all_b)) * 1000 // (2 * any_value(all_b) * any_value(all_n)) AS permille, any_value(all_n) AS rows
               FROM shares WHERE all_b > 0 AND all_n > 0 GROUP BY source, part, measure)
SELECT concat_ws('/', source, nullif(part, ''), measure) AS subject, 0 AS before, permille AS now FROM moved WHERE permille > {limit} AND permille * rows >= {floor} * 1000)",
             {"{0} 的代码分布变动 {2}‰，超过 {3}‰：代码是否错位？",
              "the codes of {0} moved by {2} per mille, more than {3}: did a column slip?"});
  checks.add(
      "reject_permille", "rows_change_floor", R"(
SELECT source || '/' || file AS subject, rejected AS before, rejected * 1000 // rows AS now FROM gate_load l ANTI JOIN gate_load_before b USING (source, load)
WHERE rejected * 1000 > rows * {limit} AND rejected >= {floor})",
      {"{0} 有 {1} 行被拒收，占 {2}‰，超过 {3}‰", "{1} rows of {0} were rejected, {2} per mille, more than {3}"});
}

void add_age_checks(Checks& checks) {
  checks.add("required_source_age_days", "", R"(
SELECT source AS subject, coalesce(age_before, 0) AS before, age AS now FROM gate_age WHERE required AND age > {limit} AND coalesce(age_before <= {limit}, true))",
             {"必需来源 {0} 的最近交付已过 {2} 天，超过 {3} 天",
              "the newest delivery of the required source {0} is {2} days old, more than {3}"});
  checks.add("overdue_percent", "", R"(
SELECT source AS subject, rhythm AS before, age AS now FROM gate_age
WHERE rhythm > 0 AND newest = newest_before AND age * 100 > rhythm * {limit} AND age_before * 100 <= rhythm * {limit})",
             {"来源 {0} 逾期：周期 {1} 天，最近交付已过 {2} 天",
              "{0} is overdue: its rhythm is {1} days, its newest delivery {2} days old"});
  checks.add("peers_delivered_permille", "", R"(
WITH peers AS (SELECT *, count(*) OVER w AS all_peers, count(*) FILTER (newest > newest_before) OVER w AS delivered
               FROM gate_age WHERE newest_before IS NOT NULL WINDOW w AS (PARTITION BY rhythm))
SELECT source AS subject, all_peers AS before, delivered AS now FROM peers
WHERE (newest IS NULL OR newest <= newest_before) AND all_peers >= 3 AND delivered * 1000 >= all_peers * {limit})",
             {"来源 {0} 没有新的交付，而同周期的 {1} 个来源中有 {2} 个已交付",
              "{0} delivered nothing new, while {2} of {1} sources of its rhythm did"});
  checks.add("absent_sources", "", R"(
SELECT source AS subject, 1 AS before, 0 AS now FROM gate_age WHERE newest IS NULL AND (newest_before IS NOT NULL OR NOT EXISTS (SELECT 1 FROM gate_load_before))
  AND (SELECT count(*) FROM gate_age WHERE newest IS NULL) > {limit})",
             {"来源 {0} 没有任何交付", "{0} has not delivered anything"});
}

void add_content_checks(Checks& checks) {
  // The more rows and the more days between, the less likely that nothing at all has changed.
  checks.add("resent_row_days", "", R"(
SELECT l.source || '/' || l.file AS subject, date_diff('day', o.delivery, l.delivery) AS before, l.rows AS now
FROM gate_load l ANTI JOIN gate_load_before b USING (source, load)
JOIN (SELECT source, sha256, max(delivery) AS delivery FROM gate_load_before GROUP BY ALL) o ON o.source = l.source AND o.sha256 = l.sha256
WHERE l.rows * date_diff('day', o.delivery, l.delivery) >= {limit} AND o.delivery < l.delivery
UNION ALL
SELECT source || '/' || value, days, count FROM (
  SELECT n.source, n.value, n.count, n.digest = b.digest AND n.count = b.count AS unchanged, date_diff('day', a.newest_before, a.newest) AS days,
         count(*) OVER w AS offices, count(*) FILTER (n.digest <> b.digest) OVER w AS changed
  FROM (SELECT source, value, sum(count) AS count, sum(digest) AS digest FROM gate_now WHERE measure = 'office' AND value <> '' GROUP BY ALL) n
  JOIN (SELECT source, value, sum(count) AS count, sum(digest) AS digest FROM gate_before WHERE measure = 'office' AND value <> '' GROUP BY ALL) b USING (source, value)
  JOIN gate_age a USING (source)
  WHERE n.count * date_diff('day', a.newest_before, a.newest) >= {limit} WINDOW w AS (PARTITION BY n.source))
WHERE unchanged AND changed * 2 > offices
  AND source IN (SELECT source FROM gate_load l ANTI JOIN gate_load_before b USING (source, load) WHERE kind = 'full'))",
             {"{0} 的 {2} 行与 {1} 天前的交付完全相同：是否重发了旧文件？",
              "{2} rows of {0} equal those delivered {1} days before: was an old file sent again?"});
  // One office's part is as it was, while the others of its source have changed.
  checks.add("resent_part_rows", "", R"(
WITH fresh AS (
  SELECT l.source, l.file, l.rows, o.delivery AS same_as, l.delivery, count(*) OVER w AS parts, count(o.delivery) OVER w AS unchanged
  FROM gate_load l ANTI JOIN gate_load_before b USING (source, load)
  LEFT JOIN (SELECT source, sha256, max(delivery) AS delivery FROM gate_load_before GROUP BY ALL) o ON o.source = l.source AND o.sha256 = l.sha256 AND o.delivery < l.delivery
  WHERE l.rows >= {limit} AND len(string_split(l.load, '.')) = 4 WINDOW w AS (PARTITION BY l.source))
SELECT source || '/' || file AS subject, date_diff('day', same_as, delivery) AS before, rows AS now FROM fresh
WHERE same_as IS NOT NULL AND parts > 1 AND unchanged = 1)",
             {"{0} 的 {2} 行与 {1} 天前的交付完全相同，而其他地方的都变了：是否重发了旧文件？",
              "{2} rows of {0} equal those delivered {1} days before, while all other parts changed: was an old file "
              "sent again?"});
  checks.add("link_rate_change_permille", "link_rate_change_floor", R"(
WITH rate AS (
  SELECT coalesce(source, '*') AS subject, sum(n) AS n, sum(n_linked) * 1000 // greatest(sum(n), 1) AS now, sum(b) AS b, sum(b_linked) * 1000 // greatest(sum(b), 1) AS before
  FROM (SELECT source, count AS n, CASE value WHEN 'linked' THEN count ELSE 0 END AS n_linked, 0 AS b, 0 AS b_linked FROM gate_now WHERE measure = 'records'
        UNION ALL SELECT source, 0, 0, count, CASE value WHEN 'linked' THEN count ELSE 0 END FROM gate_before WHERE measure = 'records')
  GROUP BY GROUPING SETS ((source), ()))
SELECT subject, before, now FROM rate WHERE b > 0 AND n > 0 AND abs(now - before) > {limit} AND abs(now - before) * n >= {floor} * 1000)",
             {"{0} 的关联率由 {1}‰ 变为 {2}‰，变动超过 {3}‰（* 为全部）",
              "the link rate of {0} went from {1} to {2} per mille, by more than {3} (* is all)"});
}

void add_finding_checks(Checks& checks, const GateNight& tonight, const std::optional<GateNight>& last) {
  const auto counted = [](const GateNight& night) {
    return fmt::format("(SELECT class, count(*) AS count FROM {} WHERE state <> 'withdrawn' GROUP BY class)",
                       table::parquet_list(night.findings));
  };
  if (last) {
    const std::string sql = fmt::format(
        "SELECT class AS subject, coalesce(b.count, 0) AS before, coalesce(n.count, 0) AS now FROM {} b FULL JOIN {} n "
        "USING (class) "
        "WHERE abs(coalesce(n.count, 0) - coalesce(b.count, 0)) * 1000 > coalesce(b.count, 0) * {{limit}} "
        "AND abs(coalesce(n.count, 0) - coalesce(b.count, 0)) >= {{floor}}",
        counted(*last), counted(tonight));
    checks.add("finding_change_permille", "finding_change_floor", sql,
               {"名单类别 {0} 由 {1} 条变为 {2} 条，变动超过 {3}‰",
                "findings of class {0} went from {1} to {2}, by more than {3} per mille"});
    return;
  }
  checks.add("first_night_findings_permille", "",
             fmt::format("SELECT class AS subject, (SELECT count(*) FROM {0}) AS before, count AS now FROM {1} WHERE "
                         "count * 1000 > {{limit}} * (SELECT count(*) FROM {0})",
                         table::parquet_list(tonight.persons), counted(tonight)),
             {"第一夜的名单类别 {0} 有 {2} 条，超过 {1} 人的 {3}‰",
              "the first night has {2} findings of class {0}, more than {3} per mille of {1} persons"});
}

}  // namespace

Result<GateLimits> GateLimits::read(const std::filesystem::path& pack) {
  const std::filesystem::path file = pack / "pack.toml";
  TRY(const TomlValue tree, read_toml_tree(file));
  GateLimits limits;
  const TomlValue* gate = tree.find("gate");
  if (gate == nullptr) return limits;
  for (const TomlField& field : gate->fields) {
    if (std::find(kKeys.begin(), kKeys.end(), field.key) == kKeys.end()) {
      return refused(
          file, field.value.line, "gate.key", {"[gate] 没有键 " + field.key, "[gate] has no key " + field.key},
          {fmt::format("可用：{}", fmt::join(kKeys, "、")), fmt::format("choose from {}", fmt::join(kKeys, ", "))});
    }
    if (field.value.kind != TomlValue::Kind::integer || field.value.integer < 0) {
      return refused(
          file, field.value.line, "gate.value",
          {"[gate] " + field.key + " 必须是非负整数", "[gate] " + field.key + " must be a whole number, not negative"},
          {"改正这个值，或删去这一行（不检查）", "correct the value, or take the line away (no check)"});
    }
    limits.limits_[field.key] = field.value.integer;
  }
  return limits;
}

std::optional<std::int64_t> GateLimits::of(const std::string& key) const {
  const auto found = limits_.find(key);
  return found == limits_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::vector<Breach>> judge(table::Session& session, const GateLimits& limits,
                                  const std::vector<GateSource>& sources, const GateNight& tonight,
                                  const std::optional<GateNight>& last) {
  TRY_VOID(lay_out(session, sources, tonight, last));
  Checks checks(limits);
  add_volume_checks(checks);
  add_age_checks(checks);
  add_content_checks(checks);
  add_finding_checks(checks, tonight, last);
  std::vector<Breach> breaches;
  for (const Check& check : checks.list()) TRY_VOID(add_breaches(session, check, breaches));
  std::sort(breaches.begin(), breaches.end(), [](const Breach& a, const Breach& b) {
    return std::tie(a.check, a.subject) < std::tie(b.check, b.subject);
  });
  return breaches;
}

}  // namespace songtan::report
