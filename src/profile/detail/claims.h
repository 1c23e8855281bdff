// The claims of all records about the facts of all persons, in memory. In: chunks of (person_id, fact, valid_from,
// valid_to, value, text, known_on, source, record_id, preference). Out: resolved claims in the order of the published table.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/day.h"
#include "base/result.h"
#include "profile/coverage.h"
#include "profile/fact_catalogue.h"
#include "table/chunk.h"

namespace songtan::profile::detail {

inline constexpr std::int32_t kOpenStart = std::numeric_limits<std::int32_t>::min();
inline constexpr std::int32_t kOpenEnd = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min();

enum class ClaimReason : std::uint8_t { none, less_reliable, lower_priority, older, same_day, confirmed };

/// Whose word a claim is: a person who looked (a day input), or a record.
enum class Standing : std::uint8_t { confirmed, delivered };
std::string_view word_of(ClaimReason reason);

struct Claim {
  std::int64_t person = 0;
  std::int64_t value = kNoValue;
  std::int64_t record = 0;
  std::int32_t from = kOpenStart;
  std::int32_t to = kOpenEnd;
  std::int32_t known_on = 0;
  std::uint32_t word = 0;  ///< index of `words`; 0 = none
  std::uint16_t fact = 0;
  std::uint16_t source = 0;
  std::uint8_t preference = 0;  ///< of the pack's SQL; smaller goes before the priority of sources
  bool confirmed = false;       ///< by a person; goes before everything else
  bool used = true;
  ClaimReason reason = ClaimReason::none;

  bool holds_on(Day day) const { return used && from <= day.days && day.days < to; }
  bool agrees_with(const Claim& other) const { return value == other.value && word == other.word; }
};

/// Words by index, in the order of first sight until sort() makes the order that of their bytes.
class Words {
 public:
  Words() { index_of(""); }
  std::uint32_t index_of(std::string_view word);
  const std::string& operator[](std::uint32_t index) const { return words_[index]; }
  std::size_t size() const { return words_.size(); }
  /// Puts the words in order; yields old index → new index. "" stays 0.
  std::vector<std::uint32_t> sort();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::vector<std::string> words_;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> index_;
};

/// By source: smaller goes first. A source without a contract comes last.
std::vector<std::int64_t> ranks_of(const Words& sources, const std::vector<SourceCoverage>& coverage);

class ClaimTable {
 public:
  /// `persons` sorted. Claims about others are refused by add(). Parts hold ranges of persons whose number depends on
  /// the count of persons alone, so that neither threads nor memory show in the files.
  ClaimTable(const FactCatalogue& catalogue, std::span<const std::int64_t> persons);

  /// Takes the rows of one file of pack SQL. Errors: a fact that the catalogue does not know, a row without a source,
  /// record or the value its type wants.
  Result<void> add(const table::Chunk& chunk, const std::string& file, Standing standing = Standing::delivered);

  /// Decides which claims are used; sorts every part by the key of the published table.
  /// Cost: one sort a part, parts in parallel.
  void resolve(const std::vector<SourceCoverage>& coverage, int threads);

  std::span<const std::vector<Claim>> parts() const { return parts_; }
  const std::string& word(const Claim& claim) const { return words_[claim.word]; }
  const std::string& source(const Claim& claim) const { return sources_[claim.source]; }
  const Words& words() const { return words_; }
  const Words& sources() const { return sources_; }
  std::int64_t size() const;

 private:
  void sort_words(int threads);

  const FactCatalogue* catalogue_;
  std::vector<std::int64_t> first_persons_;  ///< of each part
  std::vector<std::vector<Claim>> parts_;
  Words words_;
  Words sources_;
};

/// Resolves the claims of one person on one fact; `rank` says which source goes first. Appends to `out`, unordered.
void resolve_group(std::span<Claim> group, const FactDefinition& fact, std::span<const std::int64_t> rank,
                   std::vector<Claim>& out);

}  // namespace songtan::profile::detail
