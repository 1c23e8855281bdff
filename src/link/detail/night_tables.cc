#include "link/detail/night_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/record_id.h"
#include "base/text.h"
#include "link/kernel/open_links.h"
#include "model/schema.h"
#include "table/writer.h"

namespace songtan::link {
namespace {

constexpr std::string_view kKeysTable = "CREATE TABLE link_out(person_key BIGINT, person_id BIGINT)";

// Fills a scratch table through `fill` and writes it sorted by `key` to <out_dir>/<table>/part-0.parquet.
// `more` is SQL that adds to link_out.
Result<void> write_table(table::Session& session, const std::string& create, std::string_view table,
                         std::string_view key, const std::filesystem::path& out_dir,
                         const std::function<void(table::TableWriter&)>& fill, const std::string& more = {}) {
  TRY_VOID(session.run("DROP TABLE IF EXISTS link_out; " + create));
  {
    TRY(auto writer, table::TableWriter::open(session, "link_out"));
    fill(writer);
    TRY_VOID(writer.finish());
  }
  if (!more.empty()) TRY_VOID(session.run(more));
  const std::filesystem::path folder = out_dir / table;
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (trouble) {
    return fail(Outcome::environment, "link.folder", {"无法创建文件夹", "a folder cannot be created"},
                {"检查磁盘空间与权限：" + folder.string(), "check disk space and rights: " + folder.string()});
  }
  TRY(const std::int64_t rows,
      session.write_parquet("SELECT * FROM link_out ORDER BY " + std::string(key), folder / "part-0.parquet"));
  static_cast<void>(rows);
  return session.run("DROP TABLE link_out");
}

Result<void> write_model_table(table::Session& session, std::string_view name, const std::filesystem::path& out_dir,
                               const std::function<void(table::TableWriter&)>& fill) {
  const model::TableSchema& schema = model::schema_of(name);
  return write_table(session, model::create_table_sql(schema, "link_out"), name, schema.key, out_dir, fill);
}

std::span<const std::uint32_t> members_of(const NightPersons& persons, std::size_t set) {
  return std::span(persons.members).subspan(persons.offsets[set], persons.offsets[set + 1] - persons.offsets[set]);
}

// The value that most members bear (0 = none); of several the one that goes before the others, so that it does not
// depend on the files in which the records came.
template <typename Value, typename Before = std::less<>>
std::uint64_t most_common(std::span<const std::uint32_t> members, Value&& value_of, Before&& before = {}) {
  std::array<std::pair<std::uint64_t, int>, 16> counts{};
  std::size_t used = 0;
  for (const std::uint32_t member : members) {
    const std::uint64_t value = value_of(member);
    if (value == 0) continue;
    std::size_t at = 0;
    while (at < used && counts[at].first != value) ++at;
    if (at == counts.size()) continue;
    if (at == used) counts[used++] = {value, 0};
    ++counts[at].second;
  }
  const auto best = std::max_element(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(used),
                                     [&](const auto& a, const auto& b) {
                                       return a.second != b.second ? a.second < b.second : before(b.first, a.first);
                                     });
  return used == 0 ? 0 : best->first;
}

std::uint32_t name_of_set(const NightRecords& night, std::span<const std::uint32_t> members) {
  const auto by_letters = [&](std::uint64_t a, std::uint64_t b) {
    return night.names.name(static_cast<std::uint32_t>(a)) < night.names.name(static_cast<std::uint32_t>(b));
  };
  return static_cast<std::uint32_t>(
      most_common(members, [&](std::uint32_t member) { return night.records[member].name; }, by_letters));
}

NumberCode number_of_set(std::span<const std::uint32_t> members, const std::vector<NumberCode>& own) {
  for (const std::uint32_t member : members) {
    if (own[member] != 0 && !is_stand_in(own[member])) return own[member];
  }
  return 0;
}

// Shortest of the 12, 9 or 6 digits that loses nothing but zeros below the county.
std::string text_of_region(std::uint64_t region) {
  std::string digits = std::to_string(region);
  return digits.size() < 12 ? std::string(12 - digits.size(), '0') + digits : digits;
}

// The hukou's region where a register states it, else the most common region.
std::uint64_t region_of_set(const NightRecords& night, std::span<const std::uint32_t> members,
                            const std::vector<std::uint32_t>& address_offsets) {
  const std::uint64_t hukou = most_common(members, [&](std::uint32_t member) -> std::uint64_t {
    for (std::uint32_t at = address_offsets[member]; at < address_offsets[member + 1]; ++at) {
      if (night.addresses[at].hukou && night.addresses[at].region != 0) return night.addresses[at].region;
    }
    return 0;
  });
  return hukou != 0 ? hukou : most_common(members, [&](std::uint32_t member) { return night.records[member].region; });
}

std::vector<std::uint32_t> address_offsets_of(const NightRecords& night) {
  std::vector<std::uint32_t> offsets(night.records.size() + 1, 0);
  for (const FurtherAddress& address : night.addresses) ++offsets[address.record + 1];
  for (std::size_t i = 1; i < offsets.size(); ++i) offsets[i] += offsets[i - 1];
  return offsets;
}

void write_person(table::TableWriter& writer, const NightRecords& night, std::span<const std::uint32_t> members,
                  NumberCode number, std::uint64_t region) {
  writer.text(number != 0 ? "valid" : "missing");
  const auto name = name_of_set(night, members);
  if (name == 0)
    writer.null();
  else
    writer.text(utf8_of(night.names.name(name)));
  const std::uint64_t sex =
      number != 0 ? sex_of_code(number) : most_common(members, [&](std::uint32_t m) { return night.records[m].sex; });
  if (sex == 0)
    writer.null();
  else
    writer.tiny(static_cast<std::int8_t>(sex));
  const std::uint64_t birth = most_common(members, [&](std::uint32_t m) {
    const NightRecord& record = night.records[m];
    return record.precision == BirthPrecision::day ? static_cast<std::uint64_t>(record.birth + (std::int64_t{1} << 32))
                                                   : 0;
  });
  if (number != 0)
    writer.date(birth_of_code(number));
  else if (birth != 0)
    writer.date(Day{static_cast<std::int32_t>(static_cast<std::int64_t>(birth) - (std::int64_t{1} << 32))});
  else
    writer.null();
  const std::uint64_t ethnicity = most_common(
      members, [&](std::uint32_t m) { return night.records[m].ethnicity; },
      [&](std::uint64_t a, std::uint64_t b) { return night.ethnicities[a] < night.ethnicities[b]; });
  if (ethnicity == 0)
    writer.null();
  else
    writer.text(night.ethnicities[ethnicity]);
  if (region == 0)
    writer.null();
  else
    writer.text(text_of_region(region));
  writer.bigint(static_cast<std::int64_t>(members.size()));
  writer.end_row();
}

std::string_view word_of_event(PersonEvent event) {
  switch (event) {
    case PersonEvent::created: return "created";
    case PersonEvent::merged: return "merged";
    case PersonEvent::split: return "split";
  }
  return "created";
}

std::string_view reason_of(const PersonLogEntry& entry) {
  switch (entry.event) {
    case PersonEvent::created: return entry.again ? "seen again" : "first seen";
    case PersonEvent::merged: return entry.decided ? "decided: the same person" : "records of both are linked";
    case PersonEvent::split: return entry.decided ? "decided: not the same person" : "records are no longer linked";
  }
  return "";
}

// Rows of two BIGINT columns handed to `take`.
Result<void> read_pairs(table::Session& session, const std::string& sql,
                        const std::function<void(std::int64_t, std::int64_t)>& take) {
  TRY(auto rows, session.query(sql));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    const auto left = rows.chunk().bigints(0);
    const auto right = rows.chunk().bigints(1);
    for (std::size_t i = 0; i < left.size(); ++i) take(left[i], right[i]);
  }
}

}  // namespace

