#include "decide/detail/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/tasks.h"

namespace songtan::decide::detail {
namespace {

using policy::InputColumn;
using policy::Need;
using policy::TimeKind;
using policy::VariableInfo;
using profile::Combination;
using profile::FactDefinition;
using profile::FactType;
using table::Chunk;

// One column being filled over the persons of a scope, and when a claim counts in it.
struct Slot {
  Need need;
  std::size_t fact = 0;
  std::int32_t from = 0;  ///< the claim counts if it overlaps [from, to]
  std::int32_t to = 0;
  int enumeration = -1;
  bool of_group = false;
  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> known;
};

std::pair<std::int32_t, std::int32_t> window_of(const Need& need, TimeKind time, Day as_of) {
  if (time == TimeKind::constant) return {as_of.days, as_of.days};
  const Day first = need.period.first();
  const Day last = need.period.last();
  if (time == TimeKind::monthly_flow || time == TimeKind::yearly_flow) return {first.days, last.days};
  const std::int32_t day = first <= as_of && as_of <= last ? as_of.days : last.days;
  return {day, day};
}

// The words of a column as codes of its enumeration; a word that a closed enumeration does not list is not known.
class WordCodes {
 public:
  WordCodes(const policy::Program& program, int enumeration) : program_(program), enumeration_(enumeration) {}
  std::optional<std::int64_t> code(std::string_view word) {
    const auto found = codes_.find(word);
    if (found != codes_.end()) return found->second;
    return codes_.emplace(std::string(word), program_.code(enumeration_, word)).first->second;
  }

 private:
  const policy::Program& program_;
  int enumeration_;
  std::map<std::string, std::optional<std::int64_t>, std::less<>> codes_;
};

Error undeclared(const VariableInfo& variable) {
  Error error;
  error.code = "pack.fact_undeclared";
  error.message = {"政策读的事实没有声明：" + variable.name,
                   "the policies read a fact that is not declared: " + variable.name};
  error.mend = {"在 facts/facts.toml 中声明", "declare it in facts/facts.toml"};
  error.file = variable.file;
  error.line = variable.line;
  return error;
}

Result<std::vector<Slot>> slots_of(const ColumnRequest& request, std::size_t rows) {
  std::vector<Slot> slots;
  for (const Need& need : request.needs) {
    const VariableInfo& variable = request.program->variables()[static_cast<std::size_t>(need.variable)];
    const bool of_group = request.program->entities()[static_cast<std::size_t>(variable.entity)].group;
    std::string name = variable.name;
    if (of_group) {
      const auto found = request.catalogue->family_variables.find(variable.name);
      if (found == request.catalogue->family_variables.end()) return fail(undeclared(variable));
      name = found->second;
    }
    const auto fact = request.catalogue->find(name);
    if (!fact) return fail(undeclared(variable));
    Slot slot;
    slot.need = need;
    slot.fact = *fact;
    std::tie(slot.from, slot.to) = window_of(need, variable.time, request.as_of);
    slot.enumeration = variable.enumeration;
    slot.of_group = of_group;
    slot.values.assign(rows, 0);
    slot.known.assign(rows, 0);
    slots.push_back(std::move(slot));
  }
  return slots;
}

// Facts of one part of the table on their way into the slots. Parts hold different persons, so they fill in parallel.
class PartReader {
 public:
  PartReader(const ColumnRequest& request, const Population& population, const Scope& scope, std::vector<Slot>& slots,
             std::vector<std::string>& counties)
      : request_(request), population_(population), scope_(scope), slots_(slots), counties_(counties) {
    county_ = *request.catalogue->find(request.catalogue->family.county);
    by_fact_.resize(request.catalogue->facts.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      by_fact_[slots[i].fact].push_back(i);
      codes_.emplace_back(*request.program, slots[i].enumeration);
    }
    for (std::size_t fact = 0; fact < by_fact_.size(); ++fact) {
      if (!by_fact_[fact].empty() || fact == county_) facts_.emplace(request.catalogue->facts[fact].name, fact);
    }
  }

  Result<void> read(const std::filesystem::path& file) {
    TRY(auto session, table::Session::open({.threads = 1, .memory_bytes = 512 << 20, .spill_folder = {}}));
    TRY(auto rows,
        session.stream(fmt::format("SELECT person_id, fact, valid_from, valid_to, value, text FROM {} WHERE used",
                                   table::parquet_list({file}))));
    while (true) {
      TRY(const bool more, rows.next());
      if (!more) return {};
      for (std::int64_t row = 0; row < rows.chunk().size(); ++row) take(rows.chunk(), row);
    }
  }

