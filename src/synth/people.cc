#include "synth/people.h"

#include <algorithm>
#include <system_error>

#include "base/region_code.h"
#include "base/tasks.h"
#include "synth/detail/demography.h"
#include "synth/detail/history.h"
#include "synth/detail/kinship.h"
#include "synth/detail/quota.h"
#include "synth/detail/registry.h"
#include "synth/detail/settlement.h"
#include "synth/detail/truth_tables.h"

namespace songtan::synth {
namespace {

constexpr std::int64_t kMostPersons = 400'000'000;
constexpr std::int64_t kPersonsPerPart = 400'000;

std::unexpected<Error> interrupted() {
  return fail(Outcome::interrupted, "synth.interrupted", {"合成人口已中断", "making the people was interrupted"},
              {"重新运行同一命令", "run the same command again"});
}

std::unexpected<Error> unknown_region(const std::string& region) {
  return fail(Outcome::usage, "synth.region", {"政策包里没有区划 " + region, "the pack has no region " + region},
              {"--region 用区划代码或其前缀", "give --region a division code or its prefix"});
}

/// A region below the county leaves its county only the townships that lie in it (villages are not told apart).
Result<void> narrow_townships(Place& place, std::string_view region) {
  const auto wanted = significant_region(region);
  if (!is_region_prefix(region)) return unknown_region(std::string(region));
  if (wanted.size() <= 6) return {};
  const auto township = wanted.substr(0, std::min<std::size_t>(wanted.size(), 9));
  for (auto& county : place.counties) {
    if (!wanted.starts_with(std::to_string(county.code))) continue;
    std::erase_if(county.townships, [&](const Township& t) { return !std::to_string(t.code).starts_with(township); });
    if (county.townships.empty()) return unknown_region(std::string(region));
  }
  return {};
}

Result<std::vector<CountyWorld>> share_counties(const Place& place, const PeopleRequest& request,
                                                std::vector<std::int64_t>& shares) {
  if (request.persons < 1 || request.persons > kMostPersons) {
    return fail(Outcome::usage, "synth.persons",
                {"--persons 必须在 1 到 4 亿之间", "--persons must be between 1 and 400 million"},
                {"改正人数", "correct the number"});
  }
  std::vector<CountyWorld> worlds;
  std::vector<std::int64_t> weights;
  const auto wanted = significant_region(request.region);
  for (const auto& county : place.counties) {
    if (!std::to_string(county.code).starts_with(wanted.substr(0, 6))) continue;
    worlds.emplace_back().county = &county;
    weights.push_back(county.population);
  }
  if (worlds.empty()) return unknown_region(request.region);
  shares = shared_out(request.persons, weights);
  return worlds;
}

void make_kin(const Context& context, std::vector<CountyWorld>& worlds, int threads) {
  std::vector<ParentUnits> units(worlds.size());
  std::vector<std::vector<Mover>> movers(worlds.size());
  parallel_for(threads, worlds.size(), [&](std::size_t i) {
    units[i] = parent_units(worlds[i]);
    attach_absent(context, worlds[i], units[i]);
    link_within(context, worlds[i], units[i]);
    movers[i] = movers_of(worlds[i]);
  });
  std::vector<std::vector<Mover>> by_home(worlds.size());
  for (const auto& list : movers) {
    for (const Mover& mover : list) {
      const auto home = std::lower_bound(worlds.begin(), worlds.end(), mover.home,
                                         [](const CountyWorld& world, int code) { return world.county->code < code; });
      if (home == worlds.end() || home->county->code != mover.home) continue;
      by_home[static_cast<std::size_t>(home - worlds.begin())].push_back(mover);
    }
  }
  parallel_for(threads, worlds.size(), [&](std::size_t i) { link_movers(context, worlds, i, by_home[i], units[i]); });
  parallel_for(threads, worlds.size(), [&](std::size_t i) { make_books(context, worlds[i]); });
  parallel_for(threads, worlds.size(), [&](std::size_t i) { join_books(context, worlds, i); });
}

Result<void> make_folders(const std::filesystem::path& out) {
  for (const char* name : {"identity", "relation", "address", "enrolment", "payment", "income", "asset", "spending",
                           "certificate", "event", "consent", "person_records", "people", "kin"}) {
    std::error_code trouble;
    std::filesystem::create_directories(out / name, trouble);
    if (!trouble) continue;
    return fail({.outcome = Outcome::environment,
                 .code = "synth.folder",
                 .message = {"无法建立输出文件夹", "the output folder cannot be made"},
                 .mend = {"检查磁盘与权限", "check the disk and the rights"},
                 .file = (out / name).string()});
  }
  return {};
}

/// Counties in order, cut where a part would grow beyond its size; the cuts depend on the numbers of people only.
std::vector<std::pair<std::size_t, std::size_t>> parts_of(const std::vector<std::int64_t>& shares) {
  std::vector<std::pair<std::size_t, std::size_t>> parts;
  std::int64_t people = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (parts.empty() || people + shares[i] > kPersonsPerPart) {
      parts.emplace_back(i, 0);
      people = 0;
    }
    people += shares[i];
    ++parts.back().second;
  }
  return parts;
}

}  // namespace

Result<PeopleReport> make_people(const PeopleRequest& request, Progress& progress) {
  TRY(Place place, read_place(request.pack));
  TRY_VOID(narrow_townships(place, request.region));
  std::vector<std::int64_t> shares;
  TRY(auto worlds, share_counties(place, request, shares));
  const int threads = std::max(1, request.threads);
  const Context context{place, request.seed, request.date};
  TRY_VOID(make_folders(request.out));

  progress.report("people", 0, request.persons);
  parallel_for(threads, worlds.size(), [&](std::size_t i) {
    if (progress.interrupted()) return;
    make_dwellings(context, shares[i], worlds[i]);
    settle(context, worlds[i]);
  });
  if (progress.interrupted()) return interrupted();
  make_kin(context, worlds, threads);
  parallel_for(threads, worlds.size(), [&](std::size_t i) { complete_persons(context, worlds[i]); });
  mark_parents(worlds);
  TRY_VOID(give_sequences(worlds));

  PeopleReport report{.counties = static_cast<std::int64_t>(worlds.size())};
  for (const auto& [first, count] : parts_of(shares)) {
    if (progress.interrupted()) return interrupted();
    std::vector<CountyHistory> histories(count);
    parallel_for(threads, count,
                 [&](std::size_t k) { histories[k] = make_history(context, worlds, worlds[first + k]); });
    TRY_VOID(write_batch(context, {worlds, first, histories, report.parts}, request.out, threads));
    ++report.parts;
    for (std::size_t k = first; k < first + count; ++k) {
      report.persons += static_cast<std::int64_t>(worlds[k].persons.size());
      report.dwellings += static_cast<std::int64_t>(worlds[k].dwellings.size());
    }
    progress.report("people", report.persons, request.persons);
  }
  TRY_VOID(write_kin(request.out, report.parts, threads));
  return report;
}

}  // namespace songtan::synth