Result<PreviousIds> previous_ids(table::Session& session, const PersonRegistry& registry) {
  PreviousIds previous;
  if (!registry.person_records.empty()) {
    TRY_VOID(read_pairs(session, "SELECT record_id, person_id FROM " + table::parquet_list(registry.person_records),
                        [&](std::int64_t record, std::int64_t person) {
                          previous.of_record[record] = person;
                          previous.ever.insert(person);
                        }));
  }
  if (!registry.person_keys.empty()) {
    const std::unordered_set<std::int64_t> borne = previous.ever;
    // What two persons have in common tells neither.
    const std::string of_one =
        "SELECT person_key, min(person_id) FROM {} {} GROUP BY person_key "
        "HAVING min(person_id) = max(person_id)";
    const std::string keys = table::parquet_list(registry.person_keys);
    const std::string last_night =
        "person_id IN (SELECT person_id FROM " + table::parquet_list(registry.person_records) + ")";
    const auto read = [&](const std::string& where, std::unordered_map<std::uint64_t, std::int64_t>& into) {
      return read_pairs(session, fmt::format(fmt::runtime(of_one), keys, where),
                        [&](std::int64_t key, std::int64_t person) {
                          into[static_cast<std::uint64_t>(key)] = person;
                          previous.ever.insert(person);
                        });
    };
    TRY_VOID(read("WHERE " + last_night, previous.of_key));
    TRY_VOID(read("WHERE NOT " + last_night, previous.of_gone));
  }
  if (!registry.person_log.empty()) {
    TRY_VOID(read_pairs(
        session,
        "SELECT person_id, coalesce(other_person_id, person_id) FROM " + table::parquet_list(registry.person_log),
        [&](std::int64_t person, std::int64_t other) { previous.ever.insert({person, other}); }));
  }
  return previous;
}

