#include "night/make_province.h"

#include <algorithm>

#include "base/durable.h"
#include "decide/decide.h"
#include "ingest/contract.h"
#include "model/schema.h"
#include "night/source_coverage.h"
#include "profile/profile.h"
#include "synth/extracts.h"
#include "synth/people.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

/// Where the steps leave their tables until the province is whole.
struct Rooms {
  fs::path base;
  fs::path perfect() const { return base / "perfect"; }
  fs::path planted() const { return base / "planted"; }
  fs::path lawful() const { return base / "lawful"; }
  fs::path true_profile() const { return base / "true"; }
  fs::path lawful_profile() const { return base / "lawful_profile"; }
  fs::path spill() const { return base / "spill"; }
};

Result<void> require_empty(const fs::path& out) {
  std::error_code code;
  if (!fs::exists(out, code) || (fs::is_directory(out, code) && fs::is_empty(out, code))) return {};
  return fail(Outcome::usage, "out.in_use",
              {"输出目录不是空的：" + out.string(), "the output folder is not empty: " + out.string()},
              {"换一个目录，或先清空它", "choose another, or empty it first"});
}

Result<void> make_folders(const Rooms& rooms) {
  std::error_code code;
  for (const fs::path& folder : {rooms.perfect(), rooms.planted(), rooms.lawful(), rooms.true_profile(),
                                 rooms.lawful_profile(), rooms.spill()}) {
    fs::create_directories(folder, code);
    if (code)
      return fail(Outcome::environment, "disk",
                  {"无法建立目录 " + folder.string(), "the folder cannot be made: " + folder.string()});
  }
  return {};
}

std::vector<fs::path> parts_of(const fs::path& folder) {
  std::vector<fs::path> parts;
  std::error_code code;
  for (const auto& part : fs::directory_iterator(folder, code)) parts.push_back(part.path());
  std::sort(parts.begin(), parts.end());
  return parts;
}

/// Standard record tables below a folder, by name.
profile::RecordFiles records_below(const fs::path& folder) {
  profile::RecordFiles records;
  for (const auto& schema : model::record_schemas())
    records[std::string(schema.name)] = parts_of(folder / std::string(schema.name));
  return records;
}

/// Profile and decisions over records whose persons are known: the same rooms as in the night.
Result<void> decide_over(const ProvinceRequest& request, const Rooms& rooms, const fs::path& records,
                         std::vector<profile::SourceCoverage> coverage, profile::Completeness completeness,
                         const fs::path& out, Progress& progress) {
  const profile::ProfileInputs inputs{.records = records_below(records),
                                      .person_records = parts_of(records / "person_records"),
                                      .pack = request.pack,
                                      .as_of = request.date,
                                      .coverage = std::move(coverage),
                                      .completeness = completeness};
  TRY_VOID(profile::build_profile(inputs,
                                  {.threads = request.resources.threads,
                                   .memory_bytes = request.resources.memory_bytes,
                                   .spill_folder = rooms.spill()},
                                  out, progress));
  TRY_VOID(decide::decide({.profile = out, .pack = request.pack, .as_of = request.date, .scenario = {}},
                          {.threads = request.resources.threads,
                           .memory_bytes = request.resources.memory_bytes,
                           .spill_folder = rooms.spill()},
                          out, progress));
  return {};
}

synth::ExtractFolders folders_of(const Rooms& rooms, const fs::path& out) {
  return {.perfect = rooms.perfect(),
          .planted = rooms.planted(),
          .lawful = rooms.lawful(),
          .decisions_true = rooms.true_profile() / "decisions",
          .decisions_lawful = rooms.lawful_profile() / "decisions",
          .family_members_true = rooms.true_profile() / "family_members",
          .facts_true = rooms.true_profile() / "facts",
          .out = out};
}

Result<void> finish(const fs::path& partial, const Rooms& rooms, const fs::path& out) {
  std::error_code code;
  fs::remove_all(rooms.base, code);
  fs::remove(out, code);  // an empty folder that was there makes room
  return put_in_place(partial, out);
}

}  // namespace

Result<ProvinceReport> make_province(const ProvinceRequest& request, Progress& progress) {
  TRY_VOID(require_empty(request.out));
  TRY(const synth::ExtractPlan plan, synth::read_extract_plan(request.pack, request.dirt, request.seed, request.date));
  TRY(const auto contracts, ingest::read_contracts(request.pack));
  const fs::path partial = fs::path(request.out.string() + ".part");
  std::error_code code;
  fs::remove_all(partial, code);
  const Rooms rooms{partial / ".rooms"};
  TRY_VOID(make_folders(rooms));
  const synth::ExtractFolders folders = folders_of(rooms, partial);
  const synth::ExtractResources resources{.threads = request.resources.threads,
                                          .memory_bytes = request.resources.memory_bytes,
                                          .spill_folder = rooms.spill()};

  TRY(const synth::PeopleReport people, synth::make_people({.pack = request.pack,
                                                            .region = request.region,
                                                            .persons = request.persons,
                                                            .seed = request.seed,
                                                            .date = request.date,
                                                            .threads = request.resources.threads,
                                                            .out = rooms.perfect()},
                                                           progress));
  TRY_VOID(decide_over(request, rooms, rooms.perfect(), {}, profile::Completeness::complete, rooms.true_profile(),
                       progress));
  TRY_VOID(synth::plant_faults(plan, folders, resources));
  TRY_VOID(synth::lawful_records(plan, folders, resources));
  TRY(const auto files, synth::render_extracts(plan, folders, resources, progress));
  TRY(const auto deliveries, deliveries_of(files));
  TRY_VOID(decide_over(request, rooms, rooms.lawful(), coverage_of(contracts, deliveries),
                       profile::Completeness::as_delivered, rooms.lawful_profile(), progress));
  TRY_VOID(synth::write_truth(plan, folders, resources, files));
  TRY_VOID(finish(partial, rooms, request.out));

  ProvinceReport report{
      .persons = people.persons, .counties = people.counties, .files = static_cast<std::int64_t>(files.size())};
  for (const auto& file : files) report.rows += file.rows;
  return report;
}

}  // namespace songtan::night
