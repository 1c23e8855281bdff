#include "link/detail/night_coding.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"

namespace songtan::link {
namespace {

constexpr std::size_t kTailCharacters = 8;
constexpr std::int64_t kRoleBits = 4;

enum IdentityColumn : std::int64_t {
  kRecordId,
  kSource,
  kFile,
  kRole,
  kLoad,
  kOffice,
  kNumber,
  kNumberState,
  kName,
  kSex,
  kBirth,
  kPrecision,
  kEthnicity,
  kPhone,
  kRegion,
  kAddress,
  kGroupKey,
  kLocalId
};

constexpr std::string_view kIdentitySelect =
    "SELECT record_id, source, file, role, load, office, number, number_state, name, sex, birth, birth_precision, "
    "ethnicity, phone, region, address, group_key, local_id FROM ";

// Lets a look-up by string_view into a map of strings go without a copy.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return hash64(text); }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// Next code point of well-formed UTF-8; moves `at` behind it.
char32_t next_character(std::string_view utf8, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(utf8[at++]);
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t character = lead & (0x3FU >> more);
  for (int i = 0; i < more && at < utf8.size(); ++i)
    character = character << 6 | (static_cast<unsigned char>(utf8[at++]) & 0x3FU);
  return character;
}

bool is_address_noise(char32_t c) {
  constexpr std::u32string_view kNoise = U" ,.-#\u3000，。、；;:：()（）·\t";
  return kNoise.find(c) != std::u32string_view::npos;
}

NumberState number_state_of(std::string_view word) {
  if (word == "valid") return NumberState::valid;
  if (word == "invalid") return NumberState::invalid;
  if (word == "fifteen") return NumberState::fifteen;
  return NumberState::missing;
}

BirthPrecision precision_of(std::string_view word, bool has_birth) {
  if (!has_birth) return BirthPrecision::none;
  if (word == "month") return BirthPrecision::month;
  if (word == "year") return BirthPrecision::year;
  if (word == "default") return BirthPrecision::fallback;
  return BirthPrecision::day;
}

std::uint64_t salted(std::string_view text, std::uint64_t salt) { return text.empty() ? 0 : hash64(text, salt) | 1U; }

// Ids this long (cards, school numbers) are unique in the whole country, shorter ones only within their department.
constexpr std::size_t kLongId = 12;
constexpr std::uint64_t kOwnIdSalt = 7;

class IdentityCoder {
 public:
  explicit IdentityCoder(CodedNight& out) : out_(out) { out_.night.ethnicities = {""}; }

  void add(const table::Chunk& chunk) {
    const auto ids = chunk.bigints(kRecordId);
    const auto sexes = chunk.tinies(kSex);
    const auto births = chunk.days(kBirth);
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const auto at = static_cast<std::size_t>(row);
      NightRecord record;
      record.record_id = ids[at];
      if (!chunk.is_null(kSex, row)) record.sex = static_cast<std::uint8_t>(sexes[at]);
      const bool has_birth = !chunk.is_null(kBirth, row);
      if (has_birth) record.birth = births[at].days;
      record.precision = precision_of(chunk.text(kPrecision, row), has_birth);
      add_origin(chunk, row, record);
      add_number(chunk, row, record);
      add_texts(chunk, row, record);
      out_.night.records.push_back(record);
    }
  }

 private:
  void add_origin(const table::Chunk& chunk, std::int64_t row, NightRecord& record) {
    const std::string_view source = chunk.text(kSource, row);
    const std::string_view file = chunk.text(kFile, row);
    const std::string_view role = chunk.text(kRole, row);
    const std::string_view load = chunk.text(kLoad, row);
    const bool as_last = !out_.origins.empty() && last_ < out_.origins.size() && out_.origins[last_].role == role &&
                         out_.origins[last_].file == file && out_.origins[last_].source == source &&
                         out_.origins[last_].load == load;
    if (!as_last) {
      const std::string key =
          std::string(source) + '\x1f' + std::string(file) + '\x1f' + std::string(role) + '\x1f' + std::string(load);
      const auto [found, added] = origin_numbers_.try_emplace(key, static_cast<std::uint32_t>(out_.origins.size()));
      if (added) {
        out_.origins.push_back({std::string(source), std::string(file), std::string(role), std::string(load)});
        origin_sources_.push_back(source_number(std::string(source) + '/' + std::string(role)));
      }
      last_ = found->second;
    }
    out_.origin_of.push_back(last_);
    record.source = origin_sources_[last_];
    source_salt_ = hash64(source);
    department_salt_ = hash64(source.substr(0, source.find('.')));
  }

