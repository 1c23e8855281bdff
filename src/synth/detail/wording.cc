#include "synth/detail/wording.h"

#include <algorithm>
#include <array>

#include "synth/detail/draw.h"

namespace songtan::synth {
namespace {

/// Neighbouring divisions of a township take neighbouring words, so that none bears another's name.
const std::string& division_name(const std::vector<std::string>& list, std::int64_t region) {
  const auto start = mix64(static_cast<std::uint64_t>(region / 1000));
  return list[static_cast<std::size_t>((start % list.size() + static_cast<std::uint64_t>(region % 1000)) %
                                       list.size())];
}

const std::string& chosen(const std::vector<std::string>& list, std::uint64_t key) {
  return list[static_cast<std::size_t>(mix64(key) % list.size())];
}

}  // namespace

bool is_urban_region(std::int64_t region) { return region % 1000 < 200; }

std::string region_text(std::int64_t region) { return std::to_string(region); }

std::string address_of(const Place& place, std::int64_t region, std::int32_t door) {
  const auto code = static_cast<int>(region / 1'000'000);
  const County* county = place.county(code);
  if (county == nullptr) {
    for (const auto& origin : place.outside) {
      if (origin.code == code) return origin.name;
    }
    return {};
  }
  std::string text = county->city + county->name;
  const std::int64_t township = region / 1000;
  const auto found = std::lower_bound(county->townships.begin(), county->townships.end(), township,
                                      [](const Township& a, std::int64_t wanted) { return a.code < wanted; });
  if (found == county->townships.end() || found->code != township) return text;
  text += found->name;
  const auto key = static_cast<std::uint64_t>(region);
  // Every door of a division reads differently.
  if (is_urban_region(region)) {
    text += division_name(place.words.community, region) + "社区" + chosen(place.words.road, key ^ 1);
    text += std::to_string(door / 36 + 1) + "号" + std::to_string(door / 12 % 3 + 1) + "栋";
    text += std::to_string(door / 2 % 6 + 1) + "0" + std::to_string(door % 2 + 1) + "室";
  } else {
    text += division_name(place.words.village, region) + "村" + std::to_string(door / 40 % 12 + 1) + "组";
    text += std::to_string(door / 480 * 40 + door % 40 + 1) + "号";
  }
  return text;
}

bool is_public_payer(std::int32_t payer) { return payer % 13 == 0; }

std::string payer_of(const Place& place, const County& county, std::int32_t payer) {
  if (payer == 0) return {};
  const auto key = static_cast<std::uint64_t>(county.code) * 100'000 + static_cast<std::uint64_t>(payer);
  if (is_public_payer(payer)) return county.name + chosen(place.words.agency, key);
  return county.name + chosen(place.words.employer, key) + chosen(place.words.employer, key ^ 2) +
         chosen(place.words.trade, key ^ 1);
}

std::string book_text(Id book) { return std::to_string(book); }

std::string phone_of(std::uint64_t seed, Id id) {
  constexpr std::array<std::string_view, 12> kPrefixes = {"130", "133", "135", "136", "138", "139",
                                                          "150", "158", "177", "181", "182", "189"};
  const std::uint64_t bits = mix64(seed ^ 0x7068, static_cast<std::uint64_t>(id));
  std::string digits = std::to_string(100'000'000 + bits % 100'000'000);
  return std::string(kPrefixes[(bits >> 40) % kPrefixes.size()]) + digits.substr(1);
}

}  // namespace songtan::synth
