#include "night/make_province.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/durable.h"
#include "decide/decide.h"
#include "ingest/contract.h"
#include "model/schema.h"
#include "night/source_coverage.h"
#include "profile/profile.h"
#include "synth/extracts.h"
#include "synth/living.h"
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
  fs::path delivered() const { return base / "delivered"; }
};

/// What the next delivery goes on from; the decisions are made anew.
constexpr const char* kWorld = "world";
constexpr std::array kKept = {"perfect", "planted", "lawful", "delivered"};

/// The delivery before, as its manifest tells it.
struct Previous {
  Rooms rooms;
  Day date;
};

std::unexpected<Error> previous_refused(const ProvinceRequest& request, Text why, Text mend) {
  Error error{.outcome = Outcome::usage, .code = "synth.previous", .message = std::move(why), .mend = std::move(mend)};
  error.file = (request.previous / "manifest.json").string();
  return std::unexpected<Error>(std::move(error));
}

Result<std::optional<Previous>> read_previous(const ProvinceRequest& request, const synth::ExtractPlan& plan) {
  if (request.previous.empty()) return std::optional<Previous>();
  std::ifstream in(request.previous / "manifest.json");
  const auto manifest = nlohmann::json::parse(in, nullptr, false);
  const fs::path world = request.previous / kWorld;
  if (!manifest.is_object() || !manifest.contains("region") || !fs::is_directory(world)) {
    return previous_refused(request,
                            {"--previous 不是 songtan synth 的输出", "--previous is no output of songtan synth"},
                            {"给出上一次 --out 的目录", "name the folder of an earlier --out"});
  }
  const bool same =
      manifest.value("region", "") == request.region && manifest.value("persons", 0L) == request.persons &&
      manifest.value("seed", std::uint64_t{0}) == request.seed && manifest.value("dirt", "") == plan.dirt.name;
  if (!same) {
    return previous_refused(
        request,
        {"区划、人数、种子或脏数据配置与上一次不同", "region, persons, seed or dirt differ from the delivery before"},
        {"四项与 manifest.json 一致", "give the four that manifest.json has"});
  }
  const auto date = Day::parse(manifest.value("date", ""));
  if (!date || *date >= request.date) {
    return previous_refused(request, {"--date 不晚于上一次交付", "--date is not after the delivery before"},
                            {"给出更晚的日期", "give a later date"});
  }
  return std::optional(Previous{Rooms{world}, *date});
}

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
                                 rooms.lawful_profile(), rooms.spill(), rooms.delivered()}) {
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

synth::ExtractFolders folders_of(const Rooms& rooms, const fs::path& out, const std::optional<Previous>& previous) {
  synth::ExtractFolders folders{.perfect = rooms.perfect(),
                                .planted = rooms.planted(),
                                .lawful = rooms.lawful(),
                                .decisions_true = rooms.true_profile() / "decisions",
                                .decisions_lawful = rooms.lawful_profile() / "decisions",
                                .family_members_true = rooms.true_profile() / "family_members",
                                .facts_true = rooms.true_profile() / "facts",
                                .out = out,
                                .delivered = rooms.delivered()};
  if (previous) {
    folders.planted_before = previous->rooms.planted();
    folders.lawful_before = previous->rooms.lawful();
    folders.delivered_before = previous->rooms.delivered();
    folders.since = previous->date;
  }
  return folders;
}

/// The perfect world of the day: made, or lived on from the delivery before.
Result<std::int64_t> people_of(const ProvinceRequest& request, const synth::ExtractPlan& plan,
                               const std::optional<Previous>& previous, const Rooms& rooms,
                               const synth::ExtractResources& resources, Progress& progress) {
  if (previous) {
    TRY_VOID(synth::live_on(plan, previous->date, previous->rooms.perfect(), rooms.perfect(), resources, progress));
    return request.persons;
  }
  TRY(const synth::PeopleReport people, synth::make_people({.pack = request.pack,
                                                            .region = request.region,
                                                            .persons = request.persons,
                                                            .seed = request.seed,
                                                            .date = request.date,
                                                            .threads = request.resources.threads,
                                                            .out = rooms.perfect()},
                                                           progress));
  return people.persons;
}

Result<void> finish(const fs::path& partial, const Rooms& rooms, const fs::path& out) {
  std::error_code code;
  fs::create_directories(partial / kWorld, code);
  for (const char* kept : kKept)
    if (!code) fs::rename(rooms.base / kept, partial / kWorld / kept, code);
  if (!code) fs::remove_all(rooms.base, code);
  if (code)
    return fail(Outcome::environment, "disk",
                {"无法保存世界 " + partial.string(), "the world cannot be kept: " + partial.string()});
  fs::remove(out, code);  // an empty folder that was there makes room
  return put_in_place(partial, out);
}

}  // namespace

Result<ProvinceReport> make_province(const ProvinceRequest& request, Progress& progress) {
  TRY_VOID(require_empty(request.out));
  TRY(synth::ExtractPlan plan, synth::read_extract_plan(request.pack, request.dirt, request.seed, request.date));
  TRY(const auto previous, read_previous(request, plan));
  plan.region = request.region;
  plan.persons = request.persons;
  TRY(const auto contracts, ingest::read_contracts(request.pack));
  const fs::path partial = fs::path(request.out.string() + ".part");
  std::error_code code;
  fs::remove_all(partial, code);
  const Rooms rooms{partial / ".rooms"};
  TRY_VOID(make_folders(rooms));
  const synth::ExtractFolders folders = folders_of(rooms, partial, previous);
  const synth::ExtractResources resources{.threads = request.resources.threads,
                                          .memory_bytes = request.resources.memory_bytes,
                                          .spill_folder = rooms.spill()};

  TRY(const std::int64_t persons, people_of(request, plan, previous, rooms, resources, progress));
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

  ProvinceReport report{.persons = persons, .files = static_cast<std::int64_t>(files.size())};
  for (const auto& file : files) report.rows += file.rows;
  return report;
}

}  // namespace songtan::night