  std::uint16_t source_number(const std::string& source_role) {
    const auto [found, added] =
        source_numbers_.try_emplace(source_role, static_cast<std::uint16_t>(out_.night.sources.size()));
    if (added) out_.night.sources.push_back(source_role);
    return found->second;
  }

  void add_number(const table::Chunk& chunk, std::int64_t row, NightRecord& record) {
    const std::string_view number = chunk.text(kNumber, row);
    record.number_state = number.empty() ? NumberState::missing : number_state_of(chunk.text(kNumberState, row));
    record.number = code_of_number(number, record.number_state);
    if (record.number_state == NumberState::invalid) {
      out_.night.broken_numbers.emplace_back(static_cast<std::uint32_t>(out_.night.records.size()),
                                             std::string(number));
    }
    const std::string_view local = chunk.text(kLocalId, row);
    record.local = salted(local, local.size() >= kLongId ? 1 : department_salt_);
    // An id that is no citizen number: the same in all departments, and silent about birth and sex.
    if (!number.empty() && chunk.text(kNumberState, row) == "other") record.local = salted(number, kOwnIdSalt);
    // GB 残疾人证: 18 digits of citizen number, then category and grade.
    if (local.size() == 20) {
      const std::string_view inside = local.substr(0, 18);
      record.card = code_of_number(inside, state_of_number(inside));
    }
  }

  void add_texts(const table::Chunk& chunk, std::int64_t row, NightRecord& record) {
    record.name = name_number(chunk.text(kName, row));
    record.phone = salted(chunk.text(kPhone, row), 2);
    record.region = code_of_region(chunk.text(kRegion, row));
    record.office = static_cast<std::uint32_t>(salted(chunk.text(kOffice, row), department_salt_));
    const AddressCode address = code_of_address(chunk.text(kAddress, row));
    record.address = address.whole;
    record.address_tail = address.tail;
    record.group = salted(chunk.text(kGroupKey, row), source_salt_ + 1);
    record.ethnicity = ethnicity_number(chunk.text(kEthnicity, row));
  }

  std::uint32_t name_number(std::string_view raw) {
    if (raw.empty()) return 0;
    if (const auto found = raw_names_.find(raw); found != raw_names_.end()) return found->second;
    const std::uint32_t number = out_.night.names.add(code_of_name(code_points(normalised_text(raw))));
    raw_names_.emplace(std::string(raw), number);
    return number;
  }

  std::uint8_t ethnicity_number(std::string_view word) {
    if (word.empty()) return 0;
    if (const auto found = ethnicity_numbers_.find(word); found != ethnicity_numbers_.end()) return found->second;
    if (out_.night.ethnicities.size() > 255) return 0;
    const auto number = static_cast<std::uint8_t>(out_.night.ethnicities.size());
    out_.night.ethnicities.emplace_back(word);
    ethnicity_numbers_.emplace(std::string(word), number);
    return number;
  }

  CodedNight& out_;
  TextMap<std::uint32_t> origin_numbers_;
  TextMap<std::uint16_t> source_numbers_;
  TextMap<std::uint32_t> raw_names_;
  TextMap<std::uint8_t> ethnicity_numbers_;
  std::vector<std::uint16_t> origin_sources_;
  std::uint32_t last_ = 0;
  std::uint64_t source_salt_ = 0;
  std::uint64_t department_salt_ = 0;
};

// Puts everything into the order of record ids; loads arrive as sorted runs in any order.
void sort_by_record_id(CodedNight& coded) {
  auto& records = coded.night.records;
  const auto by_id = [](const NightRecord& a, const NightRecord& b) { return a.record_id < b.record_id; };
  if (std::is_sorted(records.begin(), records.end(), by_id)) return;
  std::vector<std::uint32_t> order(records.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return by_id(records[a], records[b]); });
  std::vector<NightRecord> sorted;
  std::vector<std::uint32_t> origins;
  std::vector<std::uint32_t> place(order.size());
  sorted.reserve(order.size());
  origins.reserve(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    sorted.push_back(records[order[i]]);
    origins.push_back(coded.origin_of[order[i]]);
    place[order[i]] = i;
  }
  records = std::move(sorted);
  coded.origin_of = std::move(origins);
  for (auto& [record, text] : coded.night.broken_numbers) record = place[record];
  std::sort(coded.night.broken_numbers.begin(), coded.night.broken_numbers.end());
}

// The delivered row is the record id without its role; rows that speak of several people tie them together.
void mark_shared_rows(NightRecords& night) {
  auto& records = night.records;
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].record_id >> kRoleBits != records[i - 1].record_id >> kRoleBits) continue;
    const std::uint64_t row = mix64(static_cast<std::uint64_t>(records[i].record_id >> kRoleBits)) | 1U;
    records[i].row_group = row;
    records[i - 1].row_group = row;
  }
}

