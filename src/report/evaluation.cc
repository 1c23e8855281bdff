#include "report/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/text.h"

namespace songtan::report {
namespace {

using table::Chunk;
using table::Rows;
using table::Session;

std::int64_t ppm(std::int64_t part, std::int64_t whole) { return whole == 0 ? -1 : part * 1'000'000 / whole; }

/// Calls `visit` for every row of a query, in its order.
Result<void> each_row(Session& session, const std::string& sql,
                      const std::function<void(const Chunk&, std::int64_t)>& visit) {
  TRY(Rows rows, session.query(sql));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) visit(rows.chunk(), row);
  }
}

std::string files_of(const std::filesystem::path& folder) { return sql_literal((folder / "*.parquet").string()); }

Result<void> open_tables(Session& session, const EvaluationInputs& inputs) {
  for (const char* name : {"person_records", "families", "family_members", "decisions", "findings", "facts"}) {
    TRY_VOID(session.run(
        fmt::format("CREATE OR REPLACE VIEW n_{} AS FROM read_parquet({})", name, files_of(inputs.night / name))));
  }
  for (const char* name : {"records", "persons", "families", "faults", "entitlements"}) {
    const std::string file = sql_literal((inputs.truth / (std::string(name) + ".parquet")).string());
    TRY_VOID(session.run(fmt::format("CREATE OR REPLACE VIEW t_{} AS FROM read_parquet({})", name, file)));
  }
  return session.run(
      fmt::format("CREATE OR REPLACE VIEW n_identity AS SELECT source, file, row, role, number_state FROM {}",
                  table::parquet_list(inputs.identity_files)));
}

// Every delivered record with its true and its found person. A rejected record is linked to nobody: it stands alone
// (a negative id of its own), so it costs recall.
constexpr const char* kMatched = R"(
CREATE OR REPLACE TABLE matched AS
SELECT t.person_id AS true_id, coalesce(n.person_id, -row_number() OVER (ORDER BY t.source, t.file, t.row, t.role)) AS found_id,
       coalesce(i.number_state, 'missing') IN ('valid', 'fifteen') AS numbered
FROM t_records t
LEFT JOIN n_person_records n USING (source, file, row, role)
LEFT JOIN n_identity i USING (source, file, row, role))";

// A found person answers for the true person of whom it holds most records; a true person is the found one that
// answers for it with most records.
constexpr const char* kPersonMap = R"(
CREATE OR REPLACE TABLE person_map AS
WITH shared AS (SELECT true_id, found_id, count(*) AS records FROM matched WHERE found_id > 0 GROUP BY ALL),
     answers AS (SELECT found_id, arg_max(true_id, (records, -true_id)) AS true_id, max(records) AS records FROM shared GROUP BY found_id)
SELECT true_id, arg_max(found_id, (records, -found_id)) AS found_id FROM answers GROUP BY true_id)";

Result<PairFigures> pairs_where(Session& session, const std::string& condition) {
  const auto pairs_by = [&](const std::string& keys) {
    return session.integer(fmt::format(
        "SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM matched WHERE {} GROUP BY {})",
        condition, keys));
  };
  PairFigures figures;
  TRY(figures.true_pairs, pairs_by("true_id"));
  TRY(figures.found_pairs, pairs_by("found_id"));
  TRY(figures.right_pairs, pairs_by("true_id, found_id"));
  return figures;
}

Result<void> evaluate_linkage(Session& session, Evaluation& evaluation) {
  TRY(evaluation.all_pairs, pairs_where(session, "true"));
  TRY(const PairFigures numbered, pairs_where(session, "numbered"));
  evaluation.without_number = {evaluation.all_pairs.true_pairs - numbered.true_pairs,
                               evaluation.all_pairs.found_pairs - numbered.found_pairs,
                               evaluation.all_pairs.right_pairs - numbered.right_pairs};
  return {};
}

