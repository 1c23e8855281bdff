// What a register office knows of a person beside kin: death, schooling, the citizen number.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "synth/detail/world.h"

namespace songtan::synth {

/// Deaths of the last two years (their registers lag), schooling, and the code of the county that gave the number.
void complete_persons(const Context& context, CountyWorld& world);

/// Marks everybody who has a living child. Sequential over all counties.
void mark_parents(std::span<CountyWorld> worlds);

/// Gives everybody the next free sequence of their code, birth date and sex. Errors: more than 500 people of one sex
/// share a code and a birth date. Cost: one random access a person, sequential.
Result<void> give_sequences(std::span<CountyWorld> worlds);

/// The 18 characters; needs give_sequences.
std::string number_of(const Person& person);

}  // namespace songtan::synth
