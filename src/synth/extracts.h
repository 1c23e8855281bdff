// From the perfect world to what the departments deliver. The night orders the steps, because decisions lie between:
//   people → decide (true) → plant_faults → lawful_records → decide (lawful) → render_extracts → write_truth
// Every step is a function of Parquet files to Parquet files; all draws are hashes of the seed and of record ids, so
// the same seed gives the same bytes at any number of threads. docs/formats/synth.md has the pack's side of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/day.h"
#include "base/progress.h"
#include "base/result.h"
#include "synth/dirt.h"
#include "synth/fault_plan.h"
#include "synth/living.h"
#include "synth/register_form.h"
#include "table/session.h"

namespace songtan::synth {

/// Everything the pack and the command line say about the departments.
struct ExtractPlan {
  std::vector<RegisterForm> registers;
  DirtProfile dirt;
  Variants variants = {};
  FaultPlan faults;
  std::vector<LifeEvent> living;
  std::string region;        ///< as asked for; the next delivery must ask for the same
  std::int64_t persons = 0;  ///< likewise
  std::uint64_t seed = 0;
  Day as_of;  ///< D: the world as true at the end of this day

  /// The day on which a register's file was delivered: D less its lag, scaled by the profile.
  Day delivery_of(const RegisterForm& form) const;
};

/// Reads packs/<pack>/synth/**. `dirt` is none, realistic, harsh or the path of a TOML file.
/// Errors: synth.toml, synth.registers, synth.variants.
Result<ExtractPlan> read_extract_plan(const std::filesystem::path& pack, const std::string& dirt, std::uint64_t seed,
                                      Day as_of);

struct ExtractResources {
  int threads = 1;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  std::filesystem::path spill_folder;
};

/// Folders that the steps share. `perfect`: standard record tables, person_records, people (true persons).
struct ExtractFolders {
  std::filesystem::path perfect;
  std::filesystem::path planted;  ///< written by plant_faults: enrolment, payment, consent, event … and person_records
  std::filesystem::path lawful;   ///< written by lawful_records: every record table, person_records, person
  std::filesystem::path decisions_true;  ///< Parquet file or folder, written by decide
  std::filesystem::path decisions_lawful;
  std::filesystem::path family_members_true;  ///< with kin beside it, as profile publishes them
  std::filesystem::path facts_true;
  std::filesystem::path out;        ///< DIR: extracts/, truth/, manifest.json
  std::filesystem::path delivered;  ///< written by render_extracts: each register's rows with file, row and content
  /// The same folders of the delivery before; empty for a first one. Rosters, ids and rows then go on from there.
  std::filesystem::path planted_before = {};
  std::filesystem::path lawful_before = {};
  std::filesystem::path delivered_before = {};
  Day since = {};  ///< its day

  bool goes_on() const { return !lawful_before.empty(); }
};

/// Who is enrolled, who applied, who is paid, and what is wrong with it: the true decisions less those never applied
/// for, plus the pack's faults. Writes standard record tables and faults into `folders.planted`.
Result<void> plant_faults(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources);

/// The perfect and planted records that lawfully exist and were delivered by D, with true values and known_on the
/// delivery of the office that holds them; one copy for each office. An end that was not reported yet is open.
Result<void> lawful_records(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources);

struct ExtractFileCount {
  std::string source;
  std::string file;
  std::int64_t rows = 0;
  std::int64_t mentions = 0;
};

/// Writes extracts/** from the lawful records, each register in its own columns, codes, format and dirt, and
/// `lawful/mentions/<source>.parquet` (who each mention truly is).
/// Cost: one scan of the lawful records, one sort a register; registers in parallel, one thread each.
Result<std::vector<ExtractFileCount>> render_extracts(const ExtractPlan& plan, const ExtractFolders& folders,
                                                      const ExtractResources& resources, Progress& progress);

/// Writes truth/{records,persons,families,facts,entitlements,faults}.parquet and manifest.json.
Result<void> write_truth(const ExtractPlan& plan, const ExtractFolders& folders, const ExtractResources& resources,
                         const std::vector<ExtractFileCount>& files);

}  // namespace songtan::synth
