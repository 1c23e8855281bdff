// One case of OpenFisca's YAML tests. In: a programme, a map of names, the case. Out: whether every output is as expected.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "policy/decisions.h"
#include "policy/detail/openfisca_map.h"
#include "policy/detail/openfisca_period.h"
#include "policy/testing.h"

namespace songtan::policy::detail {

/// One YAML case on one programme. `test` must outlive it.
class OpenfiscaCase {
 public:
  OpenfiscaCase(const Program& program, const OpenfiscaMap& map, const YAML::Node& test)
      : program_(program), map_(map), test_(test) {}

  Result<void> run();

 private:
  struct Slot {
    std::vector<std::int64_t> values;
    std::vector<std::uint8_t> known;
  };

  const Program& program_;
  const OpenfiscaMap& map_;
  const YAML::Node& test_;
  Stretch period_;
  Inputs inputs_;
  std::map<std::string, std::int64_t> persons_;
  std::vector<std::string> person_names_;
  std::vector<std::map<std::string, std::int64_t>> groups_;
  std::map<Need, Slot> given_;

  int entity_of(const MappedEntity& mapped) const { return program_.entity(mapped.entity).value_or(-1); }
  const MappedEntity* mapped(const std::string& key, const YAML::Node& node, bool& plural) const;
  bool lists_instances(const MappedEntity& mapped, const YAML::Node& node) const;
  Result<int> variable(const std::string& name, int entity) const;
  const VariableInfo& info(int index) const { return program_.variables()[static_cast<std::size_t>(index)]; }
  Result<std::int64_t> value(const std::string& name, const VariableInfo& info, const YAML::Node& node) const;
  Result<void> population(const YAML::Node& input);
  Result<void> group(const MappedEntity& mapped, const YAML::Node& input);
  void add_person(const std::string& name);
  void persons_of_lists(const YAML::Node& input);
  bool left_out(const std::string& name) const;
  Result<void> inputs(const YAML::Node& input);
  Result<void> instance(int entity, std::int64_t row, const MappedEntity* mapped, const YAML::Node& node);
  Result<void> give(const std::string& name, int entity, std::int64_t row, const YAML::Node& node);
  Result<void> give_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                       const YAML::Node& node);
  Result<void> outputs(const YAML::Node& output);
  Result<void> expect_instance(int entity, std::int64_t row, const YAML::Node& node);
  Result<void> expect(const std::string& name, int entity, std::int64_t row, const YAML::Node& node);
  Result<void> expect_at(const std::string& name, int index, std::int64_t row, const Stretch& stretch,
                         const YAML::Node& node);
  std::optional<Fixed> margin(const char* key, const std::string& name) const;
  /// What was computed of one output, over all rows; `parts` > 1: each value is to be divided by it.
  struct Found {
    ValueColumn column;
    int parts = 1;
  };
  Result<Found> found(int index, const Stretch& stretch) const;
  Result<void> compare(const std::string& name, const VariableInfo& info, const Found& found, std::int64_t row,
                       const YAML::Node& node) const;
};

}  // namespace songtan::policy::detail
