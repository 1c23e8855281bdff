#include "synth/detail/truth_tables.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "base/hash.h"
#include "base/money.h"
#include "base/tasks.h"
#include "model/schema.h"
#include "synth/detail/kin.h"
#include "synth/detail/naming.h"
#include "synth/detail/registry.h"
#include "synth/detail/wording.h"
#include "table/session.h"
#include "table/writer.h"

namespace songtan::synth {
namespace {

constexpr std::string_view kPeopleTable =
    "CREATE TABLE people(person_id BIGINT, number VARCHAR, name VARCHAR, sex TINYINT, birth DATE, death DATE, "
    "ethnicity VARCHAR, hukou_region VARCHAR, hukou_type VARCHAR, residence_region VARCHAR, residence_type VARCHAR, "
    "household_id BIGINT, dwelling_id BIGINT, purse_id BIGINT, lodging VARCHAR, marital VARCHAR, education VARCHAR, "
    "livelihood VARCHAR, purse VARCHAR, father_id BIGINT, mother_id BIGINT, spouse_id BIGINT)";

constexpr std::array<std::string_view, kSchoolings> kSchoolingWords = {"none", "preschool", "primary", "middle",
                                                                       "high", "college",   "university"};
constexpr std::array<std::string_view, kMaritals> kMaritalWords = {"never", "married", "divorced", "widowed"};
constexpr std::array<std::string_view, 6> kLodgingWords = {"family", "dormitory", "institution",
                                                           "elsewhere", "prison", "detox"};
constexpr std::array<std::string_view, 3> kPurseWords = {"sound", "near_poor", "poor"};

Result<table::Session> open_session(int threads) {
  table::SessionOptions options;
  options.threads = threads;
  return table::Session::open(options);
}

/// The door of a person's hukou address: that of the book, so that the book has one address.
std::int32_t door_of(Id book) { return static_cast<std::int32_t>(mix64(static_cast<std::uint64_t>(book)) % 997 + 1); }

/// One record table being filled: the eight columns of lineage, then the table's own.
class RecordTable {
 public:
  static Result<RecordTable> open(std::string_view name, std::string_view create) {
    TRY(auto session, open_session(1));
    TRY_VOID(session.run(create));
    RecordTable made(std::make_unique<table::Session>(std::move(session)));
    TRY(auto writer, table::TableWriter::open(*made.session_, name));
    made.writer_.emplace(std::move(writer));
    return made;
  }

  table::TableWriter& begin(Id id, Day known_on, const Person& person) {
    auto& row = *writer_;
    row.bigint(id);
    row.text("truth");
    row.text("people");
    row.bigint(id % kIdsPerCounty);
    row.text("self");
    row.text("truth");
    row.date(known_on);
    row.text(region_text(person.hukou / 1'000'000));
    return row;
  }
  table::TableWriter& row() { return *writer_; }

  Result<void> finish(std::string_view select, const std::filesystem::path& file) {
    TRY_VOID(writer_->finish());
    writer_.reset();
    TRY([[maybe_unused]] const auto rows, session_->write_parquet(select, file));
    return {};
  }

