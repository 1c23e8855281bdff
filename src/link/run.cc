// link run: files + model → persons (and pairs).
#include <algorithm>

#include "base/mix.h"
#include "base/record_id.h"
#include "link/detail/joined_sets.h"
#include "link/detail/linkage_input.h"
#include "link/pair_explanation.h"
#include "link/verbs.h"
#include "table/writer.h"

namespace songtan::link {
namespace {

std::string text_of_pattern(std::uint32_t pattern, const std::vector<CompiledComparison>& comparisons) {
  std::string text;
  for (const std::uint8_t level : levels_of(pattern, comparisons))
    text += (text.empty() ? "" : "|") + std::to_string(level);
  return text;
}

Result<void> write_pairs(const LinkageInput& input, const EngineModel& model, const std::vector<Edge>& edges,
                         const RunOptions& options) {
  TRY(table::Session session,
      table::Session::open(
          {.threads = options.files.threads, .memory_bytes = options.files.memory_bytes, .spill_folder = {}}));
  TRY_VOID(
      session.run("CREATE TABLE pairs(source_l VARCHAR, id_l VARCHAR, source_r VARCHAR, id_r VARCHAR, pattern VARCHAR, "
                  "weight DOUBLE, probability DOUBLE)"));
  TRY(auto writer, table::TableWriter::open(session, "pairs"));
  for (const Edge& edge : edges) {
    writer.text(input.sources[input.frame.source[edge.left]]);
    writer.text(input.ids.at(edge.left));
    writer.text(input.sources[input.frame.source[edge.right]]);
    writer.text(input.ids.at(edge.right));
    writer.text(text_of_pattern(edge.pattern, model.comparisons));
    writer.real(edge.weight);
    writer.real(probability_of_weight(edge.weight));
    writer.end_row();
  }
  TRY_VOID(writer.finish());
  TRY(const std::int64_t rows,
      session.write_parquet("SELECT * FROM pairs ORDER BY source_l, id_l, source_r, id_r", options.pairs));
  static_cast<void>(rows);
  return {};
}

// The id of a set: a hash of its least record key.
std::vector<std::int64_t> person_ids(const LinkageInput& input, const std::vector<std::uint32_t>& roots) {
  std::vector<std::int64_t> least(roots.size(), INT64_MAX);
  const std::vector<std::uint64_t> keys = record_keys(input);
  for (std::size_t row = 0; row < roots.size(); ++row)
    least[roots[row]] = std::min(least[roots[row]], static_cast<std::int64_t>(keys[row]));
  std::vector<std::int64_t> ids(roots.size());
  for (std::size_t row = 0; row < roots.size(); ++row) ids[row] = subject_id(least[roots[row]], 0);
  return ids;
}

Result<std::int64_t> write_linked_persons(const LinkageInput& input, const std::vector<std::uint32_t>& roots,
                                          const RunOptions& options) {
  TRY(table::Session session,
      table::Session::open(
          {.threads = options.files.threads, .memory_bytes = options.files.memory_bytes, .spill_folder = {}}));
  TRY_VOID(session.run("CREATE TABLE persons(source VARCHAR, record_id VARCHAR, person_id BIGINT)"));
  TRY(auto writer, table::TableWriter::open(session, "persons"));
  const std::vector<std::int64_t> ids = person_ids(input, roots);
  std::int64_t persons = 0;
  for (std::size_t row = 0; row < roots.size(); ++row) {
    persons += roots[row] == row ? 1 : 0;
    writer.text(input.sources[input.frame.source[row]]);
    writer.text(input.ids.at(row));
    writer.bigint(ids[row]);
    writer.end_row();
  }
  TRY_VOID(writer.finish());
  TRY(const std::int64_t rows, session.write_parquet("SELECT * FROM persons ORDER BY source, record_id", options.out));
  static_cast<void>(rows);
  return persons;
}

std::string words_of_rule(const ModelBlockingRule& rule) {
  std::string words;
  for (const std::string& column : rule.columns) words += (words.empty() ? "" : " + ") + column;
  return words;
}

RunReport report_of(const LinkModel& model, const EngineResult& result, std::size_t records) {
  RunReport report;
  report.records = static_cast<std::int64_t>(records);
  for (std::size_t rule = 0; rule < model.blocking.size(); ++rule) {
    report.rules.push_back({words_of_rule(model.blocking[rule]), result.pairs_by_rule[rule]});
    report.pairs += result.pairs_by_rule[rule];
  }
  for (const SkippedBlock& block : result.skipped)
    report.skipped.push_back({words_of_rule(model.blocking[block.rule]), block.records});
  return report;
}

}  // namespace

Result<RunReport> link_run(const RunOptions& options, Progress& progress) {
  TRY(const LinkModel model, read_link_model(options.model));
  progress.report("link", 0, 4);
  LinkageInput input;
  {
    TRY(table::Session session,
        open_inputs({options.files.in, options.files.id_column}, options.files.threads, options.files.memory_bytes));
    TRY(input, load_input(session, model));
  }
  for (const std::filesystem::path& file : options.files.in) input.sources.push_back(file.stem().string());
  TRY(const EngineModel engine, compiled_model(model, input));
  progress.report("link", 1, 4);
  const double joining = weight_of_probability(options.threshold.value_or(model.threshold));
  EngineOptions run;
  run.mode = options.mode.value_or(model.mode);
  run.threads = options.files.threads;
  run.most_in_block = model.most_in_block;
  const SetRule rule = set_rule(model, joining, options.one_to_one);
  run.threshold = rule.least_edge();
  if (!options.pairs.empty()) run.threshold = std::min(run.threshold, weight_of_probability(options.pairs_threshold));
  EngineResult result = run_engine(input.frame, input.keys, engine, run);
  progress.report("link", 2, 4);
  RunReport report = report_of(model, result, input.frame.rows);
  report.edges =
      std::count_if(result.edges.begin(), result.edges.end(), [&](const Edge& edge) { return edge.weight >= joining; });
  const std::vector<std::uint32_t> roots = joined_sets(rule, input, result.edges);
  if (!options.pairs.empty()) TRY_VOID(write_pairs(input, engine, result.edges, options));
  progress.report("link", 3, 4);
  TRY(report.persons, write_linked_persons(input, roots, options));
  progress.report("link", 4, 4);
  return report;
}

}  // namespace songtan::link
