#include "link/night_link.h"

#include <algorithm>
#include <array>

#include "base/tasks.h"
#include "base/toml_file.h"
#include "link/detail/day_decisions.h"
#include "link/detail/night_coding.h"
#include "link/detail/night_tables.h"
#include "link/kernel/candidates.h"
#include "link/kernel/components.h"
#include "link/kernel/number_links.h"
#include "link/kernel/open_links.h"

namespace songtan::link {
namespace {

constexpr int kSteps = 6;
constexpr int kRounds = 4;

struct LinkOptions {
  std::int32_t margin_millibits = 3000;
  std::uint32_t most_candidates = 64;
};

Result<LinkOptions> options_of(const std::filesystem::path& file) {
  LinkOptions options;
  if (file.empty()) return options;
  TRY(const TomlFile toml, TomlFile::read(file));
  options.margin_millibits =
      static_cast<std::int32_t>(toml.root().integer_or("margin_millibits", options.margin_millibits));
  options.most_candidates =
      static_cast<std::uint32_t>(toml.root().integer_or("most_candidates", options.most_candidates));
  TRY_VOID(toml.check());
  return options;
}

std::vector<std::uint32_t> open_records(const std::vector<NumberCode>& own) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < own.size(); ++i) {
    if (own[i] == 0) open.push_back(i);
  }
  return open;
}

// A common name alone offers too many people to look at; the other keys are narrow.
std::uint32_t cap_of(CandidateKey key, const LinkOptions& options) {
  const bool alone = key == CandidateKey::name_alone || key == CandidateKey::sound_alone;
  return alone ? std::min(options.most_candidates, 16U) : options.most_candidates;
}

