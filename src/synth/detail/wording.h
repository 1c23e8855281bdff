// Texts of places: addresses, employers, phones. Pure functions of codes and numbers.
#pragma once

#include <string>

#include "synth/detail/world.h"

namespace songtan::synth {

/// "城市+县区+乡镇+社区/村+门牌" of a 12-digit division; only the county where the division is not in the place.
std::string address_of(const Place& place, std::int64_t region, std::int32_t door);

/// Rural where the last three digits name a village.
bool is_urban_region(std::int64_t region);

/// The payer's name in a county; some are public bodies.
std::string payer_of(const Place& place, const County& county, std::int32_t payer);
bool is_public_payer(std::int32_t payer);

std::string region_text(std::int64_t region);
/// The number of a hukou book: nine digits after the county code.
std::string book_text(Id book);
std::string phone_of(std::uint64_t seed, Id id);

}  // namespace songtan::synth
