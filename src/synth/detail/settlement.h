// Where people live, where their hukou is, which people (民族) they belong to, and who was ever married.
#pragma once

#include "synth/detail/draw.h"
#include "synth/detail/world.h"

namespace songtan::synth {

/// Draws one division of a county: a community (urban) or a village (rural). 12 digits.
std::int64_t draw_region(const County& county, bool urban, Draw& draw);

/// Fills regions, residence types, hukou and peoples of dwellings and persons, and the marital state of those who
/// have no partner in their dwelling. Needs make_dwellings.
void settle(const Context& context, CountyWorld& world);

}  // namespace songtan::synth