std::vector<Candidate> all_candidates(const NightRecords& night, const PersonProfiles& persons,
                                      const EvidenceScale& scale, const std::vector<std::uint32_t>& open,
                                      const LinkOptions& options, int threads) {
  constexpr auto kKeys = static_cast<std::size_t>(CandidateKey::count_);
  std::array<std::vector<Candidate>, kKeys + 1> found;
  parallel_for(threads, kKeys + 1, [&](std::size_t task) {
    if (task == 0) {
      found[kKeys] = candidates_by_household(night, persons, open);
      return;
    }
    const auto key = static_cast<CandidateKey>(task - 1);
    found[task - 1] = candidates_by_key(key, night, persons, scale, open, cap_of(key, options));
  });
  std::vector<Candidate> all;
  for (std::vector<Candidate>& some : found) {
    all.insert(all.end(), some.begin(), some.end());
    std::vector<Candidate>().swap(some);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

struct Linked {
  std::vector<NightLink> links;
  std::vector<NumberCode> own;
};

// One round: every record that owns no number yet against the persons as they are known now. Records that are linked
// take their person's number, so that the next round finds them among its members.
OpenLinks link_open_records(const NightRecords& night, std::vector<NumberCode>& own, DisjointSets& sets,
                            const LinkOptions& options, int threads) {
  const PersonProfiles persons(night, own, sets);
  const EvidenceScale scale(night, persons, EvidenceWeights{});
  const std::vector<Candidate> candidates = all_candidates(night, persons, scale, open_records(own), options, threads);
  OpenLinks links = link_to_persons(persons, scale, night, candidates, options.margin_millibits);
  for (const NightLink& link : links.links) {
    const bool right_is_open = own[link.right] == 0;
    own[right_is_open ? link.right : link.left] = own[right_is_open ? link.left : link.right];
    sets.unite(link.left, link.right);
  }
  return links;
}

// Somebody of whom no record bears a valid number is told by the one row in the fullest register: it becomes a person
// whom the other records may be linked to. Returns how many there are.
std::int64_t seed_persons(const NightRecords& night, std::vector<NumberCode>& own, DisjointSets& sets) {
  const std::uint32_t source = PersonProfiles(night, own, sets).fullest();
  std::int64_t seeds = 0;
  for (std::uint32_t i = 0; i < own.size(); ++i) {
    const NightRecord& record = night.records[i];
    if (own[i] != 0 || record.source != source || record.name == 0 || record.sex == 0) continue;
    if (record.precision != BirthPrecision::day || Day{record.birth}.year() < 1850) continue;
    own[i] = stand_in_code(Day{record.birth}, record.sex, static_cast<std::uint64_t>(seeds++));
  }
  return seeds;
}

// What a linked record tells of its person (its household, its kin) decides others: repeat while that helps.
std::vector<NightLink> link_in_rounds(const NightRecords& night, std::vector<NumberCode>& own, DisjointSets& sets,
                                      const LinkOptions& options, int threads, LinkReport& report) {
  std::vector<NightLink> weighed;
  for (int round = 0; round < kRounds; ++round) {
    const OpenLinks more = link_open_records(night, own, sets, options, threads);
    report.weighed += more.linked;
    report.undecided = more.undecided;
    weighed.insert(weighed.end(), more.links.begin(), more.links.end());
    if (more.linked * 500 < report.without_number) break;
  }
  return weighed;
}

Linked link_records(const NightRecords& night, const LinkOptions& options, int threads, Progress& progress,
                    LinkReport& report) {
  DisjointSets sets(night.records.size());
  NumberLinks by_number = link_by_number(night, sets);
  report.repaired = by_number.repaired;
  report.refused_numbers = by_number.refused;
  progress.report("link", 2, kSteps);
  report.without_number = std::count(by_number.own.begin(), by_number.own.end(), NumberCode{0});
  report.with_number = report.records - report.without_number - report.repaired;
  std::vector<NightLink> weighed = link_in_rounds(night, by_number.own, sets, options, threads, report);
  if (seed_persons(night, by_number.own, sets) > 0) {
    const std::vector<NightLink> more = link_in_rounds(night, by_number.own, sets, options, threads, report);
    weighed.insert(weighed.end(), more.begin(), more.end());
  }
  progress.report("link", 3, kSteps);
  const std::vector<std::uint32_t> leftovers = open_records(by_number.own);
  Linked linked{std::move(by_number.links), std::move(by_number.own)};
  linked.links.insert(linked.links.end(), weighed.begin(), weighed.end());
  const std::vector<NightLink> rest = link_leftovers(night, leftovers, options.most_candidates);
  linked.links.insert(linked.links.end(), rest.begin(), rest.end());
  return linked;
}

NightPersons persons_of(const NightRecords& night, const Components& components) {
  NightPersons persons;
  const std::size_t records = night.records.size();
  persons.set_of.resize(records);
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t i = 0; i < records; ++i) {
    const std::uint32_t root = components.root[i];
    if (root == i) {
      persons.set_of[i] = static_cast<std::uint32_t>(sizes.size());
      sizes.push_back(0);
    }
    persons.set_of[i] = persons.set_of[root];
    ++sizes[persons.set_of[i]];
  }
  persons.offsets.assign(1, 0);
  for (const std::uint32_t size : sizes) persons.offsets.push_back(persons.offsets.back() + size);
  persons.members.resize(records);
  std::vector<std::uint32_t> next(persons.offsets.begin(), persons.offsets.end() - 1);
  for (std::uint32_t i = 0; i < records; ++i) persons.members[next[persons.set_of[i]]++] = i;
  return persons;
}

PersonIds give_ids(const NightRecords& night, const NightPersons& persons, const std::vector<NumberCode>& own,
                   const PreviousIds& previous) {
  std::vector<std::int64_t> record_ids;
  record_ids.reserve(persons.members.size());
  for (const std::uint32_t member : persons.members) record_ids.push_back(night.records[member].record_id);
  const std::size_t count = persons.offsets.size() - 1;
  std::vector<std::uint64_t> keys;
  std::vector<std::size_t> key_offsets{0};
  for (std::size_t set = 0; set < count; ++set) {
    if (!previous.ever.empty()) {
      const auto members =
          std::span(persons.members).subspan(persons.offsets[set], persons.offsets[set + 1] - persons.offsets[set]);
      const std::vector<std::uint64_t> some = keys_of_person(night, members, own);
      keys.insert(keys.end(), some.begin(), some.end());
    }
    key_offsets.push_back(keys.size());
  }
  std::vector<PersonSet> sets;
  sets.reserve(count);
  for (std::size_t set = 0; set < count; ++set) {
    const std::uint32_t from = persons.offsets[set];
    sets.push_back({record_ids[from], std::span(record_ids).subspan(from, persons.offsets[set + 1] - from),
                    std::span(keys).subspan(key_offsets[set], key_offsets[set + 1] - key_offsets[set])});
  }
  return ids_of_sets(sets, previous);
}

// Marks what people decided, not the rules: the decision stands on a record of the set.
void mark_decided(const DayDecisions& decisions, const NightPersons& persons, std::vector<PersonLogEntry>& log) {
  std::vector<std::size_t> same;
  std::vector<std::size_t> apart;
  for (const NightLink& link : decisions.same)
    same.insert(same.end(), {persons.set_of[link.left], persons.set_of[link.right]});
  for (const auto& [left, right] : decisions.apart)
    apart.insert(apart.end(), {persons.set_of[left], persons.set_of[right]});
  std::sort(same.begin(), same.end());
  std::sort(apart.begin(), apart.end());
  for (PersonLogEntry& entry : log) {
    const auto& sets = entry.event == PersonEvent::merged ? same : apart;
    entry.decided = entry.event != PersonEvent::created && std::binary_search(sets.begin(), sets.end(), entry.set);
  }
}

void count_log(const std::vector<PersonLogEntry>& log, LinkReport& report) {
  for (const PersonLogEntry& entry : log) {
    report.created += entry.event == PersonEvent::created ? 1 : 0;
    report.merged += entry.event == PersonEvent::merged ? 1 : 0;
    report.split += entry.event == PersonEvent::split ? 1 : 0;
  }
}

}  // namespace

