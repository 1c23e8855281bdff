// What the absence of a row means. In: what each source covers, when it was last delivered and how often it ought to
// be. Out: for each fact and region, the value of a person without a row, or that nobody may conclude anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "profile/fact_catalogue.h"

namespace songtan::profile {

/// One source over one region, as its contract and its loads say.
struct SourceCoverage {
  std::string source;
  std::string region;            ///< prefix of a division code; empty = everywhere
  std::optional<Day> delivered;  ///< newest delivery known on the day; empty = none
  std::int64_t rhythm_days = 0;  ///< a delivery older than this says nothing of absence any more
  bool absence_is_none = false;  ///< the contract's absence = "none"
  std::int64_t priority = 50;    ///< the higher one wins a conflict (docs/formats/source-contract.md)
};

/// The value of one fact for people of a region who have no row of it.
struct Absence {
  std::size_t fact = 0;  ///< index in the catalogue
  std::string region;    ///< prefix; the longest that fits a person counts
  bool known = false;
  std::int64_t value = 0;
  std::string word;     ///< of facts of type word
  std::string sources;  ///< those that were asked, comma-separated
  std::optional<Day> known_on;
  std::optional<Day> fresh_until;  ///< last day on which this may be concluded
  std::string reason;              ///< absence | not_delivered | not_fresh | says_nothing | complete
};

/// How much of the world the records show.
enum class Completeness : std::uint8_t {
  as_delivered,  ///< absence means what the contracts say
  complete       ///< every record that exists is there: every absence is a no
};

/// For every fact that has a meaning of absence: one row per region that its sources distinguish, in the order of fact,
/// region. Art.: what a register that is incomplete or late does not say, it does not deny.
std::vector<Absence> absences_of(const FactCatalogue& catalogue, const std::vector<SourceCoverage>& coverage,
                                 Completeness completeness, Day as_of);

/// The absence that counts for a person of `region` (a division code, may be empty), or nullptr.
const Absence* absence_for(const std::vector<Absence>& absences, std::size_t fact, std::string_view region);

}  // namespace songtan::profile
