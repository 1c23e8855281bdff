#include "profile/detail/claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/tasks.h"

namespace songtan::profile::detail {
namespace {

constexpr std::size_t kPersonsOfPart = 125'000;

Error refusal(const std::string& file, std::string code, Text message, Text mend) {
  Error error;
  error.code = std::move(code);
  error.message = std::move(message);
  error.mend = std::move(mend);
  error.file = file;
  return error;
}

// The published key, the first two columns of which decide almost always.
// In full: person_id, fact, valid_from, valid_to, source, record_id, value, text, known_on, used; NULLs last.
auto key_of(const Claim& claim) {
  const std::int32_t from = claim.from == kOpenStart ? kOpenEnd : claim.from;
  const std::int64_t value = claim.value == kNoValue ? std::numeric_limits<std::int64_t>::max() : claim.value;
  const std::uint32_t word = claim.word == 0 ? std::numeric_limits<std::uint32_t>::max() : claim.word;
  return std::tuple(claim.person, claim.fact, from, claim.to, claim.source, claim.record, value, word, claim.known_on,
                    claim.used, claim.reason);
}

bool goes_before(const Claim& a, const Claim& b) {
  if (a.person != b.person) return a.person < b.person;
  if (a.fact != b.fact) return a.fact < b.fact;
  return key_of(a) < key_of(b);
}

}  // namespace

std::string_view word_of(ClaimReason reason) {
  switch (reason) {
    case ClaimReason::none: return {};
    case ClaimReason::less_reliable: return "less_reliable";
    case ClaimReason::lower_priority: return "lower_priority";
    case ClaimReason::older: return "older";
    case ClaimReason::same_day: return "same_day";
    case ClaimReason::confirmed: return "confirmed";
  }
  return {};
}

std::uint32_t Words::index_of(std::string_view word) {
  const auto found = index_.find(word);
  if (found != index_.end()) return found->second;
  const auto index = static_cast<std::uint32_t>(words_.size());
  words_.emplace_back(word);
  index_.emplace(word, index);
  return index;
}

std::vector<std::uint32_t> Words::sort() {
  std::vector<std::uint32_t> order(words_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [this](std::uint32_t index) { return std::string_view(words_[index]); });
  std::vector<std::uint32_t> moved(words_.size());
  std::vector<std::string> sorted;
  for (std::uint32_t at = 0; at < order.size(); ++at) {
    moved[order[at]] = at;
    sorted.push_back(words_[order[at]]);
  }
  words_ = std::move(sorted);
  for (auto& [word, index] : index_) index = moved[index];
  return moved;
}

std::vector<std::int64_t> ranks_of(const Words& sources, const std::vector<SourceCoverage>& coverage) {
  std::vector<std::int64_t> ranks(sources.size(), std::numeric_limits<std::int64_t>::max());
  for (const SourceCoverage& entry : coverage) {
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
      if (sources[i] == entry.source) ranks[i] = std::min(ranks[i], -entry.priority);
    }
  }
  return ranks;
}

ClaimTable::ClaimTable(const FactCatalogue& catalogue, std::span<const std::int64_t> persons) : catalogue_(&catalogue) {
  for (std::size_t at = 0; at < std::max<std::size_t>(persons.size(), 1); at += kPersonsOfPart) {
    first_persons_.push_back(at == 0 ? 0 : persons[at]);
  }
  parts_.resize(first_persons_.size());
}

Result<void> ClaimTable::add(const table::Chunk& chunk, const std::string& file, Standing standing) {
  const auto person = chunk.bigints(0);
  const auto from = chunk.days(2);
  const auto to = chunk.days(3);
  const auto value = chunk.bigints(4);
  const auto known_on = chunk.days(6);
  const auto record = chunk.bigints(8);
  const auto preference = chunk.bigints(9);
  for (std::int64_t row = 0; row < chunk.size(); ++row) {
    const auto at = static_cast<std::size_t>(row);
    const auto fact = catalogue_->find(chunk.text(1, row));
    if (!fact) {
      const std::string name(chunk.text(1, row));
      return fail(refusal(file, "pack.fact_unknown",
                          {"没有声明的事实：" + name, "the fact '" + name + "' is not declared"},
                          {"在 facts/facts.toml 中声明", "declare it in facts/facts.toml"}));
    }
    const FactDefinition& definition = catalogue_->facts[*fact];
    const bool has_value = definition.type == FactType::word ? !chunk.is_null(5, row) : !chunk.is_null(4, row);
    if (chunk.is_null(0, row) || chunk.is_null(6, row) || chunk.is_null(7, row) || chunk.is_null(8, row) ||
        !has_value) {
      return fail(refusal(file, "pack.fact_incomplete",
                          {"事实缺少人、值、来源、记录或知晓日期：" + definition.name,
                           "a row of '" + definition.name + "' lacks its person, value, source, record or known_on"},
                          {"在 SQL 中滤去这样的行", "filter such rows in the SQL"}));
    }
    Claim claim{.person = person[at],
                .record = record[at],
                .known_on = known_on[at].days,
                .fact = static_cast<std::uint16_t>(*fact),
                .confirmed = standing == Standing::confirmed};
    if (!chunk.is_null(4, row)) claim.value = value[at];
    if (!chunk.is_null(5, row)) claim.word = words_.index_of(chunk.text(5, row));
    claim.source = static_cast<std::uint16_t>(sources_.index_of(chunk.text(7, row)));
    if (!chunk.is_null(9, row))
      claim.preference = static_cast<std::uint8_t>(std::clamp<std::int64_t>(preference[at], 0, 255));
    if (definition.kind != FactKind::constant) {
      if (!chunk.is_null(2, row)) claim.from = from[at].days;
      if (!chunk.is_null(3, row)) claim.to = to[at].days;
    }
    const auto part = std::ranges::upper_bound(first_persons_, claim.person) - first_persons_.begin() - 1;
    if (claim.from < claim.to) parts_[static_cast<std::size_t>(std::max<std::ptrdiff_t>(part, 0))].push_back(claim);
  }
  return {};
}

std::int64_t ClaimTable::size() const {
  std::size_t count = 0;
  for (const auto& part : parts_) count += part.size();
  return static_cast<std::int64_t>(count);
}

void ClaimTable::sort_words(int threads) {
  const auto words = words_.sort();
  const auto sources = sources_.sort();
  parallel_for(threads, parts_.size(), [&](std::size_t at) {
    for (Claim& claim : parts_[at]) {
      claim.word = words[claim.word];
      claim.source = static_cast<std::uint16_t>(sources[claim.source]);
    }
  });
}

void ClaimTable::resolve(const std::vector<SourceCoverage>& coverage, int threads) {
  sort_words(threads);
  const std::vector<std::int64_t> rank = ranks_of(sources_, coverage);
  parallel_for(threads, parts_.size(), [&](std::size_t at) {
    std::vector<Claim>& part = parts_[at];
    std::ranges::sort(part, goes_before);
    std::vector<Claim> resolved;
    resolved.reserve(part.size());
    for (auto first = part.begin(); first != part.end();) {
      const auto last = std::find_if(first, part.end(), [&](const Claim& claim) {
        return claim.person != first->person || claim.fact != first->fact;
      });
      const auto sorted_from = resolved.size();
      resolve_group({first, last}, catalogue_->facts[first->fact], rank, resolved);
      std::sort(resolved.begin() + static_cast<std::ptrdiff_t>(sorted_from), resolved.end(), goes_before);
      first = last;
    }
    part = std::move(resolved);
  });
}

}  // namespace songtan::profile::detail
