#include "profile/detail/output.h"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/tasks.h"
#include "base/text.h"
#include "model/schema.h"

namespace songtan::profile::detail {
namespace {

using table::Session;
using table::TableWriter;

std::filesystem::path part_file(const std::filesystem::path& out, std::string_view table, std::size_t part) {
  return out / std::string(table) / fmt::format("part-{:03}.parquet", part);
}

// Rows come in the order of the key, and a scan of a table keeps it (docs: stack), so nothing is sorted again.
Result<void> write_part(std::string_view table, std::size_t part, const std::string& create,
                        const std::filesystem::path& out, const std::function<void(TableWriter&)>& fill) {
  TRY(auto session, Session::open({.threads = 1, .memory_bytes = std::int64_t{1} << 30, .spill_folder = {}}));
  TRY_VOID(session.run(create));
  TRY(auto writer, TableWriter::open(session, "part"));
  fill(writer);
  TRY_VOID(writer.finish());
  TRY(const auto rows, session.write_parquet("SELECT * FROM part", part_file(out, table, part)));
  static_cast<void>(rows);
  return {};
}

Result<void> write_table(std::string_view table, const std::filesystem::path& out,
                         const std::function<void(TableWriter&)>& fill) {
  return write_part(table, 0, model::create_table_sql(model::schema_of(table), "part"), out, fill);
}

void text_or_null(TableWriter& writer, std::string_view text) {
  if (text.empty())
    writer.null();
  else
    writer.text(text);
}

void date_or_null(TableWriter& writer, const std::optional<Day>& day) {
  if (day)
    writer.date(*day);
  else
    writer.null();
}

constexpr std::array kFactKindWords = {FactKind::constant, FactKind::state, FactKind::flow, FactKind::stock,
                                       FactKind::event};
constexpr std::array kClaimReasons = {ClaimReason::none,  ClaimReason::less_reliable, ClaimReason::lower_priority,
                                      ClaimReason::older, ClaimReason::same_day,      ClaimReason::confirmed};

std::string sql_enum(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + sql_literal(word);
  return "ENUM(" + list + ")";
}

template <typename List>
std::vector<std::string> words_of(const List& list) {
  std::vector<std::string> words;
  for (const auto& entry : list) words.emplace_back(word_of(entry));
  return words;
}

std::vector<std::string> all_words(const Words& words) {
  std::vector<std::string> all;
  for (std::uint32_t i = 0; i < words.size(); ++i) all.push_back(words[i]);
  return all;
}

// The columns of words are ENUMs in memory and dictionaries in the file: no text is copied row by row.
std::string create_facts_sql(const ClaimTable& claims, const FactCatalogue& catalogue) {
  std::vector<std::string> names;
  for (const FactDefinition& fact : catalogue.facts) names.push_back(fact.name);
  return fmt::format(
      "CREATE TABLE part(person_id BIGINT, fact {}, kind {}, valid_from DATE, valid_to DATE, value BIGINT, text {}, "
      "known_on DATE, source {}, record_id BIGINT, "
      "used BOOLEAN, reason {})",
      sql_enum(names), sql_enum(words_of(kFactKindWords)), sql_enum(all_words(claims.words())),
      sql_enum(all_words(claims.sources())), sql_enum(words_of(kClaimReasons)));
}

void word_or_null(TableWriter& writer, std::uint32_t place) {
  if (place == 0)
    writer.null();
  else
    writer.word(place);
}

void write_claim(TableWriter& writer, const Claim& claim, const FactCatalogue& catalogue) {
  writer.bigint(claim.person);
  writer.word(claim.fact);
  writer.word(static_cast<std::uint32_t>(catalogue.facts[claim.fact].kind));
  if (claim.from == kOpenStart)
    writer.null();
  else
    writer.date(Day{claim.from});
  if (claim.to == kOpenEnd)
    writer.null();
  else
    writer.date(Day{claim.to});
  if (claim.value == kNoValue)
    writer.null();
  else
    writer.bigint(claim.value);
  word_or_null(writer, claim.word);
  writer.date(Day{claim.known_on});
  writer.word(claim.source);
  writer.bigint(claim.record);
  writer.boolean(claim.used);
  word_or_null(writer, static_cast<std::uint32_t>(claim.reason));
  writer.end_row();
}

}  // namespace

Result<void> write_facts(const ClaimTable& claims, const FactCatalogue& catalogue, const ProfileLimits& limits,
                         const std::filesystem::path& out) {
  std::vector<std::optional<Error>> errors(claims.parts().size());
  const std::string create = create_facts_sql(claims, catalogue);
  parallel_for(limits.threads, claims.parts().size(), [&](std::size_t part) {
    auto written = write_part("facts", part, create, out, [&](TableWriter& writer) {
      for (const Claim& claim : claims.parts()[part]) write_claim(writer, claim, catalogue);
    });
    if (!written) errors[part] = std::move(written).error();
  });
  for (auto& error : errors) {
    if (error) return fail(std::move(*error));
  }
  return {};
}

Result<void> write_absences(const std::vector<Absence>& absences, const FactCatalogue& catalogue,
                            const std::filesystem::path& out) {
  return write_table("absences", out, [&](TableWriter& writer) {
    for (const Absence& absence : absences) {
      const FactDefinition& fact = catalogue.facts[absence.fact];
      writer.text(fact.name);
      writer.text(absence.region);
      writer.boolean(absence.known);
      if (absence.known && fact.type != FactType::word)
        writer.bigint(absence.value);
      else
        writer.null();
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
  return write_table("kin", out, [&](TableWriter& writer) {
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

Result<void> write_families(const FamilyTable& families, std::span<const Traits> traits, const Words& words,
                            std::string_view urban, const std::filesystem::path& out) {
  TRY_VOID(write_table("families", out, [&](TableWriter& writer) {
    for (const Family& family : families.families()) {
      const Traits& reference = traits[family.reference];
      writer.bigint(family.id);
      writer.bigint(family.id);
      text_or_null(writer, words[reference.region]);
      text_or_null(writer, words[reference.county]);
      if (reference.residence_type == 0)
        writer.null();
      else
        writer.text(words[reference.residence_type] == urban ? "urban" : "rural");
      writer.bigint(family.size);
      writer.text(family.presumed ? "presumed" : "known");
      writer.end_row();
    }
  }));
  return write_table("family_members", out, [&](TableWriter& writer) {
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