 private:
  explicit RecordTable(std::unique_ptr<table::Session> session) : session_(std::move(session)) {}
  std::unique_ptr<table::Session> session_;
  std::optional<table::TableWriter> writer_;
};

void text_or_null(table::TableWriter& row, std::string_view text) { text.empty() ? row.null() : row.text(text); }
void date_or_null(table::TableWriter& row, Day day) { day == kAlive ? row.null() : row.date(day); }
void id_or_null(table::TableWriter& row, Id id) { id == 0 ? row.null() : row.bigint(id); }

/// The relation of a member of a hukou book to its head.
std::string_view relation_to_head(std::span<const CountyWorld> all, Id id, const Person& person, Id head_id) {
  const Person* head = find_person(all, head_id);
  if (id == head_id) return "head";
  if (head == nullptr || head->book != head_id) return "other";
  const auto is_parent = [&](Id parent, const Person& child) {
    return parent != 0 && (child.father == parent || child.mother == parent);
  };
  if (person.spouse == head_id) return "spouse";
  if (is_parent(head_id, person) || is_parent(head->spouse, person)) return "child";
  if (is_parent(id, *head)) return person.sex == kMale ? "father" : "mother";
  for (const Id parent : {person.father, person.mother}) {
    const Person* found = find_person(all, parent);
    if (found != nullptr && (is_parent(head_id, *found) || is_parent(head->spouse, *found))) return "grandchild";
  }
  for (const Id parent : {head->father, head->mother}) {
    const Person* found = find_person(all, parent);
    if (found == nullptr) continue;
    if (is_parent(id, *found)) return "grandparent";
    if (is_parent(parent, person)) return "sibling";
  }
  const Person* spouse = find_person(all, person.spouse);
  if (spouse != nullptr && (is_parent(head_id, *spouse) || is_parent(head->spouse, *spouse))) return "child_in_law";
  const Person* head_spouse = find_person(all, head->spouse);
  if (head_spouse != nullptr && is_parent(id, *head_spouse)) return "parent_in_law";
  return "other";
}

class BatchWriter {
 public:
  BatchWriter(const Context& context, const Batch& batch, const std::filesystem::path& out)
      : context_(context), batch_(batch), out_(out), namer_(context, batch.all) {}

  Result<void> write(std::string_view name) {
    if (name == "people") return write_table(name, kPeopleTable, "person_id", [&](RecordTable& t) { add_people(t); });
    const auto& schema = model::schema_of(name);
    std::string order(schema.key);
    for (const auto& column : schema.columns) order += fmt::format(", {}", column.name);
    const auto create = model::create_table_sql(schema, name);
    return write_table(name, create, order, [&](RecordTable& t) { fill(name, t); });
  }

 private:
  Result<void> write_table(std::string_view name, std::string_view create, std::string_view order,
                           const std::function<void(RecordTable&)>& fill) {
    TRY(auto opened, RecordTable::open(name, create));
    fill(opened);
    const auto file = out_ / name / fmt::format("part-{:05}.parquet", batch_.part);
    return opened.finish(fmt::format("SELECT * FROM {} ORDER BY {}", name, order), file);
  }

  template <typename Visit>
  void each_person(Visit visit) {
    for (std::size_t k = 0; k < batch_.histories.size(); ++k) {
      const CountyWorld& world = batch_.all[batch_.first + k];
      for (std::size_t i = 0; i < world.persons.size(); ++i) {
        visit(world, batch_.histories[k], i, world.id_of(i), world.persons[i]);
      }
    }
  }

  template <typename Rows, typename Visit>
  void each_row(Rows CountyHistory::*rows, Visit visit) {
    for (std::size_t k = 0; k < batch_.histories.size(); ++k) {
      const CountyWorld& world = batch_.all[batch_.first + k];
      for (const auto& row : batch_.histories[k].*rows) {
        visit(world, row, world.persons[position_of_id(row.person)]);
      }
    }
  }

  void fill(std::string_view name, RecordTable& target) {
    if (name == "identity") add_identity(target);
    if (name == "relation") add_relation(target);
    if (name == "address") add_address(target);
    if (name == "income") add_income(target);
    if (name == "asset") add_asset(target);
    if (name == "spending") add_spending(target);
    if (name == "certificate") add_certificate(target);
    if (name == "event") add_event(target);
    if (name == "enrolment") add_enrolment(target);
    // payment and consent stay empty: what was paid and permitted follows from decisions.
  }

  void add_identity(RecordTable& target) {
    each_person([&](const CountyWorld&, const CountyHistory&, std::size_t, Id id, const Person& person) {
      auto& row = target.begin(id, person.birth, person);
      row.text(number_of(person));
      row.text("valid");
      row.text(namer_.name_of(id, person));
      row.tiny(person.sex == kMale ? 1 : 2);
      row.date(person.birth);
      row.text("day");
      row.text(context_.place.names.peoples[person.people].name);
      person.age >= 12 ? row.text(phone_of(context_.seed, id)) : row.null();
      row.text(region_text(person.hukou));
      row.text(address_of(context_.place, person.hukou, door_of(person.book)));
      row.text(book_text(person.book));
      row.null();
      row.end_row();
    });
  }

