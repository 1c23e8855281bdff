#include "synth/detail/truth_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iterator>

#include "base/hash.h"
#include "base/money.h"
#include "base/tasks.h"
#include "model/schema.h"
#include "model/words.h"
#include "synth/detail/kinship.h"
#include "synth/detail/naming.h"
#include "synth/detail/registry.h"
#include "synth/detail/wording.h"
#include "table/session.h"
#include "table/source.h"

namespace songtan::synth {
namespace {

using table::ColumnType;
using table::SourceColumn;
using table::SourceRows;

constexpr std::int64_t kMostRowsEach = 8;  ///< of one table, about one person or one history row

std::vector<std::string> word_list(std::initializer_list<std::string_view> words) {
  return {words.begin(), words.end()};
}

const std::vector<std::string>& schooling_words() {
  static const auto words = word_list({"none", "preschool", "primary", "middle", "high", "college", "university"});
  return words;
}
const std::vector<std::string>& marital_words() {
  static const auto words = word_list({"never", "married", "divorced", "widowed"});
  return words;
}
const std::vector<std::string>& lodging_words() {
  static const auto words = word_list({"family", "dormitory", "institution", "elsewhere", "prison", "detox"});
  return words;
}
const std::vector<std::string>& purse_words() {
  static const auto words = word_list({"sound", "near_poor", "poor"});
  return words;
}

std::vector<std::string> livelihood_words() {
  std::vector<std::string> words;
  for (int i = 0; i <= static_cast<int>(Livelihood::dead); ++i) words.emplace_back(word_of(static_cast<Livelihood>(i)));
  return words;
}

template <typename Words>
std::vector<std::string> closed_list(const Words& words) {
  return {words.begin(), words.end()};
}

Result<table::Session> open_session(int threads) {
  table::SessionOptions options;
  options.threads = threads;
  return table::Session::open(options);
}

/// The door of a hukou book: that of its head if they live where they are written, else one that stands for nobody's.
std::int32_t door_of_book(std::span<const CountyWorld> all, Id book, std::int64_t hukou) {
  constexpr std::uint64_t kFirst = 40'000;
  constexpr std::uint64_t kDoors = 20'000;
  if (const CountyWorld* world = find_world(all, county_of_id(book)); world != nullptr) {
    const Person& head = world->persons[position_of_id(book)];
    const Dwelling& dwelling = world->dwellings[static_cast<std::size_t>(head.dwelling)];
    if (dwelling.region == hukou) return dwelling.door;
  }
  return static_cast<std::int32_t>(kFirst + mix64(static_cast<std::uint64_t>(book)) % kDoors);
}

/// The columns of lineage, which are the same in every row of the truth; what a table has itself comes from its rows.
std::string lineage_of(std::string_view column) {
  if (column == "source" || column == "load") return "'truth'::ENUM('truth')";
  if (column == "file") return "'people'::ENUM('people')";
  if (column == "role") return "'self'::ENUM('self')";
  if (column == "row") return fmt::format("record_id % {}", kIdsPerCounty);
  if (column == "known_on") return "valid_from";
  return {};
}

/// SELECT of a record table's columns in order, from a source that has some of them; the others are lineage or NULL.
/// Its rows come in the order of the table's key, so there is nothing to sort.
std::string select_of(const model::TableSchema& schema, const std::vector<SourceColumn>& own) {
  std::string list;
  for (const auto& column : schema.columns) {
    const auto found =
        std::find_if(own.begin(), own.end(), [&](const SourceColumn& c) { return c.name == column.name; });
    std::string value = fmt::format("\"{}\"", column.name);
    if (found == own.end()) value = lineage_of(column.name);
    if (value.empty()) value = fmt::format("NULL::{}", column.sql_type);
    const bool number_as_text = found != own.end() && found->type == ColumnType::bigint && column.sql_type == "VARCHAR";
    if (number_as_text) value = fmt::format("CAST({} AS VARCHAR)", value);
    fmt::format_to(std::back_inserter(list), "{}{} AS \"{}\"", list.empty() ? "" : ", ", value, column.name);
  }
  return fmt::format("SELECT {} FROM {}()", list, schema.name);
}

void text_or_null(SourceRows& row, std::string_view text) { text.empty() ? row.null() : row.text(text); }
void date_or_null(SourceRows& row, Day day) { day == kAlive ? row.null() : row.date(day); }
void id_or_null(SourceRows& row, Id id) { id == 0 ? row.null() : row.bigint(id); }

/// Walks the people, or the rows of one history table, of a batch; stops when a chunk is full and goes on from there.
template <typename Rows>
class Walk {
 public:
  using Row = typename Rows::value_type;
  explicit Walk(const Batch& batch, const Rows& (*rows_of)(const CountyWorld&, const CountyHistory&))
      : batch_(batch), rows_of_(rows_of) {}

