// Names by cohort, sex and people (民族). In: a person and the worlds their kin live in. Out: a name; surnames pass
// from father to child, or from the mother where no father is known.
#pragma once

#include <span>
#include <string>

#include "synth/detail/world.h"

namespace songtan::synth {

class Namer {
 public:
  Namer(const Context& context, std::span<const CountyWorld> worlds) : context_(context), worlds_(worlds) {}

  /// Pure: depends on the seed, the person and their ancestors only.
  std::string name_of(Id id, const Person& person) const;
  std::string surname_of(Id id, const Person& person) const;

 private:
  bool bears_surname(Id id, const Person& person) const;
  std::string given_of(Id id, const Person& person) const;

  const Context& context_;
  std::span<const CountyWorld> worlds_;
};

}  // namespace songtan::synth