// A family is right when its members are exactly right: all of them mapped into one found family of the same size.
// Families of which no member has a record are unknown to every register and do not count.
constexpr const char* kFamilies = R"(
CREATE OR REPLACE TABLE family_seen AS
WITH told AS (SELECT DISTINCT true_id FROM matched),
     seen AS (SELECT f.family_id, count(*) AS size, count(m.found_id) AS mapped, min(g.family_id) AS low, max(g.family_id) AS high
              FROM t_families f
              LEFT JOIN person_map m ON m.true_id = f.person_id
              LEFT JOIN n_family_members g ON g.person_id = m.found_id
              GROUP BY f.family_id
              HAVING bool_or(f.person_id IN (SELECT true_id FROM told))),
     sizes AS (SELECT family_id, count(*) AS size FROM n_family_members GROUP BY family_id)
SELECT s.family_id, coalesce(s.mapped = s.size AND s.low = s.high AND z.size = s.size, false) AS is_right
FROM seen s LEFT JOIN sizes z ON z.family_id = s.low)";

// Both sides by true subject; a family's subject is its reference person, so persons and families map alike.
constexpr const char* kDecisionMap = R"(
CREATE OR REPLACE TABLE decided AS
SELECT d.programme, m.true_id AS subject, d.status, d.amount, d.family_id
FROM n_decisions d JOIN person_map m ON m.found_id = d.subject)";

constexpr const char* kDecisions = R"(
SELECT count(*), count(*) FILTER (WHERE d.status = e.status_lawful AND coalesce(d.amount, 0) = coalesce(e.amount_lawful, 0))
FROM t_entitlements e LEFT JOIN decided d USING (programme, subject)
WHERE e.status_lawful IS NOT NULL)";

// What is true against what is received (null: no roster says who receives it) makes a case, planted or not. `sign`: what the decision on what lawfully exists
// and was delivered shows of it. none: it says the contrary, so the evidence was not delivered. uncheckable: it hinges
// on a fact that no register holds and the pack's presumption points the other way.
constexpr const char* kCases = R"(
CREATE OR REPLACE TABLE cases AS
WITH wrong AS (
  SELECT *, CASE WHEN status_true = 'yes' AND NOT receiving THEN 'entitled_not_receiving'
                 WHEN status_true <> 'yes' AND receiving THEN 'receiving_not_entitled'
                 ELSE 'amount_differs' END AS class
  FROM t_entitlements
  WHERE (status_true = 'yes') <> receiving OR (status_true = 'yes' AND receiving AND amount_true <> amount_received)),
shown AS (
  SELECT *, CASE class WHEN 'entitled_not_receiving' THEN status_lawful = 'yes'
                       WHEN 'receiving_not_entitled' THEN status_lawful = 'no'
                       ELSE status_lawful = 'yes' AND coalesce(amount_lawful <> amount_received, false) END AS certain,
            status_lawful = 'to_verify' OR (class = 'amount_differs' AND status_lawful = 'yes' AND amount_lawful IS NULL) AS open,
            coalesce(CASE class WHEN 'entitled_not_receiving' THEN probable_lawful = 'yes'
                                WHEN 'receiving_not_entitled' THEN probable_lawful = 'no'
                                ELSE probable_lawful = 'yes' AND probable_amount_lawful <> amount_received END, false) AS probable
  FROM wrong)
SELECT class, programme, subject,
       CASE WHEN certain OR (open AND probable) THEN 'shown' WHEN open THEN 'uncheckable' ELSE 'none' END AS sign,
       NOT (certain OR (open AND probable)) AS undelivered
FROM shown)";

constexpr const char* kListed = R"(
CREATE OR REPLACE TABLE listed AS
SELECT f.finding_id, f.class, f.programme, f.certainty, f.rank, f.family_id, coalesce(m.true_id, -f.subject) AS subject,
       c.subject IS NOT NULL AS is_right, coalesce(c.undelivered, false) AS undelivered
FROM n_findings f
LEFT JOIN person_map m ON m.found_id = f.subject
LEFT JOIN cases c ON c.class = f.class AND c.programme = f.programme AND c.subject = m.true_id
WHERE f.state <> 'withdrawn')";

constexpr const char* kFindings = R"(
WITH kinds AS (SELECT class, programme FROM cases UNION SELECT class, programme FROM listed),
     certainties AS (SELECT unnest(['certain', 'probable']) AS certainty)
