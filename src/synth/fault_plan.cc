#include "synth/fault_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/toml_file.h"

namespace songtan::synth {
namespace {

constexpr std::array<std::pair<std::string_view, FaultAction>, 7> kActions = {{
    {"enrol", FaultAction::enrol},
    {"withhold", FaultAction::withhold},
    {"amount", FaultAction::amount},
    {"second_county", FaultAction::second_county},
    {"other_account", FaultAction::other_account},
    {"drop_member", FaultAction::drop_member},
    {"add_member", FaultAction::add_member},
}};

RosterProgramme programme_of(const TomlTable& table) {
  RosterProgramme programme;
  programme.code = table.text("code");
  programme.for_families = table.text("entity") == "family";
  programme.checked = table.boolean_or("checked", false);
  programme.started_months = table.integers("started_months");
  programme.confirmed_months = table.integer_or("confirmed_months", 0);
  programme.not_before = table.text_or("not_before", "NULL");
  programme.detail = table.text_or("detail", "NULL");
  programme.members = table.text_or("members", "true");
  programme.entitled = table.text_or("entitled", "");
  if (programme.started_months.size() != 5 || !std::ranges::is_sorted(programme.started_months)) {
    table.refuse({"started_months 需要由小到大的 5 个月数", "started_months needs 5 ascending numbers of months"}, {});
    programme.started_months.assign(5, 0);
  }
  return programme;
}

Fault fault_of(const TomlTable& table) {
  Fault fault;
  fault.name = table.text("class");
  fault.programme = table.text("programme");
  const std::string action = table.text("action");
  const auto found = std::ranges::find(kActions, action, [](const auto& pair) { return pair.first; });
  if (found == kActions.end()) {
    table.refuse({"不认识的 action " + action, "unknown action " + action},
                 {"见 docs/formats/synth.md", "see docs/formats/synth.md"});
  } else {
    fault.action = found->second;
  }
  fault.per_100_000 = table.integer("per_100_000");
  fault.least = table.integer_or("least", 0);
  fault.candidates = table.text("candidates");
  fault.in_payments = table.boolean_or("in_payments", false);
  fault.undetectable_why = table.text_or("undetectable_why", "");
  return fault;
}

ApplicationPlan application_of(const TomlTable& table) {
  return {.programme = table.text("programme"),
          .state = table.text("state"),
          .per_100_000 = table.integer("per_100_000"),
          .candidates = table.text("candidates")};
}

RosterContinuation continuation_of(const TomlTable& table) {
  return {.started_ppm = table.integer("started_ppm"),
          .ended_ppm = table.integer("ended_ppm"),
          .reviewed_ppm = table.integer("reviewed_ppm"),
          .not_started = table.text("not_started"),
          .not_ended = table.text("not_ended"),
          .not_reviewed = table.text("not_reviewed"),
          .undetectable_why = table.text("undetectable_why")};
}

}  // namespace

Result<FaultPlan> read_fault_plan(const std::filesystem::path& path) {
  TRY(const TomlFile file, TomlFile::read(path));
  const TomlTable root = file.root();
  FaultPlan plan;
  plan.paid_months = root.integer("paid_months");
  plan.obligor_consent_ppm = root.integer("obligor_consent_ppm");
  for (const TomlTable& table : root.tables("programmes")) plan.programmes.push_back(programme_of(table));
  for (const TomlTable& table : root.tables("history"))
    plan.history.push_back({table.text("code"), table.integer("yuan_per_month")});
  for (const TomlTable& table : root.tables("faults")) plan.faults.push_back(fault_of(table));
  for (const TomlTable& table : root.tables("applications")) plan.applications.push_back(application_of(table));
  plan.continuation = continuation_of(root.table("continuation"));
  TRY_VOID(file.check());
  return plan;
}

}  // namespace songtan::synth