namespace {

// What one mention says, as a hash of the text that its source delivered.
std::uint64_t content_of(const NightRecords& night, std::uint32_t index) {
  const NightRecord& record = night.records[index];
  const std::u32string_view name = record.name == 0 ? std::u32string_view() : night.names.name(record.name);
  std::uint64_t hash = hash64(night.sources[record.source]);
  hash = mix64(hash, hash64({reinterpret_cast<const char*>(name.data()), name.size() * sizeof(char32_t)}));
  for (const std::uint64_t field : {record.number, record.group, record.local, record.region, record.address,
                                    static_cast<std::uint64_t>(static_cast<std::uint32_t>(record.birth))})
    hash = mix64(hash, field);
  const auto broken = std::lower_bound(night.broken_numbers.begin(), night.broken_numbers.end(), index,
                                       [](const auto& one, std::uint32_t value) { return one.first < value; });
  const bool has_broken = broken != night.broken_numbers.end() && broken->first == index;
  return has_broken ? mix64(hash, hash64(broken->second)) : hash;
}

}  // namespace

std::uint64_t key_of_record(const NightRecords& night, std::uint32_t index) {
  constexpr int kRoleBits = 4;
  const auto same_row = [&](std::uint32_t other) {
    return night.records[other].record_id >> kRoleBits == night.records[index].record_id >> kRoleBits;
  };
  std::uint32_t first = index;
  while (first > 0 && same_row(first - 1)) --first;
  std::uint64_t row = 0;
  for (std::uint32_t at = first; at < night.records.size() && same_row(at); ++at)
    row = mix64(row, content_of(night, at));
  return mix64(row, content_of(night, index)) >> 1;
}

