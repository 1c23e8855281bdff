#include "profile/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "profile/detail/output.h"
#include "profile/detail/pack_parts.h"
#include "profile/sandbox.h"

namespace songtan::profile {
namespace {

using detail::Claim;
using detail::PackParts;
using detail::Traits;
using table::Chunk;

constexpr std::int64_t kSteps = 6;

// One run over one scope. The steps are called in the order in which they stand; each leaves its relation to the next.
class Build {
 public:
  Build(const ProfileInputs& inputs, const ProfileLimits& limits, Progress& progress, Sandbox sandbox, PackParts parts)
      : inputs_(inputs), limits_(limits), progress_(progress), sandbox_(std::move(sandbox)), parts_(std::move(parts)) {}

  Result<void> load();
  Result<void> find_kin();
  Result<void> collect_facts();
  Result<void> join_families();
  Result<ProfileCounts> write(const std::filesystem::path& out);

 private:
  Result<void> step(std::int64_t done);
  Result<void> add_confirmed();
  Result<void> keep_facts_for_families();
  Result<void> leave_out();
  Result<void> find_regions();
  void take_traits_from_facts();
  Result<void> each_row(std::string_view sql, const std::function<void(const Chunk&, std::int64_t)>& visit);
  std::size_t place_of(std::int64_t person) const;

  const ProfileInputs& inputs_;
  const ProfileLimits& limits_;
  Progress& progress_;
  Sandbox sandbox_;
  PackParts parts_;
  std::vector<std::int64_t> persons_;
  detail::KinTable kin_;
  std::optional<detail::ClaimTable> claims_;
  std::vector<Traits> traits_;
  detail::Words words_;
  std::optional<detail::FamilyTable> families_;
};

Result<void> Build::step(std::int64_t done) {
  progress_.report("profile", done, kSteps);
  if (!progress_.interrupted()) return {};
  return fail(Outcome::interrupted, "interrupted", {"已按要求中断", "interrupted on request"},
              {"再次运行同一命令即可继续", "run the same command again to go on"});
}

Result<void> Build::each_row(std::string_view sql, const std::function<void(const Chunk&, std::int64_t)>& visit) {
  TRY(auto rows, sandbox_.session().query(sql));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    for (std::int64_t row = 0; row < rows.chunk().size(); ++row) visit(rows.chunk(), row);
  }
}

std::size_t Build::place_of(std::int64_t person) const {
  const auto found = std::ranges::lower_bound(persons_, person);
  return found != persons_.end() && *found == person ? static_cast<std::size_t>(found - persons_.begin())
                                                     : persons_.size();
}

Result<void> Build::load() {
  TRY_VOID(step(0));
  std::set<std::string> wanted = parts_.relations;
  wanted.insert({"relation", "address"});  // heads of books and 12-digit regions, below
  TRY_VOID(load_relations(sandbox_.session(), {inputs_.records, inputs_.person_records, inputs_.pack, inputs_.as_of},
                          wanted));
  if (!inputs_.confirmed.empty())
    TRY_VOID(sandbox_.session().run("CREATE TABLE confirmed_fact AS SELECT * FROM " +
                                    table::parquet_list(inputs_.confirmed)));
  TRY_VOID(sandbox_.lock());
  TRY_VOID(each_row("SELECT person_id FROM scope ORDER BY person_id", [this](const Chunk& chunk, std::int64_t row) {
    persons_.push_back(chunk.bigints(0)[static_cast<std::size_t>(row)]);
  }));
  traits_.resize(persons_.size());
  return {};
}

Result<void> Build::find_kin() {
  TRY_VOID(step(1));
  for (const PackSelect& select : parts_.kin) {
    TRY_VOID(sandbox_.run(select, detail::kKinColumns,
                          [&](const Chunk& chunk) { return kin_.add(chunk, inputs_.as_of, select.file); }));
  }
  kin_.settle(inputs_.coverage);
  TRY_VOID(sandbox_.session().run(detail::kCreateKin));
  TRY(auto writer, table::TableWriter::open(sandbox_.session(), "kin"));
  for (const detail::KinEdge& edge : kin_.edges()) {
    writer.bigint(edge.person);
    writer.text(kin_.relation(edge));
    writer.bigint(edge.other);
    writer.text(kin_.source(edge));
    writer.bigint(edge.record);
    writer.date(Day{edge.known_on});
    writer.end_row();
  }
  return writer.finish();
}

Result<void> Build::collect_facts() {
  TRY_VOID(step(2));
  claims_.emplace(parts_.catalogue, persons_);
  for (const PackSelect& select : parts_.facts) {
    TRY_VOID(sandbox_.run(select, detail::kFactColumns,
                          [&](const Chunk& chunk) { return claims_->add(chunk, select.file); }));
  }
  TRY_VOID(add_confirmed());
  claims_->resolve(inputs_.coverage, limits_.threads);
  take_traits_from_facts();
  return keep_facts_for_families();
}

// What people confirmed in the day (docs/formats/day-inputs.md), as long as it has not expired.
Result<void> Build::add_confirmed() {
  if (inputs_.confirmed.empty()) return {};
  TRY(auto rows,
      sandbox_.session().query(fmt::format("SELECT person_id, fact, valid_from, CASE WHEN expires_on IS NULL THEN "
                                           "valid_to ELSE least(coalesce(valid_to, expires_on), expires_on) END, "
                                           "value, text, confirmed_on, coalesce(source, 'day'), 0::BIGINT, 0::BIGINT "
                                           "FROM confirmed_fact SEMI JOIN scope USING (person_id) "
                                           "WHERE coalesce(expires_on > DATE '{}', true) ORDER BY ALL",
                                           inputs_.as_of.text())));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    TRY_VOID(claims_->add(rows.chunk(), "confirmed_facts", detail::Standing::confirmed));
  }
}

