#include "night/night.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "ingest/ingest.h"
#include "ingest/standing.h"
#include "night/kept_pack.h"
#include "night/night_inputs.h"
#include "night/publication.h"
#include "night/stages.h"
#include "night/workspace.h"
#include "table/session.h"

namespace songtan::night {
namespace fs = std::filesystem;
namespace {

Result<void> require_input_folder(const fs::path& in) {
  if (fs::is_directory(in / "extracts")) return {};
  return fail(
      Outcome::usage, "in.absent",
      {"交付目录不存在或没有 extracts：" + in.string(), "there is no delivery folder with extracts/: " + in.string()},
      {"改正 --in", "correct --in"});
}

// A night that was begun with other inputs is a person's business: go on with it, or discard it.
Result<void> refuse_other_unfinished(const Workspace& workspace, const std::string& id) {
  for (const std::string& other : workspace.unfinished()) {
    if (other == id || workspace.is_finished(other)) continue;
    return fail(Outcome::usage, "night.other_unfinished",
                {"有一次输入不同的运行没有完成：" + other, "a night with other inputs is unfinished: " + other},
                {"用原来的输入继续，或运行 songtan night discard " + other,
                 "go on with its inputs, or run songtan night discard " + other});
  }
  return {};
}

Result<DayInputs> frozen_day(const Workspace& workspace, const NightRequest& request) {
  TRY(table::Session session,
      table::Session::open(
          {.threads = request.resources.threads, .memory_bytes = request.resources.memory_bytes, .spill_folder = {}}));
  return freeze_day_inputs(session, workspace, request.day_inputs, request.date);
}

Result<void> run_stages(const StageContext& context, StageTime ingested, NightOutcome& outcome) {
  const std::string id = context.inputs.id();
  TRY(Checkpoints stages, Checkpoints::open(context.workspace.work(id), context.progress));
  stages.add_time(std::move(ingested));
  TRY_VOID(stages.stage("loads", [&](const fs::path& out) { return loads_stage(context, out); }));
  TRY_VOID(stages.stage("link", [&](const fs::path& out) { return link_stage(context, out); }));
  TRY_VOID(stages.stage("day", [&](const fs::path& out) { return day_stage(context, stages.folder_of("link"), out); }));
  TRY_VOID(stages.stage("profile", [&](const fs::path& out) { return profile_stage(context, stages, out); }));
  TRY_VOID(stages.stage("decide", [&](const fs::path& out) { return decide_stage(context, stages, out); }));
  TRY_VOID(stages.stage("watch", [&](const fs::path& out) { return watch_stage(context, stages, out); }));
  TRY_VOID(stages.stage("measures",
                        [&](const fs::path& out) { return measure_stage(context, stages.folder_of("link"), out); }));
  TRY(outcome.breaches, judge_night(context, stages));
  outcome.held = !outcome.breaches.empty();
  outcome.counts = stages.counts();
  TRY_VOID(keep_pack(context.workspace, context.pack, context.inputs.pack_digest));
  return publish(context.workspace, context.inputs, stages, context.resources, outcome.breaches);
}

}  // namespace

Result<NightOutcome> run_night(const NightRequest& request, Progress& progress) {
  TRY_VOID(require_input_folder(request.in));
  TRY_VOID(digest_of_pack(request.pack));
  TRY(const Workspace workspace, Workspace::open(request.data));
  const StageClock clock;
  TRY(const auto report, ingest::ingest({.pack = request.pack,
                                         .in = request.in,
                                         .data = request.data,
                                         .threads = request.resources.threads,
                                         .memory_bytes = request.resources.memory_bytes,
                                         .limits = {}},
                                        progress));
  TRY(NightInputs inputs, inputs_of_night(workspace, request.pack, request.date));
  if (!request.day_inputs.empty()) {
    TRY(inputs.day, frozen_day(workspace, request));
  }
  NightOutcome outcome{.id = inputs.id()};
  if (workspace.is_finished(outcome.id)) {
    outcome.repeated = true;
    outcome.held = !workspace.is_published(outcome.id);
    if (outcome.held) {
      TRY(outcome.breaches, breaches_of(workspace, outcome.id));
    }
    TRY_VOID(finish_publication(workspace, outcome.id));
    return outcome;
  }
  TRY_VOID(refuse_other_unfinished(workspace, outcome.id));
  TRY(inputs.loads,
      ingest::settle(
          workspace.data(), inputs.loads,
          {.threads = request.resources.threads, .memory_bytes = request.resources.memory_bytes, .sweep = true}));
  StageTime ingested = clock.stop("ingest");
  const StageContext context{workspace, inputs, request.pack, workspace.data() / "spill", request.resources, progress};
  auto done = run_stages(context, std::move(ingested), outcome);
  std::error_code code;
  fs::remove_all(context.spill, code);  // scratch only; the next night makes its own
  if (!done) return fail(std::move(done).error());
  return outcome;
}

namespace {

/// Counts for a person's eye: those kept by programme (`<programme>_yes`) are summed; run.json has each.
StageCounts in_short(const StageCounts& counts) {
  constexpr std::size_t kMostInOneLine = 12;
  if (counts.size() <= kMostInOneLine) return counts;
  StageCounts sums;
  for (const auto& [name, count] : counts) {
    const std::size_t mark = name.find('_');
    sums[mark == std::string::npos ? name : name.substr(mark + 1)] += count;
  }
  return sums;
}

}  // namespace

std::string outcome_text(const NightOutcome& outcome, std::string_view language) {
  const bool zh = language == "zh";
  std::string state = zh ? "已发布" : "published";
  if (outcome.repeated) state = zh ? "此前已发布，没有变化" : "was published before; nothing changed";
  if (outcome.held) state = zh ? "已扣留，未发布" : "held, not published";
  std::string text = fmt::format("{} {}\n", outcome.id, state);
  for (const auto& [stage, counts] : outcome.counts) {
    text += fmt::format("  {:<8}", stage);
    for (const auto& [name, count] : in_short(counts)) text += fmt::format(" {} {}", name, count);
    text += '\n';
  }
  for (const report::Breach& breach : outcome.breaches) text += fmt::format("  ! {}\n", breach.words.in(language));
  if (outcome.held)
    text += fmt::format(fmt::runtime(zh ? "核实后放行：songtan night release {} --reason \"…\"\n"
                                        : "when verified: songtan night release {} --reason \"…\"\n"),
                        outcome.id);
  return text;
}

std::string outcome_json(const NightOutcome& outcome) {
  nlohmann::ordered_json gate = nlohmann::ordered_json::array();
  for (const report::Breach& breach : outcome.breaches) {
    gate.push_back({{"check", breach.check},
                    {"subject", breach.subject},
                    {"before", breach.before},
                    {"now", breach.now},
                    {"limit", breach.limit},
                    {"message", breach.words.en}});
  }
  return nlohmann::ordered_json{{"id", outcome.id},
                                {"repeated", outcome.repeated},
                                {"held", outcome.held},
                                {"gate", gate},
                                {"counts", outcome.counts}}
             .dump() +
         "\n";
}

}  // namespace songtan::night
