#include "link/detail/study_truth.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "table/visit_rows.h"

namespace songtan::link {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

Result<StudyTruth> truth_of_column(table::Session& session, const std::string& column) {
  TRY(const std::vector<std::string> columns, input_columns(session));
  if (std::ranges::find(columns, column) == columns.end()) {
    return fail(Outcome::bad_data, "link.column", {"输入中没有列：" + column, "the input has no column: " + column},
                {"核对 --truth 与文件的列名", "compare --truth with the file's columns"});
  }
  StudyTruth truth{.kind = "truth", .persons = {}, .reviewed = {}};
  std::unordered_map<std::string, std::uint32_t> numbers;
  TRY_VOID(table::visit_rows(session, "SELECT CAST(" + quoted(column) + " AS VARCHAR) FROM linkage_input",
                             [&](const table::Chunk& chunk, std::int64_t row) {
                               const std::string value(chunk.text(0, row));
                               const auto next = static_cast<std::uint32_t>(numbers.size()) + 1;
                               truth.persons.push_back(value.empty() ? 0
                                                                     : numbers.try_emplace(value, next).first->second);
                             }));
  return truth;
}

Result<StudyTruth> truth_of_reviews(const LinkageInput& input, const std::filesystem::path& file) {
  std::unordered_map<std::string, std::uint32_t> rows;
  for (std::uint32_t row = 0; row < input.frame.rows; ++row)
    rows[input.sources[input.frame.source[row]] + "/" + std::string(input.ids.at(row))] = row;
  TRY(table::Session session, table::Session::open({.threads = 1, .memory_bytes = 256 << 20, .spill_folder = {}}));
  const std::string reader = file.extension() == ".parquet"
                                 ? "read_parquet(" + sql_literal(file.string()) + ")"
                                 : "read_csv(" + sql_literal(file.string()) + ", all_varchar = true, header = true)";
  StudyTruth truth{.kind = "reviewed", .persons = {}, .reviewed = {}};
  TRY_VOID(table::visit_rows(
      session,
      "SELECT CAST(source_l AS VARCHAR), CAST(id_l AS VARCHAR), CAST(source_r AS VARCHAR), CAST(id_r AS VARCHAR), "
      "lower(CAST(same AS VARCHAR)) FROM " +
          reader,
      [&](const table::Chunk& chunk, std::int64_t row) {
        const auto left = rows.find(std::string(chunk.text(0, row)) + "/" + std::string(chunk.text(1, row)));
        const auto right = rows.find(std::string(chunk.text(2, row)) + "/" + std::string(chunk.text(3, row)));
        const std::string_view same = chunk.text(4, row);
        if (left == rows.end() || right == rows.end() || left->second == right->second) return;
        truth.reviewed[std::minmax(left->second, right->second)] = same == "yes" || same == "true" || same == "1";
      }));
  return truth;
}

std::int64_t true_pairs(const StudyTruth& truth, const LinkageInput& input, PairMode mode) {
  std::map<std::uint32_t, std::map<std::uint16_t, std::int64_t>> persons;
  for (std::uint32_t row = 0; row < truth.persons.size(); ++row) {
    if (truth.persons[row] != 0) ++persons[truth.persons[row]][input.frame.source[row]];
  }
  std::int64_t pairs = 0;
  for (const auto& [person, sources] : persons) {
    std::int64_t all = 0;
    std::int64_t inside = 0;
    for (const auto& [source, records] : sources) {
      all += records;
      inside += records * (records - 1) / 2;
    }
    pairs += all * (all - 1) / 2 - (mode == PairMode::link ? inside : 0);
  }
  return pairs;
}

}  // namespace

Result<StudyTruth> read_study_truth(table::Session& session, const LinkageInput& input, const std::string& column,
                                    const std::filesystem::path& reviewed) {
  if (!column.empty()) return truth_of_column(session, column);
  if (!reviewed.empty()) return truth_of_reviews(input, reviewed);
  return StudyTruth{};
}

std::vector<RightAt> right_by_threshold(const StudyTruth& truth, const LinkageInput& input,
                                        const std::vector<Edge>& edges, PairMode mode) {
  if (truth.kind.empty()) return {};
  std::vector<std::pair<double, bool>> judged;
  for (const Edge& edge : edges) {
    if (truth.kind == "truth") {
      const std::uint32_t person = truth.persons[edge.left];
      if (person != 0 && truth.persons[edge.right] != 0)
        judged.emplace_back(edge.weight, person == truth.persons[edge.right]);
    } else if (const auto at = truth.reviewed.find({edge.left, edge.right}); at != truth.reviewed.end()) {
      judged.emplace_back(edge.weight, at->second);
    }
  }
  const std::int64_t all = truth.kind == "truth"
                               ? true_pairs(truth, input, mode)
                               : std::ranges::count_if(truth.reviewed, [](const auto& pair) { return pair.second; });
  std::vector<RightAt> points;
  for (const double threshold :
       {0.001, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999}) {
    const double least = weight_of_probability(threshold);
    std::int64_t joined = 0;
    std::int64_t right = 0;
    for (const auto& [weight, same] : judged) {
      if (weight < least) continue;
      ++joined;
      right += same ? 1 : 0;
    }
    if (joined == 0 || all == 0) continue;
    points.push_back({threshold, static_cast<double>(right) / static_cast<double>(joined),
                      static_cast<double>(right) / static_cast<double>(all)});
  }
  return points;
}

}  // namespace songtan::link