// Families are found among the facts that hold on the day itself.
Result<void> Build::keep_facts_for_families() {
  TRY_VOID(sandbox_.session().run(detail::kCreateFact));
  TRY(auto writer, table::TableWriter::open(sandbox_.session(), "fact"));
  std::vector<char> wanted(parts_.catalogue.facts.size(), 0);
  for (const std::string& name : parts_.catalogue.for_families) wanted[*parts_.catalogue.find(name)] = 1;
  for (std::size_t fact = 0; fact < wanted.size();
       ++fact) {  // fact by fact, so that a filter on the name skips row groups
    if (wanted[fact] == 0) continue;
    for (const auto& part : claims_->parts()) {
      for (const Claim& claim : part) {
        if (claim.fact != fact || !claim.holds_on(inputs_.as_of)) continue;
        writer.bigint(claim.person);
        writer.text(parts_.catalogue.facts[fact].name);
        if (claim.value == detail::kNoValue)
          writer.null();
        else
          writer.bigint(claim.value);
        if (claim.word == 0)
          writer.null();
        else
          writer.text(claims_->word(claim));
        writer.end_row();
      }
    }
  }
  return writer.finish();
}

void Build::take_traits_from_facts() {
  const FactCatalogue& catalogue = parts_.catalogue;
  const std::size_t birth = *catalogue.find(catalogue.family.birth);
  const std::size_t county = *catalogue.find(catalogue.family.county);
  const std::size_t residence_type = *catalogue.find(catalogue.family.residence_type);
  for (const auto& part : claims_->parts()) {
    for (const Claim& claim : part) {
      if (!claim.holds_on(inputs_.as_of)) continue;
      const std::size_t place = place_of(claim.person);
      if (place == persons_.size()) continue;
      Traits& traits = traits_[place];
      if (claim.fact == birth && claim.value != detail::kNoValue) traits.birth = static_cast<std::int32_t>(claim.value);
      if (claim.fact == county) traits.county = words_.index_of(claims_->word(claim));
      if (claim.fact == residence_type) traits.residence_type = words_.index_of(claims_->word(claim));
    }
  }
}

// The register's 12 digits, where they lie in the county that the facts settled on.
Result<void> Build::find_regions() {
  const std::string date = inputs_.as_of.text();
  TRY_VOID(each_row(
      fmt::format(
          "SELECT person_id, arg_max(region, (coalesce(valid_from, DATE '0001-01-01'), known_on, record_id)) FROM "
          "address "
          "WHERE kind = 'hukou' AND region IS NOT NULL AND (valid_from IS NULL OR valid_from <= DATE '{0}') AND "
          "(valid_to IS NULL OR valid_to > DATE '{0}') GROUP BY person_id",
          date),
      [this](const Chunk& chunk, std::int64_t row) {
        const std::size_t place = place_of(chunk.bigints(0)[static_cast<std::size_t>(row)]);
        if (place == persons_.size()) return;
        Traits& traits = traits_[place];
        const std::string_view region = chunk.text(1, row);
        traits.region =
            traits.county == 0 || region.starts_with(words_[traits.county]) ? words_.index_of(region) : traits.county;
      }));
  return each_row("SELECT DISTINCT person_id FROM relation WHERE kind = 'household' AND relation = 'head'",
                  [this](const Chunk& chunk, std::int64_t row) {
                    const std::size_t place = place_of(chunk.bigints(0)[static_cast<std::size_t>(row)]);
                    if (place != persons_.size()) traits_[place].heads_book = true;
                  });
}