  template <typename Visit>
  void fill(SourceRows& target, Visit visit) {
    for (; county_ < batch_.histories.size(); ++county_, at_ = 0) {
      const CountyWorld& world = batch_.all[batch_.first + county_];
      const Rows& rows = rows_of_(world, batch_.histories[county_]);
      for (; at_ < rows.size(); ++at_) {
        if (target.room() < kMostRowsEach) return;
        visit(world, batch_.histories[county_], at_, rows[at_]);
      }
    }
  }

 private:
  const Batch& batch_;
  const Rows& (*rows_of_)(const CountyWorld&, const CountyHistory&);
  std::size_t county_ = 0;
  std::size_t at_ = 0;
};

using People = std::vector<Person>;
const People& people_of(const CountyWorld& world, const CountyHistory&) { return world.persons; }

class BatchWriter {
 public:
  BatchWriter(const Context& context, const Batch& batch, const std::filesystem::path& out)
      : context_(context), batch_(batch), out_(out), namer_(context, batch.all) {
    for (const auto& people : context.place.names.peoples) people_words_.push_back(people.name);
  }

  Result<void> write(std::string_view name) {
    table::TableSource source = source_of(name);
    source.name = name;
    const auto select = name == "people" ? people_select() : select_of(model::schema_of(name), source.columns);
    TRY(auto session, open_session(1));
    TRY_VOID(table::add_source(session, std::move(source)));
    const auto file = out_ / name / fmt::format("part-{:05}.parquet", batch_.part);
    TRY([[maybe_unused]] const auto rows, session.write_parquet(select, file));
    return {};
  }

 private:
  table::TableSource source_of(std::string_view name) {
    if (name == "identity") return identity();
    if (name == "people") return people();
    if (name == "person_records") return person_records();
    if (name == "relation") return relation();
    if (name == "address") return address();
    if (name == "income") return income();
    if (name == "asset") return asset();
    if (name == "spending") return spending();
    if (name == "certificate") return certificate();
    if (name == "event") return event();
    if (name == "enrolment") return enrolment();
    // payment and consent stay empty: what was paid and permitted follows from decisions.
    return {{}, {{"record_id", ColumnType::bigint, {}}, {"valid_from", ColumnType::date, {}}}, [](SourceRows&) {}};
  }

  table::TableSource identity() {
    auto fill = [this, walk = Walk<People>(batch_, people_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory&, std::size_t i, const Person& person) {
        const Id id = world.id_of(i);
        row.bigint(id);
        row.date(person.birth);
        row.text(number_of(person));
        row.word("valid");
        row.text(namer_.name_of(id, person));
        row.tiny(person.sex == kMale ? 1 : 2);
        row.date(person.birth);
        row.word("day");
        row.word(people_words_[person.people]);
        person.age >= 12 ? row.text(phone_of(context_.seed, id)) : row.null();
        row.bigint(person.hukou);
        row.bigint(person.book);
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"known_on", ColumnType::date, {}},
             {"number", ColumnType::text, {}},
             {"number_state", ColumnType::text, {"valid"}},
             {"name", ColumnType::text, {}},
             {"sex", ColumnType::tiny, {}},
             {"birth", ColumnType::date, {}},
             {"birth_precision", ColumnType::text, {"day"}},
             {"ethnicity", ColumnType::text, people_words_},
             {"phone", ColumnType::text, {}},
             {"region", ColumnType::bigint, {}},
             {"group_key", ColumnType::bigint, {}}},
            std::move(fill)};
  }

  table::TableSource person_records() {
    auto fill = [walk = Walk<People>(batch_, people_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory&, std::size_t i, const Person&) {
        row.bigint(world.id_of(i));
        row.bigint(world.id_of(i));
        row.end_row();
      });
    };
    return {{}, {{"person_id", ColumnType::bigint, {}}, {"record_id", ColumnType::bigint, {}}}, std::move(fill)};
  }