 private:
  void take(const Chunk& chunk, std::int64_t row) {
    const auto at = static_cast<std::size_t>(row);
    const std::int32_t target = row_of(chunk.bigints(0)[at]);
    if (target < 0) return;
    const auto found = facts_.find(chunk.text(1, row));
    if (found == facts_.end()) return;
    constexpr std::int32_t kOpen = std::numeric_limits<std::int32_t>::max();
    const std::int32_t from = chunk.is_null(2, row) ? -kOpen : chunk.days(2)[at].days;
    const std::int32_t to = chunk.is_null(3, row) ? kOpen : chunk.days(3)[at].days;
    if (found->second == county_ && from <= request_.as_of.days && request_.as_of.days < to)
      counties_[static_cast<std::size_t>(target)] = chunk.text(5, row);
    for (const std::size_t index : by_fact_[found->second]) {
      const Slot& slot = slots_[index];
      if (from > slot.to || to <= slot.from) continue;
      if (slot.enumeration < 0) {
        put(index, static_cast<std::size_t>(target), chunk.bigints(4)[at]);
      } else if (const auto code = codes_[index].code(chunk.text(5, row))) {
        put(index, static_cast<std::size_t>(target), *code);
      }
    }
  }

  void put(std::size_t index, std::size_t row, std::int64_t value) {
    Slot& slot = slots_[index];
    const Combination combination = request_.catalogue->facts[slot.fact].combination;
    std::int64_t& held = slot.values[row];
    if (slot.known[row] == 0)
      held = value;
    else if (combination == Combination::sum)
      held += value;
    else if (combination == Combination::most)
      held = std::max(held, value);
    else if (slot.from != slot.to)
      held += value;  // stretches of one flow within one month
    slot.known[row] = 1;
  }

  // The table is sorted by person, so the place is almost always the last one or the next.
  std::int32_t row_of(std::int64_t person) {
    if (person != last_person_) {
      last_person_ = person;
      const std::int32_t place = population_.place_of(person);
      last_row_ = place < 0 ? -1 : scope_.row_of[static_cast<std::size_t>(place)];
    }
    return last_row_;
  }