// Edges are found knowing who is left out: a child of a prisoner lives with the other parent.
Result<void> Build::leave_out() {
  for (const PackSelect& select : parts_.exclusions) {
    TRY_VOID(sandbox_.run(select, detail::kExclusionColumns, [&](const Chunk& chunk) -> Result<void> {
      families_->add_exclusions(chunk);
      return {};
    }));
  }
  TRY_VOID(sandbox_.session().run(detail::kCreateExcluded));
  TRY(auto writer, table::TableWriter::open(sandbox_.session(), "excluded"));
  for (const std::int64_t person : families_->left_out()) {
    writer.bigint(person);
    writer.end_row();
  }
  return writer.finish();
}

Result<void> Build::join_families() {
  TRY_VOID(step(3));
  for (const PackSelect& select : parts_.obligors) {
    TRY_VOID(
        sandbox_.run(select, detail::kObligorColumns, [&](const Chunk& chunk) { return kin_.add_obligors(chunk); }));
  }
  families_.emplace(persons_);
  TRY_VOID(leave_out());
  for (std::size_t file = 0; file < parts_.edges.size(); ++file) {
    const bool tells_tie = parts_.tells_tie[file];
    const auto columns = tells_tie ? std::span<const ResultColumn>(detail::kTieColumns)
                                   : std::span<const ResultColumn>(detail::kEdgeColumns);
    TRY_VOID(sandbox_.run(parts_.edges[file], columns, [&](const Chunk& chunk) {
      return families_->add_edges(chunk, static_cast<std::uint16_t>(file), tells_tie, parts_.edges[file].file);
    }));
  }
  TRY_VOID(find_regions());
  families_->join(traits_, kin_, inputs_.as_of);
  return {};
}

Result<ProfileCounts> Build::write(const std::filesystem::path& out) {
  TRY_VOID(step(4));
  const auto absences = absences_of(parts_.catalogue, inputs_.coverage, inputs_.completeness, inputs_.as_of);
  TRY_VOID(detail::write_facts(*claims_, parts_.catalogue, limits_, out));
  TRY_VOID(step(5));
  TRY_VOID(detail::write_absences(absences, parts_.catalogue, out));
  TRY_VOID(detail::write_kin(kin_, *families_, out));
  TRY_VOID(detail::write_families(*families_, traits_, words_, parts_.catalogue.family.urban, out));
  progress_.report("profile", kSteps, kSteps);
  ProfileCounts counts;
  counts.persons = static_cast<std::int64_t>(persons_.size());
  counts.kin = static_cast<std::int64_t>(kin_.edges().size());
  counts.facts = claims_->size();
  counts.families = static_cast<std::int64_t>(families_->families().size());
  counts.members = static_cast<std::int64_t>(families_->members().size());
  return counts;
}

}  // namespace

Result<ProfileCounts> build_profile(const ProfileInputs& inputs, const ProfileLimits& limits,
                                    const std::filesystem::path& out, Progress& progress) {
  TRY(auto parts, detail::read_pack_parts(inputs.pack, inputs.as_of));
  TRY(auto sandbox,
      Sandbox::open(
          {.threads = limits.threads, .memory_bytes = limits.memory_bytes / 2, .spill_folder = limits.spill_folder}));
  Build build(inputs, limits, progress, std::move(sandbox), std::move(parts));
  TRY_VOID(build.load());
  TRY_VOID(build.find_kin());
  TRY_VOID(build.collect_facts());
  TRY_VOID(build.join_families());
  return build.write(out);
}

Result<void> check_pack_sql(const std::filesystem::path& pack, Day as_of) {
  TRY(const auto parts, detail::read_pack_parts(pack, as_of));
  return {};
}

}  // namespace songtan::profile