  /// Household row first, then the pairs by the other's id: the order of the key.
  void add_relations(SourceRows& row, Id id, const Person& person) {
    row.bigint(id);
    row.word("household");
    row.bigint(person.book);
    row.null();
    row.word(relation_to_head(batch_.all, id, person, person.book));
    row.date(person.birth);
    row.end_row();
    struct Pair {
      Id other;
      std::string_view relation;
      Day from;
    };
    std::array<Pair, 3> pairs = {
        {{person.father, "father", person.birth}, {person.mother, "mother", person.birth}, {0, "spouse", {}}}};
    if (const Person* spouse = find_person(batch_.all, person.spouse); spouse != nullptr) {
      pairs[2] = {person.spouse, "spouse", wedding_of(context_, id, person, *spouse)};
    }
    std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.other < b.other; });
    for (const Pair& pair : pairs) {
      if (pair.other == 0) continue;
      row.bigint(id);
      row.word("pair");
      row.null();
      row.bigint(pair.other);
      row.word(pair.relation);
      row.date(pair.from);
      row.end_row();
    }
  }

  table::TableSource relation() {
    auto fill = [this, walk = Walk<People>(batch_, people_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory&, std::size_t i, const Person& person) {
        add_relations(row, world.id_of(i), person);
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kRelationKinds)},
             {"group_key", ColumnType::bigint, {}},
             {"other_record_id", ColumnType::bigint, {}},
             {"relation", ColumnType::text, closed_list(model::kRelations)},
             {"valid_from", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource address() {
    auto fill = [this, walk = Walk<People>(batch_, people_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory&, std::size_t i, const Person& person) {
        const Dwelling& dwelling = world.dwellings[static_cast<std::size_t>(person.dwelling)];
        for (const bool hukou : {true, false}) {
          const std::int64_t region = hukou ? person.hukou : dwelling.region;
          row.bigint(world.id_of(i));
          row.word(hukou ? "hukou" : "residence");
          row.bigint(region);
          row.word(is_urban_region(region) ? "urban" : "rural");
          const std::int32_t door = hukou ? door_of_book(batch_.all, person.book, person.hukou) : dwelling.door;
          row.text(address_of(context_.place, region, door));
          row.date(person.birth);
          row.end_row();
        }
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kAddressKinds)},
             {"region", ColumnType::bigint, {}},
             {"residence_type", ColumnType::text, closed_list(model::kResidenceTypes)},
             {"text", ColumnType::text, {}},
             {"valid_from", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource income() {
    using Rows = std::vector<IncomeRow>;
    const auto rows_of = [](const CountyWorld&, const CountyHistory& h) -> const Rows& { return h.incomes; };
    auto fill = [this, walk = Walk<Rows>(batch_, rows_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory&, std::size_t, const IncomeRow& income) {
        row.bigint(income.person);
        row.word(income.kind);
        row.bigint(income.yuan * Amount::kPerYuan);
        row.date(income.from);
        date_or_null(row, income.to);
        text_or_null(row, payer_of(context_.place, *world.county, income.payer));
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kIncomeKinds)},
             {"amount", ColumnType::bigint, {}},
             {"valid_from", ColumnType::date, {}},
             {"valid_to", ColumnType::date, {}},
             {"payer", ColumnType::text, {}}},
            std::move(fill)};
  }

  table::TableSource asset() {
    using Rows = std::vector<AssetRow>;
    const auto rows_of = [](const CountyWorld&, const CountyHistory& h) -> const Rows& { return h.assets; };
    auto fill = [walk = Walk<Rows>(batch_, rows_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld&, const CountyHistory&, std::size_t, const AssetRow& asset) {
        row.bigint(asset.person);
        row.word(asset.kind);
        row.bigint(asset.quantity);
        row.bigint(asset.yuan * Amount::kPerYuan);
        text_or_null(row, asset.detail);
        row.date(asset.from);
        date_or_null(row, asset.to);
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kAssetKinds)},
             {"quantity", ColumnType::bigint, {}},
             {"amount", ColumnType::bigint, {}},
             {"detail", ColumnType::text, {}},
             {"valid_from", ColumnType::date, {}},
             {"valid_to", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource spending() {
    using Rows = std::vector<SpendingRow>;
    const auto rows_of = [](const CountyWorld&, const CountyHistory& h) -> const Rows& { return h.spendings; };
    auto fill = [walk = Walk<Rows>(batch_, rows_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld&, const CountyHistory&, std::size_t, const SpendingRow& spending) {
        row.bigint(spending.person);
        row.word(spending.kind);
        row.bigint(spending.yuan * Amount::kPerYuan);
        row.date(spending.day);
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kSpendingKinds)},
             {"amount", ColumnType::bigint, {}},
             {"valid_from", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource certificate() {
    using Rows = std::vector<CertificateRow>;
    const auto rows_of = [](const CountyWorld&, const CountyHistory& h) -> const Rows& { return h.certificates; };
    auto fill = [walk = Walk<Rows>(batch_, rows_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld&, const CountyHistory&, std::size_t, const CertificateRow& card) {
        row.bigint(card.person);
        row.word("disability");
        row.word(card.category);
        row.integer(card.grade);
        row.word(card.state);
        row.date(card.from);
        date_or_null(row, card.to);
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kCertificateKinds)},
             {"category", ColumnType::text, closed_list(model::kDisabilityCategories)},
             {"grade", ColumnType::integer, {}},
             {"state", ColumnType::text, closed_list(model::kCertificateStates)},
             {"valid_from", ColumnType::date, {}},
             {"valid_to", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource event() {
    using Rows = std::vector<EventRow>;
    const auto rows_of = [](const CountyWorld&, const CountyHistory& h) -> const Rows& { return h.events; };
    auto fill = [walk = Walk<Rows>(batch_, rows_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld&, const CountyHistory&, std::size_t, const EventRow& event) {
        row.bigint(event.person);
        row.word(event.kind);
        text_or_null(row, event.detail);
        row.date(event.from);
        date_or_null(row, event.to);
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"kind", ColumnType::text, closed_list(model::kEventKinds)},
             {"detail", ColumnType::text, {}},
             {"valid_from", ColumnType::date, {}},
             {"valid_to", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource enrolment() {
    using Rows = std::vector<EnrolmentRow>;
    const auto rows_of = [](const CountyWorld&, const CountyHistory& h) -> const Rows& { return h.enrolments; };
    auto fill = [walk = Walk<Rows>(batch_, rows_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory&, std::size_t, const EnrolmentRow& status) {
        row.bigint(status.person);
        row.text(status.programme);
        row.word("enrolled");
        row.date(status.from);
        date_or_null(row, world.persons[position_of_id(status.person)].death);
        row.end_row();
      });
    };
    return {{},
            {{"record_id", ColumnType::bigint, {}},
             {"programme", ColumnType::text, {}},
             {"state", ColumnType::text, closed_list(model::kEnrolmentStates)},
             {"valid_from", ColumnType::date, {}},
             {"valid_to", ColumnType::date, {}}},
            std::move(fill)};
  }

  table::TableSource people() {
    auto fill = [this, walk = Walk<People>(batch_, people_of)](SourceRows& row) mutable {
      walk.fill(row, [&](const CountyWorld& world, const CountyHistory& history, std::size_t i, const Person& person) {
        add_person(row, world, history, i, person);
      });
    };
    const auto types = closed_list(model::kResidenceTypes);
    return {{},
            {{"person_id", ColumnType::bigint, {}},
             {"number", ColumnType::text, {}},
             {"name", ColumnType::text, {}},
             {"sex", ColumnType::tiny, {}},
             {"birth", ColumnType::date, {}},
             {"death", ColumnType::date, {}},
             {"ethnicity", ColumnType::text, people_words_},
             {"hukou", ColumnType::bigint, {}},
             {"hukou_type", ColumnType::text, types},
             {"residence", ColumnType::bigint, {}},
             {"residence_type", ColumnType::text, types},
             {"household_id", ColumnType::bigint, {}},
             {"dwelling_id", ColumnType::bigint, {}},
             {"purse_id", ColumnType::bigint, {}},
             {"lodging", ColumnType::text, lodging_words()},
             {"marital", ColumnType::text, marital_words()},
             {"education", ColumnType::text, schooling_words()},
             {"livelihood", ColumnType::text, livelihood_words()},
             {"purse", ColumnType::text, purse_words()},
             {"father_id", ColumnType::bigint, {}},
             {"mother_id", ColumnType::bigint, {}},
             {"spouse_id", ColumnType::bigint, {}}},
            std::move(fill)};
  }

  static std::string people_select() {
    return "SELECT person_id, number, name, sex, birth, death, ethnicity, CAST(hukou AS VARCHAR) AS hukou_region, "
           "hukou_type, "
           "CAST(residence AS VARCHAR) AS residence_region, residence_type, "
           "* EXCLUDE (person_id, number, name, sex, birth, death, ethnicity, hukou, hukou_type, residence, "
           "residence_type) "
           "FROM people()";
  }

  void add_person(SourceRows& row, const CountyWorld& world, const CountyHistory& history, std::size_t i,
                  const Person& person) {
    const Dwelling& dwelling = world.dwellings[static_cast<std::size_t>(person.dwelling)];
    const Id dwellings = world.county->code * kIdsPerCounty + 1;
    const Id id = world.id_of(i);
    row.bigint(id);
    row.text(number_of(person));
    row.text(namer_.name_of(id, person));
    row.tiny(person.sex == kMale ? 1 : 2);
    row.date(person.birth);
    date_or_null(row, person.death);
    row.word(people_words_[person.people]);
    row.bigint(person.hukou);
    row.word(is_urban_region(person.hukou) ? "urban" : "rural");
    row.bigint(dwelling.region);
    row.word(dwelling.urban ? "urban" : "rural");
    row.bigint(person.book);
    row.bigint(dwellings + person.dwelling);
    row.bigint(dwellings + person.core);
    row.word(lodging_words()[static_cast<std::size_t>(dwelling.lodging)]);
    row.word(marital_words()[static_cast<std::size_t>(person.marital)]);
    row.word(schooling_words()[person.schooling]);
    row.word(word_of(history.livelihoods[i]));
    row.word(purse_words()[static_cast<std::size_t>(history.purses[static_cast<std::size_t>(person.core)])]);
    id_or_null(row, person.father);
    id_or_null(row, person.mother);
    id_or_null(row, person.spouse);
    row.end_row();
  }

  const Context& context_;
  const Batch& batch_;
  const std::filesystem::path& out_;
  Namer namer_;
  std::vector<std::string> people_words_;
};

constexpr std::array<std::string_view, 13> kTables = {"identity",  "people",  "address", "relation", "person_records",
                                                      "income",    "event",   "asset",   "spending", "certificate",
                                                      "enrolment", "payment", "consent"};

}  // namespace

Result<void> write_batch(const Context& context, const Batch& batch, const std::filesystem::path& out, int threads) {
  std::vector<Result<void>> outcomes(kTables.size());
  BatchWriter writer(context, batch, out);
  parallel_for(threads, kTables.size(), [&](std::size_t i) { outcomes[i] = writer.write(kTables[i]); });
  for (auto& outcome : outcomes) TRY_VOID(std::move(outcome));
  return {};
}

Result<void> write_kin(const std::filesystem::path& out, std::int64_t parts, int threads) {
  TRY(auto session, open_session(threads));
  std::vector<std::filesystem::path> files;
  for (std::int64_t part = 0; part < parts; ++part)
    files.push_back(out / "people" / fmt::format("part-{:05}.parquet", part));
  TRY_VOID(session.run(
      fmt::format("CREATE TABLE bond AS SELECT person_id AS child, unnest([father_id, mother_id]) AS parent FROM {};"
                  "DELETE FROM bond WHERE parent IS NULL",
                  table::parquet_list(files))));
  const auto select = fmt::format(
      "SELECT person_id, relation, other_person_id FROM ("
      "SELECT child AS person_id, 'parent' AS relation, parent AS other_person_id FROM bond "
      "UNION ALL SELECT parent, 'child', child FROM bond "
      "UNION ALL SELECT person_id, 'spouse', spouse_id FROM {} WHERE spouse_id IS NOT NULL "
      "UNION ALL SELECT DISTINCT a.child, 'sibling', b.child FROM bond a JOIN bond b USING (parent) WHERE a.child <> "
      "b.child"
      ") ORDER BY person_id, relation, other_person_id",
      table::parquet_list(files));
  TRY([[maybe_unused]] const auto rows, session.write_parquet(select, out / "kin" / "part-00000.parquet"));
  return {};
}

}  // namespace songtan::synth
