#include "link/detail/labelled_pairs.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/text.h"

namespace songtan::link {
namespace {

std::unexpected<Error> wrong_labels(const std::filesystem::path& file, Text message) {
  Error error;
  error.code = "link.labels";
  error.message = std::move(message);
  error.mend = {
      "文件应有列 id_l、id_r、match（1 或 0），文件间标识重复时另加 source_l、source_r",
      "the file has columns id_l, id_r and match (1 or 0), and source_l, source_r where ids repeat across files"};
  error.file = file.string();
  return fail(std::move(error));
}

// Rows by id, and by source and id.
std::unordered_map<std::string, std::uint32_t> rows_by_name(const LinkageInput& input) {
  std::unordered_map<std::string, std::uint32_t> rows;
  for (std::uint32_t row = 0; row < input.frame.rows; ++row) {
    const std::string id(input.ids.at(row));
    rows.emplace("\n" + id, row);
    rows.emplace(input.sources[input.frame.source[row]] + "\n" + id, row);
  }
  return rows;
}

}  // namespace

Result<LabelledPairs> read_labelled_pairs(const std::filesystem::path& file, const LinkageInput& input) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    return wrong_labels(file, {"标注文件不存在", "the file of labelled pairs does not exist"});
  const std::string reader = file.extension() == ".parquet"
                                 ? "read_parquet(" + sql_literal(file.string()) + ")"
                                 : "read_csv(" + sql_literal(file.string()) + ", all_varchar=true, header=true)";
  TRY(table::Session session, table::Session::open({}));
  std::vector<std::string> columns;
  {
    TRY(auto head, session.query("SELECT * FROM " + reader + " LIMIT 0"));
    for (std::int64_t c = 0; c < head.column_count(); ++c) columns.push_back(head.column_name(c));
  }
  const auto has = [&](const char* name) { return std::find(columns.begin(), columns.end(), name) != columns.end(); };
  if (!has("id_l") || !has("id_r") || !has("match")) return wrong_labels(file, {"缺少列", "columns are missing"});
  const std::string sources = has("source_l") && has("source_r") ? "source_l, source_r" : "'', ''";
  TRY(auto rows,
      session.query("SELECT CAST(id_l AS VARCHAR), CAST(id_r AS VARCHAR), " + sources +
                    ", CAST(coalesce(TRY_CAST(match AS DOUBLE) >= 0.5, TRY_CAST(match AS BOOLEAN), false) AS "
                    "BIGINT) FROM " +
                    reader + " WHERE id_l IS NOT NULL AND id_r IS NOT NULL"));
  const auto by_name = rows_by_name(input);
  LabelledPairs labels;
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      const auto name = [&](std::int64_t id, std::int64_t source) {
        return std::string(chunk.is_null(source, row) ? "" : chunk.text(source, row)) + "\n" +
               std::string(trimmed(chunk.text(id, row)));
      };
      const auto left = by_name.find(name(0, 2));
      const auto right = by_name.find(name(1, 3));
      if (left == by_name.end() || right == by_name.end() || left->second == right->second) {
        ++labels.unknown;
        continue;
      }
      const bool match = chunk.bigints(4)[static_cast<std::size_t>(row)] != 0;
      (match ? labels.matches : labels.others).emplace_back(std::minmax(left->second, right->second));
    }
  }
  if (labels.matches.empty() && labels.others.empty())
    return wrong_labels(file, {"没有一对标注记录在输入中", "no labelled pair is in the input"});
  return labels;
}

void learn_from_labels(const LabelledPairs& labels, const LinkageInput& input, const EngineModel& engine,
                       const std::vector<int>& null_levels, double trust, Mixture& mixture) {
  std::vector<std::vector<double>> seen;
  for (const CompiledComparison& comparison : engine.comparisons) seen.emplace_back(comparison.levels.size(), 0.0);
  for (const PatternCount& count : count_patterns_of(input.frame, engine.comparisons, labels.matches)) {
    const std::vector<std::uint8_t> levels = levels_of(count.pattern, engine.comparisons);
    for (std::size_t c = 0; c < levels.size(); ++c) seen[c][levels[c]] += static_cast<double>(count.pairs);
  }
  for (std::size_t c = 0; c < seen.size(); ++c) {
    double total = trust;
    for (std::size_t level = 0; level < seen[c].size(); ++level)
      total += static_cast<int>(level) == null_levels[c] ? 0 : seen[c][level];
    for (std::size_t level = 0; level < seen[c].size(); ++level) {
      if (static_cast<int>(level) != null_levels[c])
        mixture.m[c][level] = (seen[c][level] + trust * mixture.m[c][level]) / total;
    }
  }
}

}  // namespace songtan::link
