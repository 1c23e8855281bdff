// Exact links by citizen number. In: coded records. Out: links, and for each record the number that is trusted to be
// its own. Cost: one sort of the numbered records, one hash look-up a repair of each invalid number.
#pragma once

#include <vector>

#include "link/kernel/disjoint_sets.h"
#include "link/kernel/night_record.h"

namespace songtan::link {

/// Rules by which a night links; the order is fixed, the words are published in links.rule.
enum class NightRule : std::uint16_t {
  number_and_name,
  number_and_birth,
  number_alone,
  repaired_number_and_name,
  repaired_number_and_birth,
  card_number_and_name,
  weighed,
  same_without_number,
  human_decision,
  count_
};

/// The published word of a rule.
const char* word_of(NightRule rule);

struct NumberLinks {
  std::vector<NightLink> links;
  std::vector<NumberCode> own;  ///< per record: the number accepted as its own, else 0
  std::int64_t refused = 0;     ///< records whose valid number belongs to someone else
  std::int64_t repaired = 0;
};

/// Equal numbers link when the name or the birth date agrees with the owner's; a record that agrees in neither keeps
/// no number and is linked by other means. The owner is whoever's birth date fits the number, else the most frequent
/// name. `sets` is united along.
NumberLinks link_by_number(const NightRecords& night, DisjointSets& sets);

/// True for names that the same person may bear on two records with the same number.
bool names_agree(NameGrade grade);

}  // namespace songtan::link
