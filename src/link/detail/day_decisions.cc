#include "link/detail/day_decisions.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "link/detail/night_tables.h"
#include "link/kernel/open_links.h"

namespace songtan::link {
namespace {

struct Decision {
  std::int64_t left = 0;
  std::int64_t right = 0;
  bool same = false;
};

Result<std::vector<Decision>> read_decisions(table::Session& session, const NightLinkInputs& inputs) {
  std::vector<Decision> decisions;
  TRY(auto rows, session.query("SELECT DISTINCT record_l, record_r, kind = 'same' AS same FROM " +
                               table::parquet_list(inputs.decisions) + " ORDER BY ALL"));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return decisions;
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const auto at = static_cast<std::size_t>(row);
      decisions.push_back({chunk.bigints(0)[at], chunk.bigints(1)[at], chunk.booleans(2)[at]});
    }
  }
}

Result<std::map<std::int64_t, std::uint64_t>> earlier_keys(table::Session& session, const PersonRegistry& registry) {
  std::map<std::int64_t, std::uint64_t> keys;
  if (registry.decided_records.empty()) return keys;
  TRY(auto rows, session.query("SELECT record_id, record_key FROM " + table::parquet_list(registry.decided_records)));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return keys;
    for (std::size_t row = 0; row < rows.chunk().bigints(0).size(); ++row)
      keys[rows.chunk().bigints(0)[row]] = static_cast<std::uint64_t>(rows.chunk().bigints(1)[row]);
  }
}

// Finds tonight's record of a decided one, by its id or else by what it says.
class Finder {
 public:
  Finder(const NightRecords& night, std::map<std::int64_t, std::uint64_t> earlier)
      : night_(night), earlier_(std::move(earlier)) {}

  std::optional<std::uint32_t> find(std::int64_t record_id) {
    const auto at =
        std::lower_bound(night_.records.begin(), night_.records.end(), record_id,
                         [](const NightRecord& record, std::int64_t value) { return record.record_id < value; });
    if (at != night_.records.end() && at->record_id == record_id) {
      const auto index = static_cast<std::uint32_t>(at - night_.records.begin());
      keys_[record_id] = key_of_record(night_, index);
      return index;
    }
    const auto key = earlier_.find(record_id);
    if (key == earlier_.end()) return std::nullopt;
    keys_[record_id] = key->second;
    const auto& all = by_key();
    const auto found = all.find(key->second);
    return found == all.end() || found->second == kSeveral ? std::nullopt : std::optional(found->second);
  }

  std::vector<DecidedRecord> known() const {
    std::vector<DecidedRecord> records;
    for (const auto& [id, key] : keys_) records.push_back({id, key});
    return records;
  }

 private:
  static constexpr std::uint32_t kSeveral = 0xFFFFFFFF;

  const std::unordered_map<std::uint64_t, std::uint32_t>& by_key() {
    if (!by_key_.empty()) return by_key_;
    by_key_.reserve(night_.records.size());
    for (std::uint32_t i = 0; i < night_.records.size(); ++i) {
      const auto [at, added] = by_key_.try_emplace(key_of_record(night_, i), i);
      if (!added) at->second = kSeveral;
    }
    return by_key_;
  }

  const NightRecords& night_;
  std::map<std::int64_t, std::uint64_t> earlier_;
  std::map<std::int64_t, std::uint64_t> keys_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_key_;
};

}  // namespace

Result<DayDecisions> day_decisions(table::Session& session, const NightLinkInputs& inputs, const NightRecords& night) {
  DayDecisions decisions;
  if (inputs.decisions.empty()) return decisions;
  TRY(const auto list, read_decisions(session, inputs));
  TRY(auto earlier, earlier_keys(session, inputs.previous));
  Finder finder(night, std::move(earlier));
  for (const Decision& decision : list) {
    const auto left = finder.find(decision.left);
    const auto right = finder.find(decision.right);
    if (!left || !right || *left == *right) {
      ++decisions.idle;
      continue;
    }
    const auto [low, high] = std::minmax(*left, *right);
    if (decision.same) {
      decisions.same.push_back({low, high, static_cast<std::uint16_t>(NightRule::human_decision), false, 0});
    } else {
      decisions.apart.emplace_back(low, high);
    }
  }
  decisions.records = finder.known();
  return decisions;
}

}  // namespace songtan::link