std::uint32_t index_of(const std::vector<NightRecord>& records, std::int64_t record_id) {
  const auto at = std::lower_bound(records.begin(), records.end(), record_id,
                                   [](const NightRecord& record, std::int64_t id) { return record.record_id < id; });
  const bool found = at != records.end() && at->record_id == record_id;
  return found ? static_cast<std::uint32_t>(at - records.begin()) : 0xFFFFFFFF;
}

Result<void> read_addresses(table::Session& session, const NightLinkInputs& inputs, NightRecords& night) {
  if (inputs.address.empty()) return {};
  TRY(auto rows, session.stream("SELECT record_id, kind, region, text FROM " + table::parquet_list(inputs.address)));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    const auto ids = chunk.bigints(0);
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const std::uint32_t record = index_of(night.records, ids[static_cast<std::size_t>(row)]);
      if (record == 0xFFFFFFFF) continue;
      const AddressCode address = code_of_address(chunk.text(3, row));
      const std::uint64_t region = code_of_region(chunk.text(2, row));
      const bool hukou = chunk.text(1, row) == "hukou";
      // A region that is the record's own and no text add nothing but the knowledge that it is the hukou's.
      if (address.whole == 0 && region == 0) continue;
      night.addresses.push_back({record, hukou, region, address.whole, address.tail});
    }
  }
  std::sort(night.addresses.begin(), night.addresses.end(), [](const FurtherAddress& a, const FurtherAddress& b) {
    return std::tie(a.record, b.hukou, a.region, a.address) < std::tie(b.record, a.hukou, b.region, b.address);
  });
  return {};
}

// Households that only the relation table names.
Result<void> read_households(table::Session& session, const NightLinkInputs& inputs, NightRecords& night) {
  if (inputs.relation.empty()) return {};
  TRY(auto rows, session.stream("SELECT record_id, source, group_key FROM " + table::parquet_list(inputs.relation) +
                                " WHERE kind = 'household' AND group_key IS NOT NULL"));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    const auto ids = chunk.bigints(0);
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const std::uint32_t record = index_of(night.records, ids[static_cast<std::size_t>(row)]);
      if (record == 0xFFFFFFFF || night.records[record].group != 0) continue;
      night.records[record].group = salted(chunk.text(2, row), hash64(chunk.text(1, row)) + 1);
    }
  }
  return {};
}

// Who is related to whom within a row.
Result<void> read_pairs(table::Session& session, const NightLinkInputs& inputs, NightRecords& night) {
  if (inputs.relation.empty()) return {};
  TRY(auto rows,
      session.stream("SELECT record_id, other_record_id, relation FROM " + table::parquet_list(inputs.relation) +
                     " WHERE kind = 'pair' AND other_record_id IS NOT NULL"));
  TextMap<std::uint16_t> words;
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const std::uint32_t record = index_of(night.records, chunk.bigints(0)[static_cast<std::size_t>(row)]);
      const std::uint32_t other = index_of(night.records, chunk.bigints(1)[static_cast<std::size_t>(row)]);
      if (record == 0xFFFFFFFF || other == 0xFFFFFFFF) continue;
      const auto number = static_cast<std::uint16_t>(
          2 * words.try_emplace(std::string(chunk.text(2, row)), words.size()).first->second);
      night.pairs.push_back({record, other, number});
      night.pairs.push_back({other, record, static_cast<std::uint16_t>(number + 1)});
    }
  }
  night.relations = static_cast<std::uint16_t>(2 * words.size());
  std::sort(night.pairs.begin(), night.pairs.end());
  return {};
}

// Accounts and payers, from the tables that hold them.
Result<void> read_affinities(table::Session& session, const std::vector<std::filesystem::path>& files,
                             const std::string& column, AffinityKind kind, NightRecords& night) {
  if (files.empty()) return {};
  TRY(auto rows, session.stream("SELECT record_id, " + column + " FROM " + table::parquet_list(files) + " WHERE " +
                                column + " IS NOT NULL"));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    const table::Chunk& chunk = rows.chunk();
    const auto ids = chunk.bigints(0);
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const std::uint32_t record = index_of(night.records, ids[static_cast<std::size_t>(row)]);
      const std::uint64_t key = salted(chunk.text(1, row), 100 + static_cast<std::uint64_t>(kind));
      if (record != 0xFFFFFFFF && key != 0) night.affinities.push_back({record, kind, key});
    }
  }
}

// Households and applications above this size say nothing about who belongs together.
constexpr std::size_t kMostMates = 12;

