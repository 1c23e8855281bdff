#include "profile/coverage.h"

#include <algorithm>
#include <set>

namespace songtan::profile {
namespace {

// The narrowest entry of a source that covers the whole region.
const SourceCoverage* entry_for(const std::vector<SourceCoverage>& coverage, std::string_view source,
                                std::string_view region) {
  const SourceCoverage* best = nullptr;
  for (const SourceCoverage& entry : coverage) {
    if (entry.source != source || !region.starts_with(entry.region)) continue;
    if (best == nullptr || entry.region.size() > best->region.size()) best = &entry;
  }
  return best;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

// Why a source does not let anybody conclude from a missing row; empty if it does.
std::string_view silence_of(const SourceCoverage* entry, Day as_of) {
  if (entry == nullptr || !entry->delivered) return "not_delivered";
  if (!entry->absence_is_none) return "says_nothing";
  if (as_of > entry->delivered->plus(static_cast<int>(entry->rhythm_days))) return "not_fresh";
  return {};
}

Absence absence_in(const FactDefinition& fact, std::size_t index, const std::string& region,
                   const std::vector<SourceCoverage>& coverage, Day as_of) {
  Absence absence;
  absence.fact = index;
  absence.region = region;
  absence.sources = joined(fact.sources);
  absence.known = fact.absent.kind == AbsentValue::Kind::value;
  absence.value = fact.absent.value;
  absence.word = fact.absent.word;
  absence.reason = absence.known ? "absence" : "says_nothing";
  for (const std::string& source : fact.sources) {
    const SourceCoverage* entry = entry_for(coverage, source, region);
    const std::string_view silence = silence_of(entry, as_of);
    if (!silence.empty() && absence.known) {
      absence.known = false;
      absence.reason = silence;
    }
    if (entry == nullptr || !entry->delivered) continue;
    const Day until = entry->delivered->plus(static_cast<int>(entry->rhythm_days));
    absence.known_on = absence.known_on ? std::min(*absence.known_on, *entry->delivered) : *entry->delivered;
    absence.fresh_until = absence.fresh_until ? std::min(*absence.fresh_until, until) : until;
  }
  return absence;
}

Absence complete_absence(const FactDefinition& fact, std::size_t index) {
  Absence absence;
  absence.fact = index;
  absence.known = fact.complete.kind == AbsentValue::Kind::value;
  absence.value = fact.complete.value;
  absence.word = fact.complete.word;
  absence.reason = "complete";
  return absence;
}

}  // namespace

std::vector<Absence> absences_of(const FactCatalogue& catalogue, const std::vector<SourceCoverage>& coverage,
                                 Completeness completeness, Day as_of) {
  std::vector<Absence> absences;
  for (std::size_t i = 0; i < catalogue.facts.size(); ++i) {
    const FactDefinition& fact = catalogue.facts[i];
    if (completeness == Completeness::complete) {
      absences.push_back(complete_absence(fact, i));
      continue;
    }
    std::set<std::string> regions = {""};
    for (const SourceCoverage& entry : coverage) {
      if (std::ranges::find(fact.sources, entry.source) != fact.sources.end()) regions.insert(entry.region);
    }
    for (const std::string& region : regions) absences.push_back(absence_in(fact, i, region, coverage, as_of));
  }
  return absences;
}

const Absence* absence_for(const std::vector<Absence>& absences, std::size_t fact, std::string_view region) {
  const auto first = std::ranges::lower_bound(absences, fact, {}, &Absence::fact);
  const Absence* best = nullptr;
  for (auto at = first; at != absences.end() && at->fact == fact; ++at) {
    if (region.starts_with(at->region) && (best == nullptr || at->region.size() > best->region.size())) best = &*at;
  }
  return best;
}

}  // namespace songtan::profile
