// Everybody's number, household by household: where a clerk who mistakes one person for another finds the other one.
// In: a session with the view `person`. Cost: 36 bytes a person.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/day.h"
#include "base/hash.h"
#include "base/result.h"
#include "table/session.h"

namespace songtan::synth::detail {

class PeopleIndex {
 public:
  /// Reads `person` (person_id, number, birth, household, office), ordered by office and household.
  static Result<PeopleIndex> read(table::Session& session, Day as_of);

  /// Someone else's number: mostly of the same household, else of the neighbourhood. Empty if there is nobody else.
  std::string_view number_of_other(std::int64_t person, RandomStream stream) const;
  /// For a child: the number of an adult of the household. Empty for adults and for children alone.
  std::string_view number_of_guardian(std::int64_t person) const;
  /// Another valid number, unlike anybody's, of the same birth date and sex: as after a move or a late registration.
  std::string second_number(std::int64_t person) const;

 private:
  struct Entry {
    std::int64_t person;
    std::int32_t birth;
    bool same_household_as_next;
  };
  using Number = std::array<char, 18>;

  std::optional<std::size_t> place_of(std::int64_t person) const;
  std::string_view number_at(std::size_t place) const { return {numbers_[place].data(), numbers_[place].size()}; }
  bool taken(std::string_view number) const;

  Day adults_born_by_;
  std::vector<Entry> entries_;                ///< by place
  std::vector<Number> numbers_;               ///< by place
  std::vector<std::uint32_t> by_person_;      ///< places, by person
  std::vector<std::uint64_t> number_hashes_;  ///< sorted
};

}  // namespace songtan::synth::detail