SELECT k.class, k.programme, c.certainty,
       (SELECT count(*) FROM cases x WHERE x.class = k.class AND x.programme = k.programme AND NOT x.undelivered),
       (SELECT count(*) FROM cases x WHERE x.class = k.class AND x.programme = k.programme AND x.undelivered),
       (SELECT count(*) FROM cases x WHERE x.class = k.class AND x.programme = k.programme AND x.sign = 'uncheckable'),
       (SELECT count(*) FROM listed x WHERE x.class = k.class AND x.programme = k.programme AND x.certainty = c.certainty),
       (SELECT count(*) FROM listed x WHERE x.class = k.class AND x.programme = k.programme AND x.certainty = c.certainty
                                        AND x.is_right),
       (SELECT count(*) FROM listed x WHERE x.class = k.class AND x.programme = k.programme AND x.certainty = c.certainty
                                        AND x.is_right AND NOT x.undelivered)
FROM kinds k CROSS JOIN certainties c
WHERE k.class NOT IN ('to_verify', 'early_warning', 'complex')
ORDER BY k.class, k.programme, c.certainty)";

Result<void> evaluate_findings(Session& session, Evaluation& evaluation) {
  return each_row(session, kFindings, [&](const Chunk& chunk, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    evaluation.findings.push_back({std::string(chunk.text(0, row)), std::string(chunk.text(1, row)),
                                   std::string(chunk.text(2, row)), chunk.bigints(3)[at], chunk.bigints(4)[at],
                                   chunk.bigints(5)[at], chunk.bigints(6)[at], chunk.bigints(7)[at],
                                   chunk.bigints(8)[at]});
  });
}

// Known income per head of every found family: what an order by income alone would go by.
constexpr const char* kIncomeOrder = R"(
CREATE OR REPLACE TABLE income_order AS
WITH income AS (SELECT m.family_id, sum(CASE WHEN f.used THEN f.value ELSE 0 END)::BIGINT AS income
                FROM n_family_members m LEFT JOIN n_facts f ON f.person_id = m.person_id AND f.kind = 'flow'
                GROUP BY m.family_id),
     sizes AS (SELECT family_id, count(*) AS size FROM n_family_members GROUP BY family_id)
SELECT family_id, row_number() OVER (ORDER BY coalesce(income, 0) // size, family_id) AS place
FROM sizes LEFT JOIN income USING (family_id))";

// The family (by found id) in which each delivered true case lives, for orders that visit families.
constexpr const char* kCaseFamilies = R"(
CREATE OR REPLACE TABLE case_families AS
SELECT c.class, c.programme, c.subject, g.family_id
FROM cases c
LEFT JOIN person_map m ON m.true_id = c.subject
LEFT JOIN n_family_members g ON g.person_id = m.found_id
WHERE NOT c.undelivered)";

Result<void> evaluate_list(Session& session, Evaluation& evaluation) {
  TRY_VOID(session.run(kIncomeOrder));
  TRY_VOID(session.run(kCaseFamilies));
  TRY(const std::int64_t cases, session.integer("SELECT count(*) FROM case_families"));
  TRY(const std::int64_t families, session.integer("SELECT count(*) FROM income_order"));
  for (const auto& [name, times] : {std::pair{"n", 1}, std::pair{"2n", 2}, std::pair{"5n", 5}}) {
    ListFigures figures{.name = name, .rows = cases * times};
    TRY(const std::int64_t found,
        session.integer(fmt::format("SELECT count(*) FROM listed WHERE is_right AND NOT undelivered AND rank <= {}",
                                    figures.rows)));
    TRY(const std::int64_t by_income,
        session.integer(fmt::format(
            "SELECT count(*) FROM case_families JOIN income_order USING (family_id) WHERE place <= {}", figures.rows)));
    figures.recall_ppm = ppm(found, cases);
    figures.by_income_ppm = ppm(by_income, cases);
    figures.random_ppm = families == 0 ? -1 : std::min<std::int64_t>(figures.rows * 1'000'000 / families, 1'000'000);
    evaluation.list.push_back(std::move(figures));
  }
  return {};
}