Result<LinkReport> link_night(table::Session& session, const NightLinkInputs& inputs,
                              const std::filesystem::path& out_dir, Progress& progress) {
  TRY(const LinkOptions options, options_of(inputs.options_file));
  TRY(const CodedNight coded, coded_night(session, inputs, progress));
  const NightRecords& night = coded.night;
  LinkReport report;
  report.records = static_cast<std::int64_t>(night.records.size());
  progress.report("link", 1, kSteps);
  TRY(const DayDecisions decisions, day_decisions(session, inputs, night));
  report.idle_decisions = decisions.idle;
  Linked linked = link_records(night, options, inputs.threads, progress, report);
  linked.links.insert(linked.links.end(), decisions.same.begin(), decisions.same.end());
  const Components components = components_of(night.records.size(), std::move(linked.links), decisions.apart);
  NightPersons persons = persons_of(night, components);
  TRY(const PreviousIds previous, previous_ids(session, inputs.previous));
  PersonIds ids = give_ids(night, persons, linked.own, previous);
  mark_decided(decisions, persons, ids.log);
  persons.person_of_set = ids.of_set;
  report.persons = static_cast<std::int64_t>(ids.of_set.size());
  count_log(ids.log, report);
  progress.report("link", 4, kSteps);
  TRY_VOID(write_persons(session, coded, persons, linked.own, out_dir));
  TRY_VOID(write_person_records(session, coded, persons, out_dir));
  progress.report("link", 5, kSteps);
  TRY_VOID(write_links(session, night, components.links, out_dir));
  TRY_VOID(write_person_keys(session, inputs.previous, night, persons, linked.own, out_dir));
  TRY_VOID(write_decided_records(session, decisions.records, out_dir));
  TRY_VOID(write_person_log(session, inputs.previous, ids.log, inputs.night, out_dir));
  progress.report("link", kSteps, kSteps);
  return report;
}

}  // namespace songtan::link
