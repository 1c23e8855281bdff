#include "night/source_coverage.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/region_code.h"
#include "base/text.h"

namespace songtan::night {
namespace {

// Newest delivery by region of the parts; the empty region stands for a file that is not split.
std::map<std::string, Day> newest_by_region(const std::string& source, const std::vector<Delivery>& deliveries) {
  std::map<std::string, Day> newest;
  for (const Delivery& delivery : deliveries) {
    if (delivery.source != source) continue;
    const std::string region = is_region_prefix(delivery.part) && delivery.part.size() >= 4
                                   ? std::string(significant_region(delivery.part))
                                   : std::string();
    const auto [at, fresh] = newest.try_emplace(region, delivery.day);
    if (!fresh) at->second = std::max(at->second, delivery.day);
  }
  return newest;
}

profile::SourceCoverage coverage_in(const ingest::Contract& contract, std::string region,
                                    std::optional<Day> delivered) {
  return {.source = contract.id,
          .region = std::move(region),
          .delivered = delivered,
          .rhythm_days = contract.rhythm_days,
          .absence_is_none = contract.absence == ingest::Absence::none,
          .priority = contract.priority};
}

}  // namespace

std::vector<Delivery> deliveries_of(const std::vector<ingest::Load>& loads) {
  std::vector<Delivery> deliveries;
  for (const ingest::Load& load : loads) deliveries.push_back({load.source, load.part, load.delivery});
  return deliveries;
}

Result<std::vector<Delivery>> deliveries_of(const std::vector<synth::ExtractFileCount>& files) {
  std::vector<Delivery> deliveries;
  for (const synth::ExtractFileCount& file : files) {
    const std::string name = file.file.substr(file.file.find_last_of('/') + 1);
    const auto words = split(name, '.');
    const auto day = Day::parse(words.front());
    if (!day || words.size() < 3) {
      return fail(Outcome::our_fault, "synth.file_name",
                  {"合成文件名不合规：" + name, "the file name of an extract is out of form: " + name});
    }
    deliveries.push_back({file.source, words.size() > 3 ? std::string(words[2]) : std::string(), *day});
  }
  return deliveries;
}

std::vector<profile::SourceCoverage> coverage_of(const std::vector<ingest::Contract>& contracts,
                                                 const std::vector<Delivery>& deliveries) {
  std::vector<profile::SourceCoverage> coverage;
  for (const ingest::Contract& contract : contracts) {
    const auto newest = newest_by_region(contract.id, deliveries);
    const auto whole = newest.find("");
    const bool in_parts = !newest.empty() && whole == newest.end();
    if (in_parts) {
      for (const auto& [region, day] : newest) coverage.push_back(coverage_in(contract, region, day));
      continue;
    }
    const std::optional<Day> delivered = whole == newest.end() ? std::nullopt : std::optional<Day>(whole->second);
    std::vector<std::string> regions = contract.regions;
    if (regions.empty()) regions.emplace_back();
    for (const std::string& region : regions) coverage.push_back(coverage_in(contract, region, delivered));
  }
  return coverage;
}

}  // namespace songtan::night