// A planted fault is found when the list names its subject for its programme.
constexpr const char* kFaults = R"(
WITH named AS (SELECT DISTINCT programme, subject FROM listed)
SELECT f.class, count(*), count(*) FILTER (WHERE n.subject IS NOT NULL),
       count(*) FILTER (WHERE n.subject IS NULL AND (NOT f.delivered OR f.undetectable_why IS NOT NULL)),
       coalesce(string_agg(DISTINCT f.undetectable_why, '; ' ORDER BY f.undetectable_why), '')
FROM t_faults f LEFT JOIN named n ON n.programme = f.programme AND n.subject = f.subject
GROUP BY f.class ORDER BY f.class)";

Result<void> evaluate_faults(Session& session, Evaluation& evaluation) {
  return each_row(session, kFaults, [&](const Chunk& chunk, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    evaluation.faults.push_back({std::string(chunk.text(0, row)), chunk.bigints(1)[at], chunk.bigints(2)[at],
                                 chunk.bigints(3)[at], std::string(chunk.text(4, row))});
  });
}

// Recall and false accusations by group of people: who is missed, and who is accused wrongly of receiving too much.
constexpr const char* kGroups = R"(
WITH people AS (
  SELECT person_id, unnest([struct_pack(by_what := 'sex', what := CASE sex WHEN 1 THEN 'male' ELSE 'female' END),
                            struct_pack(by_what := 'residence', what := residence_type),
                            struct_pack(by_what := 'area', what := CASE WHEN mostly_minority THEN 'minority' ELSE 'han' END),
                            struct_pack(by_what := 'ethnicity', what := CASE WHEN ethnicity = '汉族' THEN 'han' ELSE 'minority' END),
                            struct_pack(by_what := 'age', what := CASE WHEN birth > $as_of - INTERVAL 18 YEAR THEN '0-17'
                                                                       WHEN birth > $as_of - INTERVAL 60 YEAR THEN '18-59'
                                                                       WHEN birth > $as_of - INTERVAL 80 YEAR THEN '60-79' ELSE '80+' END)]) AS g
  FROM (SELECT *, 2 * count(*) FILTER (WHERE ethnicity <> '汉族') OVER (PARTITION BY county) > count(*) OVER (PARTITION BY county) AS mostly_minority
        FROM t_persons)),
 hit AS (SELECT DISTINCT class, programme, subject FROM listed WHERE is_right),
 -- Where a miss most likely comes from: the person was not put together, the family was not, or facts are wanting.
 why AS (SELECT p.person_id AS subject,
                CASE WHEN m.found_id IS NULL THEN 'person' WHEN NOT coalesce(s.is_right, true) THEN 'family' ELSE 'facts' END AS why
         FROM t_persons p LEFT JOIN person_map m ON m.true_id = p.person_id
         LEFT JOIN t_families f ON f.person_id = p.person_id LEFT JOIN family_seen s ON s.family_id = f.family_id)
SELECT g.by_what, g.what,
       count(*) FILTER (WHERE e.kind = 'case'), count(*) FILTER (WHERE e.kind = 'case' AND e.good),
       count(DISTINCT person_id), count(*) FILTER (WHERE e.kind = 'accused'), count(*) FILTER (WHERE e.kind = 'accused' AND NOT e.good),
       count(*) FILTER (WHERE NOT e.good AND e.why = 'person'), count(*) FILTER (WHERE NOT e.good AND e.why = 'family'),
       count(*) FILTER (WHERE NOT e.good AND e.why = 'facts')
FROM people p
LEFT JOIN (SELECT e.*, w.why FROM (
           SELECT 'case' AS kind, c.subject, h.subject IS NOT NULL AS good
           FROM cases c LEFT JOIN hit h USING (class, programme, subject) WHERE NOT c.undelivered
           UNION ALL
           SELECT 'accused', subject, is_right FROM listed
           WHERE class = 'receiving_not_entitled' AND certainty = 'certain') e JOIN why w USING (subject)) e ON e.subject = p.person_id
GROUP BY ALL ORDER BY 1, 2)";

// Of persons, families and facts, what most of a group's misses come from; empty if it has none.
std::string likely_of(const Chunk& chunk, std::size_t at) {
  constexpr std::array<const char*, 3> kLikely = {"person", "family", "facts"};
  std::size_t most = 0;
  for (std::size_t i = 1; i < kLikely.size(); ++i) {
    if (chunk.bigints(static_cast<std::int64_t>(7 + i))[at] > chunk.bigints(static_cast<std::int64_t>(7 + most))[at])
      most = i;
  }
  return chunk.bigints(static_cast<std::int64_t>(7 + most))[at] == 0 ? "" : kLikely[most];
}