std::vector<std::uint64_t> keys_of_person(const NightRecords& night, std::span<const std::uint32_t> members,
                                          const std::vector<NumberCode>& own) {
  std::vector<std::uint64_t> keys;
  NumberCode last = 0;
  for (const std::uint32_t member : members) {
    if (own[member] == 0 || own[member] == last || is_stand_in(own[member])) continue;
    last = own[member];
    const std::uint64_t key = mix64(1, last) >> 1;
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  if (!keys.empty()) return keys;
  for (const std::uint32_t member : members) keys.push_back(key_of_record(night, member));
  const auto name = name_of_set(night, members);
  if (name != 0) {
    const std::u32string_view letters = night.names.name(name);
    const std::uint64_t hash =
        hash64({reinterpret_cast<const char*>(letters.data()), letters.size() * sizeof(char32_t)});
    for (const std::uint32_t member : members) {
      const NightRecord& record = night.records[member];
      if (record.precision != BirthPrecision::day || record.region == 0) continue;
      keys.push_back(mix64(mix64(hash, static_cast<std::uint32_t>(record.birth)), record.region / 1'000'000) >> 1);
      break;
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

Result<void> write_decided_records(table::Session& session, const std::vector<DecidedRecord>& records,
                                   const std::filesystem::path& out_dir) {
  return write_model_table(session, "decided_records", out_dir, [&](table::TableWriter& writer) {
    for (const DecidedRecord& record : records) {
      writer.bigint(record.record_id);
      writer.bigint(static_cast<std::int64_t>(record.key));
      writer.end_row();
    }
  });
}

Result<void> write_persons(table::Session& session, const CodedNight& coded, const NightPersons& persons,
                           const std::vector<NumberCode>& own, const std::filesystem::path& out_dir) {
  const std::vector<std::uint32_t> offsets = address_offsets_of(coded.night);
  return write_model_table(session, "persons", out_dir, [&](table::TableWriter& writer) {
    for (std::size_t set = 0; set < persons.person_of_set.size(); ++set) {
      const auto members = members_of(persons, set);
      writer.bigint(persons.person_of_set[set]);
      write_person(writer, coded.night, members, number_of_set(members, own),
                   region_of_set(coded.night, members, offsets));
    }
  });
}

Result<void> write_person_records(table::Session& session, const CodedNight& coded, const NightPersons& persons,
                                  const std::filesystem::path& out_dir) {
  return write_model_table(session, "person_records", out_dir, [&](table::TableWriter& writer) {
    for (std::size_t i = 0; i < coded.night.records.size(); ++i) {
      const Origin& origin = coded.origins[coded.origin_of[i]];
      const std::int64_t id = coded.night.records[i].record_id;
      writer.text(origin.source);
      writer.text(origin.file);
      writer.bigint(id >> 4 & kMaximalRow);
      writer.text(origin.role);
      writer.text(origin.load);
      writer.bigint(persons.person_of_set[persons.set_of[i]]);
      writer.bigint(id);
      writer.end_row();
    }
  });
}

Result<void> write_links(table::Session& session, const NightRecords& night, const std::vector<NightLink>& links,
                         const std::filesystem::path& out_dir) {
  return write_model_table(session, "links", out_dir, [&](table::TableWriter& writer) {
    for (const NightLink& link : links) {
      writer.text(word_of_link(link));
      if (link.weighed)
        writer.bigint(link.weight_millibits);
      else
        writer.null();
      writer.bigint(night.records[link.left].record_id);
      writer.bigint(night.records[link.right].record_id);
      writer.end_row();
    }
  });
}

Result<void> write_person_keys(table::Session& session, const PersonRegistry& registry, const NightRecords& night,
                               const NightPersons& persons, const std::vector<NumberCode>& own,
                               const std::filesystem::path& out_dir) {
  const std::string gone = registry.person_keys.empty()
                               ? std::string()
                               : "INSERT INTO link_out SELECT person_key, person_id FROM " +
                                     table::parquet_list(registry.person_keys) +
                                     " WHERE person_id NOT IN (SELECT person_id FROM link_out)";
  return write_table(
      session, std::string(kKeysTable), "person_keys", "person_key, person_id", out_dir,
      [&](table::TableWriter& writer) {
        for (std::size_t set = 0; set < persons.person_of_set.size(); ++set) {
          for (const std::uint64_t key : keys_of_person(night, members_of(persons, set), own)) {
            writer.bigint(static_cast<std::int64_t>(key));
            writer.bigint(persons.person_of_set[set]);
            writer.end_row();
          }
        }
      },
      gone);
}

Result<void> write_person_log(table::Session& session, const PersonRegistry& registry,
                              const std::vector<PersonLogEntry>& entries, const std::string& night,
                              const std::filesystem::path& out_dir) {
  std::int64_t sequence = 0;
  const bool before = !registry.person_log.empty();
  if (before) {
    TRY(sequence,
        session.integer("SELECT coalesce(max(sequence), 0) FROM " + table::parquet_list(registry.person_log)));
  }
  const model::TableSchema& schema = model::schema_of("person_log");
  TRY_VOID(session.run("DROP TABLE IF EXISTS link_log; " + model::create_table_sql(schema, "link_log")));
  {
    TRY(auto writer, table::TableWriter::open(session, "link_log"));
    for (const PersonLogEntry& entry : entries) {
      writer.bigint(++sequence);
      writer.text(word_of_event(entry.event));
      writer.bigint(entry.person_id);
      if (entry.other_person_id == 0)
        writer.null();
      else
        writer.bigint(entry.other_person_id);
      writer.text(reason_of(entry));
      writer.text(night);
      writer.end_row();
    }
    TRY_VOID(writer.finish());
  }
  std::string select = "SELECT * FROM link_log";
  if (before)
    select = "SELECT " + model::select_list(schema) + " FROM " + table::parquet_list(registry.person_log) +
             " UNION ALL " + select;
  const std::filesystem::path folder = out_dir / "person_log";
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  TRY(const std::int64_t rows,
      session.write_parquet("SELECT * FROM (" + select + ") ORDER BY sequence", folder / "part-0.parquet"));
  static_cast<void>(rows);
  return session.run("DROP TABLE link_log");
}

}  // namespace songtan::link
