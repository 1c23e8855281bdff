#include <fmt/format.h>

#include <algorithm>

#include "base/record_id.h"
#include "base/text.h"
#include "model/schema.h"
#include "synth/detail/continued_rosters.h"
#include "synth/detail/extract_session.h"
#include "synth/detail/world_views.h"
#include "synth/extracts.h"

namespace songtan::synth {
namespace {

using table::Session;

Result<void> create_case_tables(Session& session) {
  // One roster case: somebody, or a family under its head, is paid by one county. `ordinal` 1 is a second county.
  return session.run(
      "CREATE TABLE roster_case(programme VARCHAR, subject BIGINT, ordinal BIGINT, for_family BOOLEAN, head BIGINT, "
      "county VARCHAR, "
      "region VARCHAR, since DATE, until DATE, amount BIGINT, detail VARCHAR, account BIGINT);"
      "CREATE TABLE case_member(programme VARCHAR, subject BIGINT, ordinal BIGINT, person_id BIGINT);"
      "CREATE TABLE fault(class VARCHAR, programme VARCHAR, subject BIGINT, since DATE, amount BIGINT);"
      "CREATE TABLE application(programme VARCHAR, subject BIGINT, head BIGINT, state VARCHAR, since DATE);"
      // What candidates may ask: who is on the roster so far.
      "CREATE VIEW enrolled AS SELECT programme, subject, head, since, amount FROM roster_case WHERE ordinal = 0;");
}

/// SQL of whom the programme is due today: subject, amount (fen).
std::string entitled_select(const RosterProgramme& programme) {
  if (!programme.entitled.empty()) return programme.entitled;
  return fmt::format("SELECT subject, amount FROM decision WHERE programme = {} AND status = 'yes'",
                     sql_literal(programme.code));
}

Result<void> enrol_entitled(Session& session, const ExtractPlan& plan, const RosterProgramme& programme) {
  const std::string entitled = entitled_select(programme);
  const std::string months = detail::between_quantiles(programme.started_months, "u");
  const std::string sql = fmt::format(
      R"(
INSERT INTO roster_case BY NAME
SELECT {code} AS programme, subject, 0 AS ordinal, {for_family} AS for_family, head, county, hukou AS region,
       least(greatest(date_trunc('month', {as_of} - to_months(CAST({months} AS INTEGER)))::DATE, date_trunc('month', not_before)::DATE),
             date_trunc('month', {as_of})::DATE) AS since,
       amount, detail, head AS account
FROM (SELECT d.subject, p.person_id AS head, p.county, p.hukou, d.amount, draw('started', d.subject) AS u,
             CAST({not_before} AS DATE) AS not_before, CAST({detail} AS VARCHAR) AS detail
      FROM ({entitled}) d JOIN person p ON p.person_id = d.subject WHERE p.death IS NULL);
INSERT INTO case_member
SELECT programme, subject, 0, coalesce(m.person_id, c.head)
FROM (SELECT * FROM roster_case WHERE programme = {code}) c
LEFT JOIN (SELECT m.family_id, m.person_id FROM member m JOIN roster_case c ON c.programme = {code} AND m.family_id = c.subject WHERE {members}) m
  ON c.for_family AND m.family_id = c.subject)",
      fmt::arg("for_family", programme.for_families), fmt::arg("as_of", detail::sql_date(plan.as_of)),
      fmt::arg("members", programme.members), fmt::arg("months", months), fmt::arg("entitled", entitled),
      fmt::arg("not_before", programme.not_before), fmt::arg("detail", programme.detail),
      fmt::arg("code", sql_literal(programme.code)));
  auto enrolled = session.run(detail::with_parameters(sql, plan, plan.as_of));
  if (!enrolled) return detail::in_section(enrolled.error(), "faults.toml [[programmes]] " + programme.code);
  return {};
}

/// The SQL that carries a chosen fault out on the rosters; `chosen` holds subject, since, amount, person.
std::string action_sql(const Fault& fault, bool for_families) {
  const std::string code = sql_literal(fault.programme);
  const std::string of_chosen = fmt::format("programme = {} AND subject IN (SELECT subject FROM chosen)", code);
  switch (fault.action) {
    case FaultAction::enrol:
      return fmt::format(
          "INSERT INTO roster_case BY NAME SELECT {0} AS programme, c.subject, 0 AS ordinal, {1} AS for_family, "
          "c.subject AS head, p.county, "
          "p.hukou AS region, coalesce(c.started, date_trunc('month', c.since) - INTERVAL 1 YEAR)::DATE AS since, "
          "c.amount, "
          "(SELECT detail FROM roster_case WHERE programme = {0} GROUP BY detail ORDER BY count(*) DESC, detail LIMIT "
          "1) AS detail, c.subject AS account FROM chosen c "
          "JOIN person p ON p.person_id = c.subject;"
          "INSERT INTO case_member SELECT {0}, c.subject, 0, coalesce(m.person_id, c.subject) "
          "FROM chosen c LEFT JOIN member m ON {1} AND m.family_id = c.subject;",
          code, for_families);
    case FaultAction::withhold:
      return fmt::format("DELETE FROM roster_case WHERE {0}; DELETE FROM case_member WHERE {0};", of_chosen);
    case FaultAction::amount:
      return fmt::format(
          "UPDATE roster_case SET amount = c.amount FROM chosen c WHERE programme = {} AND roster_case.subject = "
          "c.subject;",
          code);
    case FaultAction::second_county:
      // The other county: the one of a person drawn for it, so that large counties are hit more often.
      return fmt::format(
          "INSERT INTO roster_case BY NAME SELECT programme, r.subject, 1 AS ordinal, for_family, head, o.county, "
          "o.hukou AS region, c.since, "
          "r.amount, detail, scatter('second account', head) AS account FROM roster_case r JOIN chosen c USING "
          "(subject) JOIN elsewhere o ON o.subject = r.subject "
          "WHERE programme = {0} AND ordinal = 0;"
          "INSERT INTO case_member SELECT programme, subject, 1, person_id FROM case_member WHERE ordinal = 0 AND {1};",
          code, of_chosen);
    case FaultAction::other_account:
      // Three at a time into the account of one of them.
      return fmt::format(
          "UPDATE roster_case SET account = o.account FROM (SELECT subject, min(subject) OVER (PARTITION BY place // "
          "3) AS account FROM "
          "(SELECT subject, row_number() OVER (ORDER BY scatter('account', subject), subject) - 1 AS place FROM "
          "chosen)) o "
          "WHERE programme = {} AND roster_case.subject = o.subject;",
          code);
    case FaultAction::drop_member:
      return fmt::format(
          "DELETE FROM case_member USING chosen c WHERE programme = {} AND case_member.subject = c.subject AND "
          "person_id = c.person;",
          code);
    case FaultAction::add_member:
      return fmt::format(
          "INSERT INTO case_member SELECT {0}, subject, 0, person FROM chosen;"
          "UPDATE roster_case SET amount = coalesce(c.amount, roster_case.amount) FROM chosen c WHERE programme = {0} "
          "AND roster_case.subject = c.subject;",
          code);
  }
  return "";
}

Result<void> choose(Session& session, const ExtractPlan& plan, std::string_view candidates, std::string_view purpose,
                    std::int64_t wanted, std::string_view programme) {
  auto chosen = session.run(fmt::format(R"(
CREATE OR REPLACE TABLE candidate AS SELECT NULL::BIGINT AS subject, NULL::DATE AS since, NULL::BIGINT AS amount, NULL::BIGINT AS person, NULL::DATE AS started WHERE false;
INSERT INTO candidate BY NAME {candidates};
CREATE OR REPLACE TABLE chosen AS
SELECT subject, least(coalesce(min(since), {as_of}), {as_of}) AS since, min(amount) AS amount, min(person) AS person, min(started) AS started
FROM candidate c WHERE subject IS NOT NULL AND NOT EXISTS (SELECT 1 FROM fault f WHERE f.programme = {programme} AND f.subject = c.subject)
GROUP BY subject ORDER BY scatter({purpose}, subject), subject LIMIT {wanted})",
                                        fmt::arg("candidates", detail::with_parameters(candidates, plan, plan.as_of)),
                                        fmt::arg("as_of", detail::sql_date(plan.as_of)),
                                        fmt::arg("programme", sql_literal(programme)),
                                        fmt::arg("purpose", sql_literal(purpose)), fmt::arg("wanted", wanted)));
  if (!chosen) return detail::in_section(chosen.error(), fmt::format("faults.toml [{}]", purpose));
  return {};
}