// The records of one row or one household are named together: each gets the others' names.
void add_mates(NightRecords& night, std::uint64_t NightRecord::* group_of) {
  struct Member {
    std::uint64_t group;
    std::uint32_t record;
    auto operator<=>(const Member&) const = default;
  };
  std::vector<Member> members;
  for (std::uint32_t i = 0; i < night.records.size(); ++i) {
    const NightRecord& record = night.records[i];
    if (record.*group_of != 0 && record.name != 0) members.push_back({record.*group_of, i});
  }
  std::sort(members.begin(), members.end());
  for (std::size_t from = 0; from < members.size();) {
    std::size_t to = from + 1;
    while (to < members.size() && members[to].group == members[from].group) ++to;
    for (std::size_t a = from; a < to && to - from <= kMostMates; ++a) {
      const std::uint32_t own = night.records[members[a].record].name;
      for (std::size_t b = from; b < to; ++b) {
        const std::uint32_t name = night.records[members[b].record].name;
        if (name != own) night.affinities.push_back({members[a].record, AffinityKind::mate, mix64(77, name)});
      }
    }
    from = to;
  }
}

Result<void> add_affinities(table::Session& session, const NightLinkInputs& inputs, NightRecords& night) {
  TRY_VOID(read_affinities(session, inputs.payment, "account_digest", AffinityKind::account, night));
  TRY_VOID(read_affinities(session, inputs.income, "payer", AffinityKind::payer, night));
  add_mates(night, &NightRecord::row_group);
  add_mates(night, &NightRecord::group);
  std::sort(night.affinities.begin(), night.affinities.end());
  night.affinities.erase(std::unique(night.affinities.begin(), night.affinities.end()), night.affinities.end());
  return {};
}

}  // namespace

AddressCode code_of_address(std::string_view utf8) {
  if (utf8.empty()) return {};
  std::u32string kept;
  kept.reserve(utf8.size() / 3 + 1);
  for (std::size_t at = 0; at < utf8.size();) {
    char32_t c = next_character(utf8, at);
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
    if (c >= U'a' && c <= U'z') c -= 32;
    if (!is_address_noise(c)) kept += c;
  }
  if (kept.empty()) return {};
  const auto hash_of = [](std::u32string_view text, std::uint64_t salt) {
    return hash64({reinterpret_cast<const char*>(text.data()), text.size() * sizeof(char32_t)}, salt) | 1U;
  };
  const bool has_tail = kept.size() >= kTailCharacters;
  const std::u32string_view tail = has_tail ? std::u32string_view(kept).substr(kept.size() - kTailCharacters) : kept;
  return {hash_of(kept, 3), hash_of(tail, 4)};
}

std::uint64_t code_of_region(std::string_view digits) {
  if (digits.size() < 2 || digits.size() > 12) return 0;
  std::uint64_t code = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return 0;
    code = code * 10 + static_cast<std::uint64_t>(c - '0');
  }
  for (std::size_t i = digits.size(); i < 12; ++i) code *= 10;
  return code;
}

Result<CodedNight> coded_night(table::Session& session, const NightLinkInputs& inputs, Progress& progress) {
  if (inputs.identity.empty()) {
    return fail(Outcome::usage, "link.no_identity", {"没有可关联的身份记录", "there are no identity records to link"},
                {"先导入来源文件（songtan ingest）", "ingest the extracts first (songtan ingest)"});
  }
  TRY(const std::int64_t total, session.integer("SELECT count(*) FROM " + table::parquet_list(inputs.identity)));
  CodedNight coded;
  coded.night.records.reserve(static_cast<std::size_t>(total));
  coded.origin_of.reserve(static_cast<std::size_t>(total));
  {
    IdentityCoder coder(coded);
    TRY(auto rows, session.stream(std::string(kIdentitySelect) + table::parquet_list(inputs.identity)));
    std::int64_t done = 0;
    while (true) {
      TRY(const bool more, rows.next());
      if (!more) break;
      coder.add(rows.chunk());
      done += rows.chunk().size();
      if (done % (1 << 20) < 2048) progress.report("link", done, total);
      if (progress.interrupted()) {
        return fail(Outcome::interrupted, "link.interrupted", {"关联被中断", "linking was interrupted"},
                    {"再次运行同一命令即可继续", "run the same command again"});
      }
    }
  }
  sort_by_record_id(coded);
  TRY_VOID(read_addresses(session, inputs, coded.night));
  TRY_VOID(read_households(session, inputs, coded.night));
  mark_shared_rows(coded.night);
  TRY_VOID(add_affinities(session, inputs, coded.night));
  TRY_VOID(read_pairs(session, inputs, coded.night));
  return coded;
}

}  // namespace songtan::link
