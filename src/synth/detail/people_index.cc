#include "synth/detail/people_index.h"

#include <algorithm>
#include <cstring>

#include "base/citizen_number.h"

namespace songtan::synth::detail {

Result<PeopleIndex> PeopleIndex::read(table::Session& session, Day as_of) {
  PeopleIndex index;
  index.adults_born_by_ = Day::from_civil(as_of.year() - 18, 1, 1);
  TRY(auto rows,
      session.query(
          "SELECT person_id, number, birth, household FROM person ORDER BY office, household, birth, person_id"));
  std::string household;
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const auto at = static_cast<std::size_t>(row);
      const std::string_view number = chunk.text(1, row);
      const std::string_view home = chunk.text(3, row);
      if (number.size() != 18) continue;
      if (!index.entries_.empty()) index.entries_.back().same_household_as_next = !home.empty() && home == household;
      household = home;
      index.entries_.push_back({chunk.bigints(0)[at], chunk.days(2)[at].days, false});
      std::memcpy(index.numbers_.emplace_back().data(), number.data(), number.size());
      index.number_hashes_.push_back(hash64(number));
    }
  }
  index.by_person_.resize(index.entries_.size());
  for (std::size_t i = 0; i < index.by_person_.size(); ++i) index.by_person_[i] = static_cast<std::uint32_t>(i);
  std::ranges::sort(index.by_person_, {}, [&](std::uint32_t place) { return index.entries_[place].person; });
  std::ranges::sort(index.number_hashes_);
  return index;
}

std::optional<std::size_t> PeopleIndex::place_of(std::int64_t person) const {
  const auto found =
      std::ranges::lower_bound(by_person_, person, {}, [&](std::uint32_t place) { return entries_[place].person; });
  if (found == by_person_.end() || entries_[*found].person != person) return std::nullopt;
  return *found;
}

bool PeopleIndex::taken(std::string_view number) const {
  return std::ranges::binary_search(number_hashes_, hash64(number));
}

std::string_view PeopleIndex::number_of_other(std::int64_t person, RandomStream stream) const {
  const auto place = place_of(person);
  if (!place || entries_.size() < 2) return {};
  if (stream.below(10) < 6) {
    if (entries_[*place].same_household_as_next) return number_at(*place + 1);
    if (*place > 0 && entries_[*place - 1].same_household_as_next) return number_at(*place - 1);
  }
  constexpr std::size_t kNeighbourhood = 1000;
  const std::size_t step = 1 + stream.below(std::min(kNeighbourhood, entries_.size() - 1));
  return number_at((*place + step) % entries_.size());
}

std::string_view PeopleIndex::number_of_guardian(std::int64_t person) const {
  const auto place = place_of(person);
  if (!place || entries_[*place].birth <= adults_born_by_.days) return {};
  for (std::size_t at = *place; at > 0 && entries_[at - 1].same_household_as_next; --at) {
    if (entries_[at - 1].birth <= adults_born_by_.days) return number_at(at - 1);
  }
  return {};
}

std::string PeopleIndex::second_number(std::int64_t person) const {
  const auto place = place_of(person);
  if (!place) return {};
  std::string number(number_at(*place));
  const auto digit = [&](std::size_t at) { return number[at] - '0'; };
  int sequence = digit(14) * 100 + digit(15) * 10 + digit(16);
  for (int attempt = 0; attempt < 500; ++attempt) {
    sequence = (sequence + 2) % 1000;  // steps of two keep the sex
    number[14] = static_cast<char>('0' + sequence / 100);
    number[15] = static_cast<char>('0' + sequence / 10 % 10);
    number[16] = static_cast<char>('0' + sequence % 10);
    number[17] = check_digit(std::string_view(number).substr(0, 17));
    if (sequence > 0 && !taken(number)) return number;
  }
  return std::string(number_at(*place));
}

}  // namespace songtan::synth::detail