Result<void> plant(Session& session, const ExtractPlan& plan, const Fault& fault, std::int64_t persons,
                   bool for_families) {
  const std::int64_t wanted = std::max(fault.least, persons * fault.per_100_000 / 100'000);
  TRY_VOID(choose(session, plan, fault.candidates, fault.name + "." + fault.programme, wanted, fault.programme));
  const std::string code = sql_literal(fault.programme);
  std::string sql;
  if (fault.action == FaultAction::enrol) {
    sql += fmt::format(
        "UPDATE chosen SET amount = (SELECT quantile_disc(amount, 0.5) FROM roster_case WHERE programme = {}) WHERE "
        "amount IS NULL;"
        "DELETE FROM chosen WHERE amount IS NULL OR subject IN (SELECT subject FROM roster_case WHERE programme = {});",
        code, code);
  } else {
    sql += fmt::format(
        "DELETE FROM chosen WHERE subject NOT IN (SELECT subject FROM roster_case WHERE programme = {});", code);
  }
  if (fault.action == FaultAction::other_account) {  // one alone has nobody to share an account with
    sql += "DELETE FROM chosen WHERE (SELECT count(*) FROM chosen) < 2;";
  }
  if (fault.action == FaultAction::second_county) {
    sql +=
        "CREATE OR REPLACE TABLE elsewhere AS SELECT c.subject, min_by(o.county, o.rank) AS county, min_by(o.hukou, "
        "o.rank) AS hukou "
        "FROM chosen c JOIN person p ON p.person_id = c.subject JOIN (SELECT left(home, 6) AS county, min(home) AS "
        "hukou, "
        "scatter(left(home, 6), 0) AS rank FROM person GROUP BY left(home, 6)) o "
        "ON left(o.county, 2) = left(p.county, 2) AND o.county <> p.county GROUP BY c.subject;"
        "DELETE FROM chosen WHERE subject NOT IN (SELECT subject FROM elsewhere);";
  }
  // At stake each month: the whole amount, or the difference where another amount is paid.
  sql += fmt::format(
      "INSERT INTO fault SELECT {}, {}, c.subject, c.since, CASE WHEN {} THEN abs(coalesce(c.amount, r.amount) - "
      "r.amount) ELSE coalesce(r.amount, c.amount) END "
      "FROM chosen c LEFT JOIN (SELECT * FROM roster_case WHERE ordinal = 0 AND programme = {}) r USING (subject);",
      sql_literal(fault.name), code, fault.action == FaultAction::amount || fault.action == FaultAction::add_member,
      code);
  sql += action_sql(fault, for_families);
  auto planted = session.run(sql);
  if (!planted) return detail::in_section(planted.error(), fmt::format("faults.toml [{}]", fault.name));
  return {};
}

/// Applications: those that led to a checked roster within the last year, and the plan's own.
Result<void> add_applications(Session& session, const ExtractPlan& plan, const std::vector<ApplicationPlan>& own,
                              std::int64_t persons) {
  for (const RosterProgramme& programme : plan.faults.programmes) {
    if (!programme.checked) continue;
    TRY_VOID(session.run(fmt::format(
        "INSERT INTO application SELECT programme, subject, head, 'enrolled', since - INTERVAL 30 DAY FROM roster_case "
        "WHERE programme = {} AND ordinal = 0;",
        sql_literal(programme.code))));
  }
  for (const ApplicationPlan& application : own) {
    TRY_VOID(choose(session, plan, application.candidates, application.programme + "." + application.state,
                    persons * application.per_100_000 / 100'000, application.programme));
    TRY_VOID(
        session.run(fmt::format("INSERT INTO application SELECT {0}, c.subject, c.subject, {1}, c.since FROM chosen c "
                                "WHERE c.subject NOT IN (SELECT subject FROM application);",
                                sql_literal(application.programme), sql_literal(application.state))));
  }
  return {};
}

/// The key of a roster case or of an application: readable, unlike any citizen number, and equal wherever it occurs.
constexpr std::string_view kGroupKey =
    "{0}.programme || '-' || {1} || '-' || lpad(CAST(scatter({0}.programme || '{2}', {0}.subject + {3}) % 10000000000 "
    "AS VARCHAR), 10, '0')";

std::string prefix_columns(const ExtractPlan& plan, std::string_view table, std::string_view order) {
  const std::int64_t key = file_key("planted", table);
  return fmt::format(
      "(CAST({} AS BIGINT) << 32) | (row_number() OVER (ORDER BY {}) << 4) AS record_id, 'planted' AS source, '{}' AS "
      "file, "
      "row_number() OVER (ORDER BY {}) AS \"row\", 'self' AS role, '' AS load, {} AS known_on",
      key, order, table, order, detail::sql_date(plan.as_of));
}

Result<void> create_enrolments(Session& session, const ExtractPlan& plan) {
  const std::string roster_key = fmt::format(kGroupKey, "c", "c.county", "", "c.ordinal");
  std::string confirmed = "('', 0)";
  for (const RosterProgramme& programme : plan.faults.programmes) {
    confirmed += fmt::format(", ({}, {})", sql_literal(programme.code), programme.confirmed_months);
  }
  const std::string application_key = fmt::format(kGroupKey, "a", "p.county", " application", "0");
  return session.run(
      fmt::format(R"(
-- A confirmation that runs out was renewed as often as needed to stand at D.
UPDATE roster_case SET since = CAST(since + to_months(CAST(h.months * (date_diff('month', since, {as_of}) // h.months) AS INTEGER)) AS DATE)
FROM (VALUES {confirmed}) h(programme, months) WHERE h.programme = roster_case.programme AND h.months > 0;
UPDATE roster_case SET until = CAST(since + to_months(CAST(h.months AS INTEGER)) AS DATE)
FROM (VALUES {confirmed}) h(programme, months) WHERE h.programme = roster_case.programme AND h.months > 0;
CREATE TABLE roster AS SELECT {roster_key} AS group_key, c.* FROM roster_case c;
CREATE TABLE application_case AS SELECT {application_key} AS group_key, p.county, p.hukou AS region, a.* FROM application a JOIN person p ON p.person_id = a.head;
CREATE TABLE planted_enrolment AS
SELECT {prefix}, county AS office, programme, state, group_key, amount, detail, valid_from, valid_to, person_id FROM (
  SELECT r.programme, 'enrolled' AS state, r.group_key, r.amount * 100 AS amount, r.detail, r.since AS valid_from, r.until AS valid_to, r.county, m.person_id
  FROM roster r JOIN case_member m USING (programme, subject, ordinal)
  UNION ALL
  SELECT a.programme, a.state, a.group_key, NULL, 'application', a.since, NULL, a.county, coalesce(m.person_id, a.head)
  FROM application_case a LEFT JOIN member m ON m.family_id = a.subject))",
                  fmt::arg("confirmed", confirmed), fmt::arg("as_of", detail::sql_date(plan.as_of)),
                  fmt::arg("roster_key", roster_key), fmt::arg("application_key", application_key),
                  fmt::arg("prefix", prefix_columns(plan, "enrolment", "programme, group_key, state, person_id"))));
}

Result<void> create_payments(Session& session, const ExtractPlan& plan) {
  std::string history = "('', 0)";
  for (const HistoryProgramme& programme : plan.faults.history)
    history += fmt::format(", ({}, {})", sql_literal(programme.code), programme.yuan_per_month);
  return session.run(
      fmt::format(R"(
CREATE TABLE paid_month AS SELECT CAST(unnest(generate_series(date_trunc('month', {as_of}) - to_months({paid_months} - 1), date_trunc('month', {as_of}), INTERVAL 1 MONTH)) AS DATE) AS month;
CREATE TABLE planted_payment AS
SELECT {prefix}, county AS office, programme, month, amount, account_digest, person_id FROM (
  SELECT r.programme, r.group_key, m.month, r.amount * 100 AS amount, md5(CAST(scatter('account', r.account) AS VARCHAR)) AS account_digest,
         r.county, r.head AS person_id
  FROM roster r, paid_month m
  WHERE m.month >= r.since AND r.amount > 0
  UNION ALL  -- programmes whose enrolments are history, not decided here
  SELECT e.programme, coalesce(e.group_key, ''), m.month, h.yuan * 10000, md5(CAST(scatter('account', e.person_id) AS VARCHAR)), p.county, e.person_id
  FROM enrolment e JOIN person p USING (person_id) JOIN (VALUES {history}) h(programme, yuan) ON h.programme = e.programme, paid_month m
  WHERE e.state = 'enrolled' AND m.month >= e.valid_from AND (e.valid_to IS NULL OR m.month < e.valid_to)))",
                  fmt::arg("history", history),
                  fmt::arg("prefix", prefix_columns(plan, "payment", "programme, group_key, month, person_id")),
                  fmt::arg("as_of", detail::sql_date(plan.as_of)), fmt::arg("paid_months", plan.faults.paid_months)));
}

/// Members of a family that was checked consent (guardians for children); their obligors elsewhere do so by chance.
/// 社会救助法 第四十一条: nobody's accounts are asked for without consent.
Result<void> create_consents(Session& session, const ExtractPlan& plan) {
  return session.run(fmt::format(R"(
CREATE TABLE consenting AS
SELECT c.group_key, c.county, c.since, c.kind, person_id FROM (
  SELECT a.group_key, a.county, a.since, 'economic_check_self' AS kind, coalesce(m.person_id, a.head) AS person_id
  FROM application_case a LEFT JOIN member m ON m.family_id = a.subject
  UNION
  SELECT a.group_key, a.county, a.since, 'obligor_check', k.other_person_id
  FROM application_case a JOIN member m ON m.family_id = a.subject JOIN kin k ON k.person_id = m.person_id AND k.obligor AND NOT k.same_family
  WHERE draw('obligor', k.other_person_id) < {obligors}) c JOIN person p USING (person_id)
WHERE p.death IS NULL AND (kind = 'economic_check_self' OR p.birth <= {as_of} - INTERVAL 18 YEAR);
CREATE TABLE planted_consent AS
SELECT {prefix}, county AS office, kind, group_key, valid_from, valid_to, person_id FROM (
  -- A consent is renewed with every yearly review: the last one counts.
  SELECT county, kind, group_key, CAST(greatest(since, reviewed) AS DATE) AS valid_from, CAST(greatest(since, reviewed) + INTERVAL 1 YEAR AS DATE) AS valid_to, person_id
  FROM (SELECT *, {as_of} - to_days(CAST((date_diff('day', DATE '2000-01-01', {as_of}) + draw('review', person_id) * 330 // 1000000) % 330 AS INTEGER)) AS reviewed FROM consenting));
-- The last consent leads to a check a week later; what a source refuses to say stays unknown.
CREATE TABLE bank_check AS
SELECT k.*, deposits, securities,
       CASE WHEN draw('bank.refused', person_id) < {refused} THEN CASE WHEN draw('bank.timeout', person_id) < 600000 THEN 'timeout' ELSE 'refused' END
            WHEN deposits IS NULL AND securities IS NULL THEN 'no_record'
            WHEN draw('bank.inconsistent', person_id) < 40000 THEN 'inconsistent' ELSE 'consistent' END AS detail
FROM (SELECT person_id, group_key, office, CAST(valid_from + INTERVAL 7 DAY AS DATE) AS asked FROM planted_consent
      QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY valid_from DESC, group_key) = 1) k
LEFT JOIN (SELECT person_id, sum(CASE WHEN kind = 'bank_balance' THEN amount END)::BIGINT AS deposits,
                  sum(CASE WHEN kind = 'securities' THEN amount END)::BIGINT AS securities
           FROM asset WHERE kind IN ('bank_balance', 'securities') GROUP BY person_id) b USING (person_id)
WHERE asked <= {as_of};
CREATE TABLE planted_event AS
SELECT {event_prefix}, office, 'bank_check' AS kind, detail, asked AS valid_from, NULL::DATE AS valid_to, person_id FROM bank_check;
CREATE TABLE planted_asset AS
SELECT {asset_prefix}, office, kind, NULL::BIGINT AS quantity, amount, detail, asked AS valid_from, NULL::DATE AS valid_to, person_id FROM (
  SELECT *, 'bank_balance' AS kind, coalesce(deposits, 0) AS amount FROM bank_check WHERE detail IN ('consistent', 'inconsistent', 'no_record')
  UNION ALL SELECT *, 'securities', coalesce(securities, 0) FROM bank_check WHERE detail IN ('consistent', 'inconsistent')))",
                                 fmt::arg("obligors", plan.faults.obligor_consent_ppm),
                                 fmt::arg("as_of", detail::sql_date(plan.as_of)),
                                 fmt::arg("refused", plan.dirt.refused_check_ppm),
                                 fmt::arg("prefix", prefix_columns(plan, "consent", "group_key, kind, person_id")),
                                 fmt::arg("event_prefix", prefix_columns(plan, "event", "person_id")),
                                 fmt::arg("asset_prefix", prefix_columns(plan, "asset", "person_id, kind"))));
}

Result<void> write_planted(Session& session, const std::filesystem::path& folder) {
  TRY_VOID(detail::make_folder(folder));
  std::string persons;
  for (const std::string_view table : {"enrolment", "payment", "consent", "event", "asset"}) {
    const std::string planted = fmt::format("planted_{}", table);
    auto written = session.write_parquet(
        fmt::format("SELECT {} FROM {} ORDER BY record_id", model::select_list(model::schema_of(table)), planted),
        folder / fmt::format("{}.parquet", table));
    if (!written) return std::unexpected<Error>(written.error());
    persons += fmt::format("{}SELECT source, file, \"row\", role, load, person_id, record_id FROM {}",
                           persons.empty() ? "" : " UNION ALL ", planted);
  }
  for (const auto& [name, select] :
       {std::pair<std::string, std::string>{"person_records", "SELECT * FROM (" + persons + ") ORDER BY record_id"},
        {"roster", "SELECT * FROM roster ORDER BY programme, subject, ordinal"},
        {"members", "SELECT * FROM case_member ORDER BY programme, subject, ordinal, person_id"},
        {"checks", "SELECT * FROM bank_check ORDER BY person_id"},
        {"applications", "SELECT * FROM application_case ORDER BY group_key"},
        {"fault", "SELECT * FROM fault ORDER BY class, programme, subject"}}) {
    auto written = session.write_parquet(select, folder / (name + ".parquet"));
    if (!written) return std::unexpected<Error>(written.error());
  }
  return {};
}

/// A first delivery: everybody entitled is enrolled, then the plan's faults are planted.
Result<void> begin(Session& session, const ExtractPlan& plan) {
  for (const RosterProgramme& programme : plan.faults.programmes) TRY_VOID(enrol_entitled(session, plan, programme));
  TRY(const std::int64_t persons, session.integer("SELECT count(*) FROM person WHERE death IS NULL"));
  for (const Fault& fault : plan.faults.faults) {
    const auto programme = std::ranges::find(plan.faults.programmes, fault.programme, &RosterProgramme::code);
    TRY_VOID(
        plant(session, plan, fault, persons, programme != plan.faults.programmes.end() && programme->for_families));
  }
  return add_applications(session, plan, plan.faults.applications, persons);
}

/// A later delivery: the rosters and faults of the one before, and what became of them.
Result<void> go_on(Session& session, const ExtractPlan& plan, const ExtractFolders& folders) {
  TRY_VOID(detail::load_rosters_before(session, folders));
  for (const RosterProgramme& programme : plan.faults.programmes)
    TRY_VOID(detail::continue_roster(session, plan, folders, programme, entitled_select(programme)));
  return add_applications(session, plan, {}, 0);
}

}  // namespace

Result<void> plant_faults(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources) {
  TRY(Session session, detail::open_extract_session(plan, resources));
  TRY_VOID(detail::create_world_views(session, folders, false));
  TRY_VOID(detail::create_person_table(session, folders));
  TRY_VOID(detail::create_decision_views(session, folders));
  TRY_VOID(create_case_tables(session));
  TRY_VOID(folders.goes_on() ? go_on(session, plan, folders) : begin(session, plan));
  TRY_VOID(create_enrolments(session, plan));
  TRY_VOID(create_payments(session, plan));
  TRY_VOID(create_consents(session, plan));
  return write_planted(session, folders.planted);
}

}  // namespace songtan::synth
