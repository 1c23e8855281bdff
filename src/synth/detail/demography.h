// Who lives with whom. In: a county's census margins and a number of people. Out: dwellings with their members, ages
// and the kin inside each dwelling. Sex × age is exact; household kinds follow the margins.
#pragma once

#include "synth/detail/world.h"

namespace songtan::synth {

/// Fills `world.persons` and `world.dwellings` for n people. Ids in father, mother and spouse are final; births are
/// dates. Cost: about 0.5 µs a person.
void make_dwellings(const Context& context, std::int64_t n, CountyWorld& world);

}  // namespace songtan::synth
