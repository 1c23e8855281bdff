#include "profile/detail/output.h"

#include <fmt/format.h>

#include <optional>

#include "base/tasks.h"
#include "model/schema.h"

namespace songtan::profile::detail {
namespace {

using table::Session;
using table::TableWriter;

std::filesystem::path part_file(const std::filesystem::path& out, std::string_view table, std::size_t part) {
  return out / std::string(table) / fmt::format("part-{:03}.parquet", part);
}

// Rows come in the order of the key, and a scan of a table keeps it (docs: stack), so nothing is sorted again.
Result<void> write_table(std::string_view table, std::size_t part, const std::filesystem::path& out, const std::function<void(TableWriter&)>& fill) {
  TRY(auto session, Session::open({.threads = 1, .memory_bytes = std::int64_t{1} << 30, .spill_folder = {}}));
  TRY_VOID(session.run(model::create_table_sql(model::schema_of(table), "part")));
  TRY(auto writer, TableWriter::open(session, "part"));
  fill(writer);
  TRY_VOID(writer.finish());
  TRY(const auto rows, session.write_parquet("SELECT * FROM part", part_file(out, table, part)));
  static_cast<void>(rows);
  return {};
}

void text_or_null(TableWriter& writer, std::string_view text) {
  if (text.empty()) writer.null();
  else writer.text(text);
}

void date_or_null(TableWriter& writer, const std::optional<Day>& day) {
  if (day) writer.date(*day);
  else writer.null();
}

void write_claim(TableWriter& writer, const Claim& claim, const ClaimTable& claims, const FactCatalogue& catalogue) {
  const FactDefinition& fact = catalogue.facts[claim.fact];
  writer.bigint(claim.person);
  writer.text(fact.name);
  writer.text(word_of(fact.kind));
  if (claim.from == kOpenStart) writer.null();
  else writer.date(Day{claim.from});
  if (claim.to == kOpenEnd) writer.null();
  else writer.date(Day{claim.to});
  if (claim.value == kNoValue) writer.null();
  else writer.bigint(claim.value);
  text_or_null(writer, claims.word(claim));
  writer.date(Day{claim.known_on});
  writer.text(claims.source(claim));
  writer.bigint(claim.record);
  writer.boolean(claim.used);
  text_or_null(writer, word_of(claim.reason));
  writer.end_row();
}

}  // namespace

Result<void> write_facts(const ClaimTable& claims, const FactCatalogue& catalogue, const ProfileLimits& limits, const std::filesystem::path& out) {
  std::vector<std::optional<Error>> errors(claims.parts().size());
  parallel_for(limits.threads, claims.parts().size(), [&](std::size_t part) {
    auto written = write_table("facts", part, out, [&](TableWriter& writer) {
      for (const Claim& claim : claims.parts()[part]) write_claim(writer, claim, claims, catalogue);
    });
    if (!written) errors[part] = std::move(written).error();
  });
  for (auto& error : errors) {
    if (error) return fail(std::move(*error));
  }
  return {};
}

Result<void> write_absences(const std::vector<Absence>& absences, const FactCatalogue& catalogue, const std::filesystem::path& out) {
  return write_table("absences", 0, out, [&](TableWriter& writer) {
    for (const Absence& absence : absences) {
      const FactDefinition& fact = catalogue.facts[absence.fact];
      writer.text(fact.name);
      writer.text(absence.region);
      writer.boolean(absence.known);
      if (absence.known && fact.type != FactType::word) writer.bigint(absence.value);
      else writer.null();
      text_or_null(writer, absence.known ? std::string_view(absence.word) : std::string_view());
      text_or_null(writer, absence.sources);
      date_or_null(writer, absence.known_on);
      date_or_null(writer, absence.fresh_until);
      writer.text(absence.reason);
      writer.end_row();
    }
  });
}

Result<void> write_kin(const KinTable& kin, const FamilyTable& families, const std::filesystem::path& out) {
  return write_table("kin", 0, out, [&](TableWriter& writer) {
    std::int64_t person = 0;
    std::int64_t family = 0;
    for (const KinEdge& edge : kin.edges()) {
      if (edge.person != person) family = families.family_of(edge.person);
      person = edge.person;
      writer.bigint(edge.person);
      writer.text(kin.relation(edge));
      writer.bigint(edge.other);
      writer.boolean(edge.obligor);
      writer.boolean(family != 0 && family == families.family_of(edge.other));
      writer.text(kin.source(edge));
      writer.bigint(edge.record);
      writer.end_row();
    }
  });
}

Result<void> write_families(const FamilyTable& families, std::span<const Traits> traits, const Words& words, std::string_view urban,
                            const std::filesystem::path& out) {
  TRY_VOID(write_table("families", 0, out, [&](TableWriter& writer) {
    for (const Family& family : families.families()) {
      const Traits& reference = traits[family.reference];
      writer.bigint(family.id);
      writer.bigint(family.id);
      text_or_null(writer, words[reference.region]);
      text_or_null(writer, words[reference.county]);
      if (reference.residence_type == 0) writer.null();
      else writer.text(words[reference.residence_type] == urban ? "urban" : "rural");
      writer.bigint(family.size);
      writer.end_row();
    }
  }));
  return write_table("family_members", 0, out, [&](TableWriter& writer) {
    for (const Member& member : families.members()) {
      writer.bigint(member.family);
      writer.bigint(member.person);
      writer.text(member.role);
      text_or_null(writer, families.word(member.reason));
      text_or_null(writer, families.word(member.article));
      writer.end_row();
    }
  });
}

}  // namespace songtan::profile::detail