  const ColumnRequest& request_;
  const Population& population_;
  const Scope& scope_;
  std::vector<Slot>& slots_;
  std::vector<std::string>& counties_;
  std::vector<std::vector<std::size_t>> by_fact_;
  std::vector<WordCodes> codes_;
  std::map<std::string, std::size_t, std::less<>> facts_;
  std::size_t county_ = 0;
  std::int64_t last_person_ = 0;
  std::int32_t last_row_ = -1;
};

Result<void> read_facts(const ColumnRequest& request, const std::filesystem::path& profile,
                        const Population& population, const Scope& scope, std::vector<Slot>& slots,
                        std::vector<std::string>& counties) {
  const auto files = parts_of(profile, "facts");
  std::vector<std::optional<Error>> errors(files.size());
  parallel_for(request.threads, files.size(), [&](std::size_t part) {
    auto read = PartReader(request, population, scope, slots, counties).read(files[part]);
    if (!read) errors[part] = std::move(read).error();
  });
  for (auto& error : errors) {
    if (error) return fail(std::move(*error));
  }
  return {};
}

struct AbsentCode {
  bool known = false;
  std::int64_t value = 0;
};

// What the absence of a row means in each county that occurs, for one slot.
std::vector<AbsentCode> absent_codes(const ColumnRequest& request, const Slot& slot,
                                     const std::vector<profile::Absence>& absences,
                                     const std::vector<std::string>& counties) {
  std::vector<AbsentCode> codes;
  for (const std::string& county : counties) {
    const profile::Absence* absence = profile::absence_for(absences, slot.fact, county);
    AbsentCode code;
    if (absence != nullptr && absence->known) {
      code = {true, absence->value};
      if (slot.enumeration >= 0) {
        const auto word = request.program->code(slot.enumeration, absence->word);
        code = {word.has_value(), word.value_or(0)};
      }
    }
    codes.push_back(code);
  }
  return codes;
}

void fill_absences(const ColumnRequest& request, const std::vector<profile::Absence>& absences,
                   const std::vector<std::string>& county_of_row, std::vector<Slot>& slots) {
  std::vector<std::string> counties = county_of_row;
  std::ranges::sort(counties);
  counties.erase(std::ranges::unique(counties).begin(), counties.end());
  std::vector<std::uint32_t> index(county_of_row.size());
  parallel_for(request.threads, 64, [&](std::size_t block) {
    for (std::size_t row = index.size() * block / 64; row < index.size() * (block + 1) / 64; ++row) {
      index[row] =
          static_cast<std::uint32_t>(std::ranges::lower_bound(counties, county_of_row[row]) - counties.begin());
    }
  });
  parallel_for(request.threads, slots.size(), [&](std::size_t at) {
    Slot& slot = slots[at];
    const auto codes = absent_codes(request, slot, absences, counties);
    for (std::size_t row = 0; row < slot.known.size(); ++row) {
      const AbsentCode& code = codes[index[row]];
      if (slot.known[row] != 0 || !code.known) continue;
      slot.values[row] = code.value;
      slot.known[row] = 1;
    }
  });
}

InputColumn column_of(Slot&& slot, const Population& population, const Scope& scope) {
  InputColumn column;
  column.need = slot.need;
  if (!slot.of_group) {
    column.values = std::move(slot.values);
    column.known = std::move(slot.known);
    return column;
  }
  for (const std::int32_t group : scope.groups) {
    const std::int32_t place = population.references[static_cast<std::size_t>(group)];
    const auto row = static_cast<std::size_t>(scope.row_of[static_cast<std::size_t>(place)]);
    column.values.push_back(slot.values[row]);
    column.known.push_back(slot.known[row]);
  }
  return column;
}

void fill_membership(const Population& population, const Scope& scope, policy::Inputs& inputs) {
  policy::Membership& membership = inputs.groups.emplace_back();
  std::int64_t offset = 0;
  for (const std::int32_t group : scope.groups) {
    const auto at = static_cast<std::size_t>(group);
    membership.offsets.push_back(offset);
    for (std::int64_t i = population.offsets[at]; i < population.offsets[at + 1]; ++i, ++offset)
      membership.roles.push_back(population.roles[static_cast<std::size_t>(i)]);
  }
  membership.offsets.push_back(offset);
}

void fill_links(const Population& population, const Scope& scope, policy::Inputs& inputs) {
  for (const auto& pairs : population.links) {
    std::vector<std::pair<std::int32_t, std::int32_t>> rows;
    for (const auto& [person, other] : pairs) {
      const std::int32_t from = scope.row_of[static_cast<std::size_t>(person)];
      const std::int32_t to = scope.row_of[static_cast<std::size_t>(other)];
      if (from >= 0 && to >= 0) rows.emplace_back(from, to);
    }
    std::ranges::sort(rows);
    policy::LinkLists& lists = inputs.links.emplace_back();
    lists.offsets.assign(scope.places.size() + 1, 0);
    for (const auto& [from, to] : rows) {
      ++lists.offsets[static_cast<std::size_t>(from) + 1];
      lists.targets.push_back(to);
    }
    for (std::size_t row = 1; row < lists.offsets.size(); ++row) lists.offsets[row] += lists.offsets[row - 1];
  }
}

}  // namespace

Result<std::vector<profile::Absence>> load_absences(const std::filesystem::path& profile,
                                                    const profile::FactCatalogue& catalogue) {
  TRY(auto session, table::Session::open({.threads = 1, .memory_bytes = 256 << 20, .spill_folder = {}}));
  TRY(auto rows, session.query(fmt::format("SELECT fact, region, known, value, text, sources, known_on, fresh_until, "
                                           "reason FROM {} ORDER BY fact, region",
                                           table::parquet_list(parts_of(profile, "absences")))));
  std::vector<profile::Absence> absences;
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return absences;
    const Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const auto at = static_cast<std::size_t>(row);
      const auto fact = catalogue.find(chunk.text(0, row));
      if (!fact) continue;
      profile::Absence& absence = absences.emplace_back();
      absence.fact = *fact;
      absence.region = chunk.text(1, row);
      absence.known = chunk.booleans(2)[at];
      if (!chunk.is_null(3, row)) absence.value = chunk.bigints(3)[at];
      absence.word = chunk.text(4, row);
      absence.sources = chunk.text(5, row);
      if (!chunk.is_null(6, row)) absence.known_on = chunk.days(6)[at];
      if (!chunk.is_null(7, row)) absence.fresh_until = chunk.days(7)[at];
      absence.reason = chunk.text(8, row);
    }
  }
}

Result<policy::Inputs> fill_inputs(const ColumnRequest& request, const std::filesystem::path& profile,
                                   const Population& population, const Scope& scope) {
  TRY(auto slots, slots_of(request, scope.places.size()));
  std::vector<std::string> counties(scope.places.size());
  TRY_VOID(read_facts(request, profile, population, scope, slots, counties));
  TRY(const auto absences, load_absences(profile, *request.catalogue));
  fill_absences(request, absences, counties, slots);
  policy::Inputs inputs;
  inputs.persons = static_cast<std::int64_t>(scope.places.size());
  fill_membership(population, scope, inputs);
  fill_links(population, scope, inputs);
  for (Slot& slot : slots) inputs.columns.push_back(column_of(std::move(slot), population, scope));
  return inputs;
}

}  // namespace songtan::decide::detail
