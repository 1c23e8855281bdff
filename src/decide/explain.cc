#include "decide/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "decide/decide.h"
#include "decide/detail/columns.h"
#include "decide/detail/fact_words.h"
#include "watch/ranking.h"

namespace songtan::decide {
namespace {

using table::Chunk;

// One request over one night; the steps fill the explanation in the order in which it is read.
class Explainer {
 public:
  Explainer(const ExplainRequest& request, table::Session session, policy::Program program,
            profile::FactCatalogue catalogue)
      : request_(request),
        session_(std::move(session)),
        program_(std::move(program)),
        catalogue_(std::move(catalogue)) {}

  Result<Explanation> explain() {
    explanation_.month = Month::of(request_.as_of);
    TRY_VOID(find_family());
    TRY_VOID(find_decisions());
    TRY_VOID(trace_decisions());
    TRY_VOID(find_facts());
    TRY_VOID(find_findings());
    TRY(const auto ranking, watch::read_ranking(request_.pack / "ranking.toml"));
    explanation_.formula = {watch::formula(ranking, "zh"), watch::formula(ranking, "en")};
    return std::move(explanation_);
  }

 private:
  using Visit = std::function<void(const Chunk&, std::int64_t)>;

  Result<void> each_row(const std::string& sql, const Visit& visit) {
    TRY(auto rows, session_.query(sql));
    while (true) {
      TRY(const bool more, rows.next());
      if (!more) return {};
      for (std::int64_t row = 0; row < rows.chunk().size(); ++row) visit(rows.chunk(), row);
    }
  }

  std::string table(std::string_view name) const { return table::parquet_list(detail::parts_of(request_.night, name)); }

  static std::string text(const Chunk& chunk, std::int64_t column, std::int64_t row) {
    return std::string(chunk.text(column, row));
  }
  static std::int64_t number(const Chunk& chunk, std::int64_t column, std::int64_t row) {
    return chunk.is_null(column, row) ? 0 : chunk.bigints(column)[static_cast<std::size_t>(row)];
  }
  static std::optional<std::int64_t> number_or_none(const Chunk& chunk, std::int64_t column, std::int64_t row) {
    return chunk.is_null(column, row) ? std::nullopt : std::optional(number(chunk, column, row));
  }

  Result<void> find_family();
  Result<void> find_decisions();
  void describe_conditions(ExplainedDecision& decision, const policy::ProgrammeInfo& info, std::uint64_t reasons,
                           std::uint64_t unknown) const;
  Result<void> trace_decisions();
  Result<void> find_facts();
  Result<void> find_outsiders(std::vector<std::pair<std::int64_t, bool>>& people);
  void add_absence(ExplainedFact& fact, const std::vector<profile::Absence>& absences, std::string_view county) const;
  Result<void> find_findings();
  std::string people_list() const;