  void add_pair(RecordTable& target, Id id, const Person& person, Id other, std::string_view relation, Day from) {
    if (other == 0) return;
    auto& row = target.begin(id, from, person);
    row.text("pair");
    row.null();
    row.bigint(other);
    row.text(relation);
    row.date(from);
    row.null();
    row.end_row();
  }

  void add_relation(RecordTable& target) {
    each_person([&](const CountyWorld&, const CountyHistory&, std::size_t, Id id, const Person& person) {
      auto& row = target.begin(id, person.birth, person);
      row.text("household");
      row.text(book_text(person.book));
      row.null();
      row.text(relation_to_head(batch_.all, id, person, person.book));
      row.date(person.birth);
      row.null();
      row.end_row();
      add_pair(target, id, person, person.father, "father", person.birth);
      add_pair(target, id, person, person.mother, "mother", person.birth);
      if (const Person* spouse = find_person(batch_.all, person.spouse); spouse != nullptr) {
        add_pair(target, id, person, person.spouse, "spouse", wedding_of(context_, id, person, *spouse));
      }
    });
  }

  void add_address(RecordTable& target) {
    each_person([&](const CountyWorld& world, const CountyHistory&, std::size_t, Id id, const Person& person) {
      const Dwelling& dwelling = world.dwellings[static_cast<std::size_t>(person.dwelling)];
      const bool at_home = dwelling.region == person.hukou;
      for (const bool hukou : {true, false}) {
        const std::int64_t region = hukou ? person.hukou : dwelling.region;
        const std::int32_t door = hukou || at_home ? door_of(person.book) : dwelling.door;
        auto& row = target.begin(id, person.birth, person);
        row.text(hukou ? "hukou" : "residence");
        row.text(region_text(region));
        row.text(is_urban_region(region) ? "urban" : "rural");
        row.text(address_of(context_.place, region, door));
        row.date(person.birth);
        row.null();
        row.end_row();
      }
    });
  }

  void add_income(RecordTable& target) {
    each_row(&CountyHistory::incomes, [&](const CountyWorld& world, const IncomeRow& income, const Person& person) {
      auto& row = target.begin(income.person, income.from, person);
      row.text(income.kind);
      row.bigint(income.yuan * Amount::kPerYuan);
      row.date(income.from);
      date_or_null(row, income.to);
      text_or_null(row, payer_of(context_.place, *world.county, income.payer));
      row.end_row();
    });
  }

  void add_asset(RecordTable& target) {
    each_row(&CountyHistory::assets, [&](const CountyWorld&, const AssetRow& asset, const Person& person) {
      auto& row = target.begin(asset.person, asset.from, person);
      row.text(asset.kind);
      row.bigint(asset.quantity);
      row.bigint(asset.yuan * Amount::kPerYuan);
      text_or_null(row, asset.detail);
      row.date(asset.from);
      date_or_null(row, asset.to);
      row.end_row();
    });
  }

  void add_spending(RecordTable& target) {
    each_row(&CountyHistory::spendings, [&](const CountyWorld&, const SpendingRow& spending, const Person& person) {
      auto& row = target.begin(spending.person, spending.day, person);
      row.text(spending.kind);
      row.bigint(spending.yuan * Amount::kPerYuan);
      text_or_null(row, spending.detail);
      row.date(spending.day);
      row.null();
      row.end_row();
    });
  }

  void add_certificate(RecordTable& target) {
    each_row(&CountyHistory::certificates, [&](const CountyWorld&, const CertificateRow& card, const Person& person) {
      auto& row = target.begin(card.person, card.from, person);
      row.text("disability");
      row.text(card.category);
      row.integer(card.grade);
      row.text(card.state);
      row.date(card.from);
      date_or_null(row, card.to);
      row.end_row();
    });
  }

