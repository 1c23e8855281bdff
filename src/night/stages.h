// The stages of a night as calls of the rooms below. Each fills the folder it is given with its tables
// (<table>/part-NNN.parquet) and returns its counts.
#pragma once

#include <filesystem>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "night/checkpoint.h"
#include "night/night.h"
#include "night/night_inputs.h"
#include "night/workspace.h"
#include "report/gate.h"

namespace songtan::night {

/// What all stages of one night share.
struct StageContext {
  const Workspace& workspace;
  const NightInputs& inputs;
  std::filesystem::path pack;
  std::filesystem::path spill;
  Resources resources;
  Progress& progress;
};

/// The loads and their issues as tables. Writes: loads, issues.
Result<StageCounts> loads_stage(const StageContext& context, const std::filesystem::path& out);

/// Who is who. Writes: persons, person_records, person_log, person_keys, links. Reads identity once, relation and address.
Result<StageCounts> link_stage(const StageContext& context, const std::filesystem::path& out);

/// The day inputs under tonight's ids; nothing without any.
Result<StageCounts> day_stage(const StageContext& context, const std::filesystem::path& link,
                              const std::filesystem::path& out);

/// Who lives with whom, and what is known of each. Writes: families, family_members, kin, facts.
Result<StageCounts> profile_stage(const StageContext& context, const Checkpoints& checkpoints,
                                  const std::filesystem::path& out);

/// What the law says of each. Writes: decisions.
Result<StageCounts> decide_stage(const StageContext& context, const Checkpoints& checkpoints,
                                 const std::filesystem::path& out);

/// How the sources look tonight, for the gate. Writes: measures.
Result<StageCounts> measure_stage(const StageContext& context, const std::filesystem::path& link,
                                  const std::filesystem::path& out);

/// What the publication gate says of tonight against the last published night. Empty: publish.
Result<std::vector<report::Breach>> judge_night(const StageContext& context, const Checkpoints& checkpoints);

/// What decisions say against rosters. Writes: findings.
Result<StageCounts> watch_stage(const StageContext& context, const Checkpoints& checkpoints,
                                const std::filesystem::path& out);

}  // namespace songtan::night