Result<void> evaluate_groups(Session& session, Evaluation& evaluation) {
  TRY(const std::string as_of,
      session.text("SELECT coalesce(max(month) + INTERVAL 1 MONTH, DATE '1970-01-01')::DATE FROM t_entitlements"));
  std::string sql = kGroups;
  for (std::size_t at = sql.find("$as_of"); at != std::string::npos; at = sql.find("$as_of"))
    sql.replace(at, 6, "DATE '" + as_of + "'");
  return each_row(session, sql, [&](const Chunk& chunk, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    evaluation.groups.push_back({std::string(chunk.text(0, row)), std::string(chunk.text(1, row)), chunk.bigints(2)[at],
                                 chunk.bigints(3)[at], chunk.bigints(4)[at], chunk.bigints(5)[at], chunk.bigints(6)[at],
                                 likely_of(chunk, at)});
  });
}

Result<Share> share_of(Session& session, const std::string& sql) {
  TRY(Rows rows, session.query(sql));
  TRY(const bool found, rows.next());
  CHECK_PROMISE(found);
  return Share{rows.chunk().bigints(1)[0], rows.chunk().bigints(0)[0]};
}

}  // namespace

std::int64_t PairFigures::precision_ppm() const { return ppm(right_pairs, found_pairs); }
std::int64_t PairFigures::recall_ppm() const { return ppm(right_pairs, true_pairs); }
std::int64_t PairFigures::f1_ppm() const { return ppm(2 * right_pairs, true_pairs + found_pairs); }
std::int64_t Share::ppm() const { return report::ppm(right, total); }

std::vector<GroupGap> group_gaps(const Evaluation& evaluation) {
  constexpr std::int64_t kEnough = 200;
  constexpr std::int64_t kGap = 50'000;
  std::vector<GroupGap> gaps;
  for (const GroupFigures& group : evaluation.groups) {
    GroupFigures rest;
    for (const GroupFigures& other : evaluation.groups) {
      if (other.by != group.by || other.value == group.value) continue;
      rest.cases += other.cases;
      rest.found += other.found;
      rest.accusations += other.accusations;
      rest.false_accusations += other.false_accusations;
    }
    const std::int64_t recall = ppm(group.found, group.cases);
    const std::int64_t rest_recall = ppm(rest.found, rest.cases);
    if (group.cases >= kEnough && rest.cases > 0 && rest_recall - recall > kGap)
      gaps.push_back({group.by, group.value, "recall", recall, rest_recall, group.cases, group.likely});
    const std::int64_t wrong = ppm(group.false_accusations, group.accusations);
    const std::int64_t rest_wrong = ppm(rest.false_accusations, rest.accusations);
    if (group.accusations >= kEnough && rest.accusations > 0 && wrong - rest_wrong > kGap)
      gaps.push_back({group.by, group.value, "false_accusations", wrong, rest_wrong, group.accusations, group.likely});
  }
  return gaps;
}

Result<Evaluation> evaluate(Session& session, const EvaluationInputs& inputs) {
  Evaluation evaluation;
  TRY_VOID(open_tables(session, inputs));
  TRY_VOID(session.run(kMatched));
  TRY_VOID(session.run(kPersonMap));
  TRY_VOID(evaluate_linkage(session, evaluation));
  TRY_VOID(session.run(kFamilies));
  TRY(evaluation.families, share_of(session, "SELECT count(*), count(*) FILTER (WHERE is_right) FROM family_seen"));
  TRY_VOID(session.run(kDecisionMap));
  TRY(evaluation.decisions, share_of(session, kDecisions));
  TRY_VOID(session.run(kCases));
  TRY_VOID(session.run(kListed));
  TRY_VOID(evaluate_findings(session, evaluation));
  TRY_VOID(evaluate_list(session, evaluation));
  TRY_VOID(evaluate_faults(session, evaluation));
  TRY_VOID(evaluate_groups(session, evaluation));
  return evaluation;
}

}  // namespace songtan::report