  void add_event(RecordTable& target) {
    each_row(&CountyHistory::events, [&](const CountyWorld&, const EventRow& event, const Person& person) {
      auto& row = target.begin(event.person, event.from, person);
      row.text(event.kind);
      text_or_null(row, event.detail);
      row.date(event.from);
      date_or_null(row, event.to);
      row.end_row();
    });
  }

  void add_enrolment(RecordTable& target) {
    each_row(&CountyHistory::enrolments, [&](const CountyWorld&, const EnrolmentRow& status, const Person& person) {
      auto& row = target.begin(status.person, status.from, person);
      row.text(status.programme);
      row.text("enrolled");
      row.null();
      row.null();
      row.null();
      row.date(status.from);
      date_or_null(row, person.death);
      row.end_row();
    });
  }

  void add_people(RecordTable& target) {
    each_person([&](const CountyWorld& world, const CountyHistory& history, std::size_t i, Id id, const Person& person) {
      const Dwelling& dwelling = world.dwellings[static_cast<std::size_t>(person.dwelling)];
      const Id dwellings = world.county->code * kIdsPerCounty + 1;
      auto& row = target.row();
      row.bigint(id);
      row.text(number_of(person));
      row.text(namer_.name_of(id, person));
      row.tiny(person.sex == kMale ? 1 : 2);
      row.date(person.birth);
      date_or_null(row, person.death);
      row.text(context_.place.names.peoples[person.people].name);
      row.text(region_text(person.hukou));
      row.text(is_urban_region(person.hukou) ? "urban" : "rural");
      row.text(region_text(dwelling.region));
      row.text(dwelling.urban ? "urban" : "rural");
      row.bigint(person.book);
      row.bigint(dwellings + person.dwelling);
      row.bigint(dwellings + person.core);
      row.text(kLodgingWords[static_cast<std::size_t>(dwelling.lodging)]);
      row.text(kMaritalWords[static_cast<std::size_t>(person.marital)]);
      row.text(kSchoolingWords[person.schooling]);
      row.text(word_of(history.livelihoods[i]));
      row.text(kPurseWords[static_cast<std::size_t>(history.purses[static_cast<std::size_t>(person.core)])]);
      id_or_null(row, person.father);
      id_or_null(row, person.mother);
      id_or_null(row, person.spouse);
      row.end_row();
    });
  }

  const Context& context_;
  const Batch& batch_;
  const std::filesystem::path& out_;
  Namer namer_;
};

constexpr std::array<std::string_view, 12> kTables = {"identity", "people",      "relation", "address",
                                                      "income",   "event",       "asset",    "spending",
                                                      "certificate", "enrolment", "payment", "consent"};

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
  for (std::int64_t part = 0; part < parts; ++part) files.push_back(out / "people" / fmt::format("part-{:05}.parquet", part));
  TRY_VOID(session.run(fmt::format(
      "CREATE TABLE bond AS SELECT person_id AS child, unnest([father_id, mother_id]) AS parent FROM {};"
      "DELETE FROM bond WHERE parent IS NULL",
      table::parquet_list(files))));
  const auto select = fmt::format(
      "SELECT person_id, relation, other_person_id FROM ("
      "SELECT child AS person_id, 'parent' AS relation, parent AS other_person_id FROM bond "
      "UNION ALL SELECT parent, 'child', child FROM bond "
      "UNION ALL SELECT person_id, 'spouse', spouse_id FROM {} WHERE spouse_id IS NOT NULL "
      "UNION ALL SELECT DISTINCT a.child, 'sibling', b.child FROM bond a JOIN bond b USING (parent) WHERE a.child <> b.child"
      ") ORDER BY person_id, relation, other_person_id",
      table::parquet_list(files));
  TRY([[maybe_unused]] const auto rows, session.write_parquet(select, out / "kin" / "part-00000.parquet"));
  return {};
}

}  // namespace songtan::synth