  const ExplainRequest& request_;
  table::Session session_;
  policy::Program program_;
  profile::FactCatalogue catalogue_;
  Explanation explanation_;
};

std::string Explainer::people_list() const {
  std::string list;
  for (const ExplainedMember& member : explanation_.members)
    list += fmt::format("{}{}", list.empty() ? "" : ", ", member.person);
  return "(" + list + ")";
}

Result<void> Explainer::find_family() {
  const std::string members = table("family_members");
  const std::string family =
      request_.family ? fmt::format("{}", *request_.family)
                      : fmt::format("(SELECT max(family_id) FROM {} WHERE person_id = {})", members, *request_.person);
  TRY_VOID(each_row(
      fmt::format(
          "SELECT family_id, person_id, member_role, reason, article FROM {} WHERE family_id = {} ORDER BY person_id",
          members, family),
      [&](const Chunk& chunk, std::int64_t row) {
        explanation_.family = number(chunk, 0, row);
        explanation_.members.push_back(
            {number(chunk, 1, row), text(chunk, 2, row), text(chunk, 3, row), text(chunk, 4, row)});
      }));
  if (explanation_.members.empty() && request_.person) {
    TRY(const std::int64_t known, session_.integer(fmt::format("SELECT count(*) FROM {} WHERE person_id = {}",
                                                               table("persons"), *request_.person)));
    if (known > 0) explanation_.members.push_back({*request_.person, "", "", ""});
  }
  if (explanation_.members.empty()) {
    return fail(Outcome::usage, "explain.unknown",
                {"这次运行里没有这个家庭或人", "the night knows no such family or person"},
                {"编号见 songtan worklist", "see the ids in songtan worklist"});
  }
  return each_row(
      fmt::format("SELECT region, residence_type FROM {} WHERE family_id = {}", table("families"), explanation_.family),
      [&](const Chunk& chunk, std::int64_t row) {
        explanation_.region = text(chunk, 0, row);
        explanation_.residence_type = text(chunk, 1, row);
      });
}

Result<void> Explainer::find_decisions() {
  if (!request_.programme.empty() && !program_.programme(request_.programme)) {
    return fail(Outcome::usage, "explain.programme",
                {"政策包里没有项目 " + request_.programme, "the pack has no programme " + request_.programme},
                {"可用 songtan policy check 查看", "see songtan policy check"});
  }
  const std::string only = request_.programme.empty() ? "true" : "programme = " + sql_literal(request_.programme);
  const std::string who =
      request_.person ? fmt::format("(entity = 'family' OR subject = {})", *request_.person) : "true";
  return each_row(fmt::format("SELECT programme, subject, status, probable, amount, probable_amount, reasons, unknown, "
                              "missing, policy_version, parameter_version FROM {} "
                              "WHERE ((entity = 'family' AND subject = {}) OR (entity = 'person' AND subject IN {})) "
                              "AND {} AND {} ORDER BY programme, subject",
                              table("decisions"), explanation_.family, people_list(), only, who),
                  [&](const Chunk& chunk, std::int64_t row) {
                    const auto programme = program_.programme(chunk.text(0, row));
                    if (!programme) return;  // a programme of another version of the pack
                    const policy::ProgrammeInfo& info = program_.programmes()[static_cast<std::size_t>(*programme)];
                    ExplainedDecision decision;
                    decision.programme = info.code;
                    decision.name = info.name;
                    decision.article = info.article;
                    decision.subject = number(chunk, 1, row);
                    decision.status = text(chunk, 2, row);
                    decision.probable = text(chunk, 3, row);
                    decision.amount_fen = number_or_none(chunk, 4, row);
                    decision.probable_amount_fen = number_or_none(chunk, 5, row);
                    const std::string missing = text(chunk, 8, row);
                    for (const std::string_view name : split(missing, ',')) {
                      if (!name.empty()) decision.missing.emplace_back(name);
                    }
                    decision.policy_version = text(chunk, 9, row);
                    decision.parameter_version = text(chunk, 10, row);
                    describe_conditions(decision, info, static_cast<std::uint64_t>(number(chunk, 6, row)),
                                        static_cast<std::uint64_t>(number(chunk, 7, row)));
                    for (const int fact : info.facts)
                      decision.facts.push_back(program_.variables()[static_cast<std::size_t>(fact)].name);
                    explanation_.decisions.push_back(std::move(decision));
                  });
}

void Explainer::describe_conditions(ExplainedDecision& decision, const policy::ProgrammeInfo& info,
                                    std::uint64_t reasons, std::uint64_t unknown) const {
  for (const policy::ConditionInfo& condition : info.conditions) {
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(condition.bit);
    const Holds holds = (unknown & bit) != 0 ? Holds::to_verify : (reasons & bit) != 0 ? Holds::yes : Holds::no;
    decision.conditions.push_back({condition.label, condition.article_on(request_.as_of), holds});
  }
}

// Computes the decisions of the family anew, with every step on the way. The same facts and the same rules give what
// was published; this only shows how.
Result<void> Explainer::trace_decisions() {
  policy::Options options;
  options.decision_day = request_.as_of;
  detail::ColumnRequest columns{&program_, &catalogue_, {}, request_.as_of, 1};
  TRY(columns.needs, policy::needs(program_, explanation_.month, options));
  TRY(const auto population,
      detail::load_population(session_, request_.night, catalogue_, program_, explanation_.members.front().person));
  const auto group = static_cast<std::size_t>(
      population.group_of[static_cast<std::size_t>(population.place_of(explanation_.members.front().person))]);
  const detail::Scope scope = detail::scope_of(population, group, group + 1);
  TRY(const auto inputs, detail::fill_inputs(columns, request_.night, population, scope));
  for (ExplainedDecision& decision : explanation_.decisions) {
    const int programme = *program_.programme(decision.programme);
    const bool per_group =
        program_.entities()[static_cast<std::size_t>(program_.programmes()[static_cast<std::size_t>(programme)].entity)]
            .group;
    const std::int64_t row =
        per_group ? 0 : scope.row_of[static_cast<std::size_t>(population.place_of(decision.subject))];
    TRY(decision.steps, policy::explain(program_, inputs, programme, row, explanation_.month, options));
    const auto id_of = [&](bool of_group, std::int64_t at) {
      return of_group ? population.families[static_cast<std::size_t>(scope.groups[static_cast<std::size_t>(at)])]
                      : population.persons[static_cast<std::size_t>(scope.places[static_cast<std::size_t>(at)])];
    };
    const auto of_group = [&](const std::string& entity) {
      return program_.entities()[static_cast<std::size_t>(*program_.entity(entity))].group;
    };
    policy::for_each_step(*decision.steps,
                          [&](policy::TraceNode& step) { step.subject = id_of(of_group(step.entity), step.row); });
    if (request_.programme.empty()) continue;
    TRY(decision.changes, policy::what_would_change(program_, inputs, programme, row, explanation_.month, options));
    for (policy::Flip& flip : decision.changes->flips) {
      if (flip.row >= 0) flip.subject = id_of(of_group(flip.entity), flip.row);
    }
    for (policy::IncomeEffect& effect : decision.changes->incomes) effect.subject = id_of(effect.of_group, effect.row);
  }
  return {};
}

// People outside the family to whom a link leads: what they have counts for a member.
Result<void> Explainer::find_outsiders(std::vector<std::pair<std::int64_t, bool>>& people) {
  for (const profile::LinkDefinition& link : catalogue_.links) {
    TRY_VOID(each_row(fmt::format("SELECT DISTINCT other_person_id FROM {} WHERE person_id IN {} AND relation = {} {} "
                                  "{} ORDER BY other_person_id",
                                  table("kin"), people_list(), sql_literal(link.relation),
                                  link.obligors ? "AND obligor" : "", link.outside ? "AND NOT same_family" : ""),
                      [&](const Chunk& chunk, std::int64_t row) { people.emplace_back(number(chunk, 0, row), true); }));
  }
  return {};
}

void Explainer::add_absence(ExplainedFact& fact, const std::vector<profile::Absence>& absences,
                            std::string_view county) const {
  const std::size_t index = *catalogue_.find(fact.name);
  const profile::Absence* absence = profile::absence_for(absences, index, county);
  if (absence == nullptr) return;
  fact.absent_reason = absence->reason;
  fact.absent_sources = absence->sources;
  if (absence->fresh_until) fact.fresh_until = absence->fresh_until->text();
  if (absence->known)
    fact.absent_value = detail::value_in_words(catalogue_.facts[index], absence->value, absence->word);
}

Result<void> Explainer::find_facts() {
  std::vector<std::pair<std::int64_t, bool>> people;
  for (const ExplainedMember& member : explanation_.members) {
    if (!request_.person || request_.family || explanation_.family != 0 || member.person == *request_.person)
      people.emplace_back(member.person, false);
  }
  TRY_VOID(find_outsiders(people));
  std::string ids;
  for (const auto& [person, outside] : people) ids += fmt::format("{}{}", ids.empty() ? "" : ", ", person);
  const std::string since = explanation_.month.plus(-12).first().text();
  std::map<std::pair<std::int64_t, std::string>, std::vector<Evidence>> evidence;
  std::map<std::int64_t, std::string> counties;
  TRY_VOID(each_row(
      fmt::format("SELECT f.person_id, f.fact, f.value, f.text, f.source, coalesce(r.file, ''), coalesce(r.row, 0), "
                  "coalesce(f.valid_from::VARCHAR, ''), "
                  "coalesce(f.valid_to::VARCHAR, ''), f.known_on::VARCHAR, f.used, coalesce(f.reason, '') FROM {} f "
                  "LEFT JOIN {} r ON r.record_id = f.record_id "
                  "WHERE f.person_id IN ({}) AND (f.valid_from IS NULL OR f.valid_from <= DATE '{}') AND (f.valid_to "
                  "IS NULL OR f.valid_to > "
                  "CASE f.kind WHEN 'flow' THEN DATE '{}' ELSE DATE '{}' END) ORDER BY f.person_id, f.fact, "
                  "f.valid_from, f.valid_to, f.source, f.record_id, f.value, f.text, f.used",
                  table("facts"), table("person_records"), ids, request_.as_of.text(), since, request_.as_of.text()),
      [&](const Chunk& chunk, std::int64_t row) {
        const std::string name = text(chunk, 1, row);
        const auto fact = catalogue_.find(name);
        if (!fact) return;
        Evidence one;
        one.value = detail::value_in_words(catalogue_.facts[*fact], number(chunk, 2, row), chunk.text(3, row));
        one.source = text(chunk, 4, row);
        one.file = text(chunk, 5, row);
        one.row = number(chunk, 6, row);
        one.valid_from = text(chunk, 7, row);
        one.valid_to = text(chunk, 8, row);
        one.known_on = text(chunk, 9, row);
        one.used = chunk.booleans(10)[static_cast<std::size_t>(row)];
        one.reason = text(chunk, 11, row);
        if (name == catalogue_.family.county && one.used) counties[number(chunk, 0, row)] = text(chunk, 3, row);
        evidence[{number(chunk, 0, row), name}].push_back(std::move(one));
      }));
  std::vector<std::string> names;
  for (const ExplainedDecision& decision : explanation_.decisions) {
    for (const std::string& name : decision.facts) {
      const auto renamed = catalogue_.family_variables.find(name);
      names.push_back(renamed == catalogue_.family_variables.end() ? name : renamed->second);
    }
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  TRY(const auto absences, detail::load_absences(request_.night, catalogue_));
  for (const auto& [person, outside] : people) {
    for (const std::string& name : names) {
      if (!catalogue_.find(name)) continue;
      ExplainedFact fact;
      fact.name = name;
      fact.person = person;
      fact.outside = outside;
      fact.evidence = evidence[{person, name}];
      if (fact.evidence.empty()) add_absence(fact, absences, counties[person]);
      explanation_.facts.push_back(std::move(fact));
    }
  }
  return {};
}

Result<void> Explainer::find_findings() {
  if (detail::parts_of(request_.night, "findings").empty()) return {};
  return each_row(
      fmt::format("SELECT class, disposition, programme, subject, cause, certainty, rank, score, reasons, "
                  "coalesce(collect, '') FROM {} "
                  "WHERE (family_id = {} OR subject IN {}) AND state <> 'withdrawn' ORDER BY rank, finding_id",
                  table("findings"), explanation_.family == 0 ? -1 : explanation_.family, people_list()),
      [&](const Chunk& chunk, std::int64_t row) {
        explanation_.findings.push_back({text(chunk, 0, row), text(chunk, 1, row), text(chunk, 2, row),
                                         number(chunk, 3, row), text(chunk, 4, row), text(chunk, 5, row),
                                         number(chunk, 6, row), number(chunk, 7, row), text(chunk, 8, row),
                                         text(chunk, 9, row)});
      });
}

}  // namespace

Result<Explanation> explain(const ExplainRequest& request) {
  CHECK_PROMISE(request.family.has_value() || request.person.has_value());
  TRY(auto program, load_pack_program(request.pack));
  TRY(auto catalogue, profile::read_fact_catalogue(request.pack));
  TRY(auto session, table::Session::open({.threads = 1, .memory_bytes = std::int64_t{1} << 30, .spill_folder = {}}));
  return Explainer(request, std::move(session), std::move(program), std::move(catalogue)).explain();
}

}  // namespace songtan::decide
