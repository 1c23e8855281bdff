#include "link/detail/linkage_input.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/mix.h"
#include "base/text.h"
#include "link/kernel/date_text.h"
#include "link/kernel/gram_key.h"
#include "link/kernel/sound_key.h"

namespace songtan::link {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string reader_of(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  if (extension == ".parquet") return "read_parquet(" + sql_literal(file.string()) + ")";
  return "read_csv(" + sql_literal(file.string()) + ", all_varchar=true, header=true, sample_size=-1)";
}

Result<void> add_text_function(table::Session& session, const std::string& name,
                               std::string (*body)(std::string_view)) {
  table::ScalarFunction function;
  function.name = name;
  function.parameters = {table::ColumnType::text};
  function.result = table::ColumnType::text;
  function.body = [body](const table::Chunk& arguments, table::OutputColumn& result) {
    for (std::int64_t row = 0; row < arguments.size(); ++row) {
      const std::string value = arguments.is_null(0, row) ? "" : body(arguments.text(0, row));
      if (value.empty())
        result.set_null(row);
      else
        result.set_text(row, value);
    }
  };
  return session.add_function(std::move(function));
}

// A function of a text and a word that says how. Missing where either is, or where the result is empty.
Result<void> add_text_function(table::Session& session, const std::string& name,
                               std::string (*body)(std::string_view, std::string_view)) {
  table::ScalarFunction function;
  function.name = name;
  function.parameters = {table::ColumnType::text, table::ColumnType::text};
  function.result = table::ColumnType::text;
  function.body = [body](const table::Chunk& arguments, table::OutputColumn& result) {
    for (std::int64_t row = 0; row < arguments.size(); ++row) {
      const bool missing = arguments.is_null(0, row) || arguments.is_null(1, row);
      const std::string value = missing ? "" : body(arguments.text(0, row), arguments.text(1, row));
      if (value.empty())
        result.set_null(row);
      else
        result.set_text(row, value);
    }
  };
  return session.add_function(std::move(function));
}

std::string date_text(std::string_view text, std::string_view order) {
  return iso_date(normalised_text(text), date_order_of(order));
}
std::string gram_text(std::string_view text, std::string_view seed) { return gram_key(text, hash64(seed)); }

std::string fold_text(std::string_view text) { return folded(normalised_text(text)); }
std::string sound_text(std::string_view text) { return sound_key(normalised_text(text)); }
std::string sort_text(std::string_view text) { return sorted_words(text); }

std::unexpected<Error> no_column(const std::string& name) {
  return fail(Outcome::bad_data, "link.column", {"输入中没有列：" + name, "the input has no column: " + name},
              {"核对模型与文件的列名", "compare the model's columns with the file's"});
}

// Columns of a CSV are trimmed by name and value (blank is missing); Parquet is taken as it is.
Result<std::string> select_of(table::Session& session, const std::filesystem::path& file, std::size_t number,
                              const std::string& id_column) {
  TRY(auto rows, session.query("SELECT * FROM " + reader_of(file) + " LIMIT 0"));
  const bool csv = file.extension() != ".parquet";
  std::string list;
  bool has_id = id_column.empty();
  for (std::int64_t c = 0; c < rows.column_count(); ++c) {
    const std::string name = rows.column_name(c);
    const std::string clean(trimmed(name));
    has_id = has_id || clean == id_column;
    list += csv ? ", nullif(trim(" + quoted(name) + "), '') AS " + quoted(clean) : ", " + quoted(name);
  }
  if (!has_id) return no_column(id_column);
  std::string id = "CAST(row_number() OVER () AS VARCHAR)";
  for (std::int64_t c = 0; c < rows.column_count(); ++c) {
    if (!id_column.empty() && trimmed(rows.column_name(c)) == id_column)
      id = "trim(CAST(" + quoted(rows.column_name(c)) + " AS VARCHAR))";
  }
  return "SELECT " + std::to_string(number) + " AS source_number, " + id + " AS row_id" + list + " FROM " +
         reader_of(file);
}

}  // namespace

std::uint16_t LinkageInput::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  CHECK_PROMISE(found != columns.end());
  return static_cast<std::uint16_t>(found - columns.begin());
}

Result<table::Session> open_inputs(const InputFiles& files, int threads, std::int64_t memory_bytes) {
  if (files.files.empty()) {
    return fail(Outcome::usage, "link.no_input", {"没有输入文件", "there are no input files"},
                {"用 --in 给出文件", "name files with --in"});
  }
  table::SessionOptions options;
  options.threads = threads;
  options.memory_bytes = memory_bytes;
  TRY(table::Session session, table::Session::open(options));
  std::string all;
  for (std::size_t i = 0; i < files.files.size(); ++i) {
    std::error_code ignored;
    if (!std::filesystem::exists(files.files[i], ignored)) {
      return fail(Outcome::usage, "link.input_missing", {"输入文件不存在", "an input file does not exist"},
                  {"检查路径：" + files.files[i].string(), "check the path: " + files.files[i].string()});
    }
    TRY(const std::string select, select_of(session, files.files[i], i, files.id_column));
    all += (i == 0 ? "" : " UNION ALL BY NAME ") + select;
  }
  TRY_VOID(session.run("CREATE TABLE linkage_input AS " + all));
  TRY_VOID(add_text_function(session, "link_fold", fold_text));
  TRY_VOID(add_text_function(session, "link_sound", sound_text));
  TRY_VOID(add_text_function(session, "link_sorted_words", sort_text));
  TRY_VOID(add_text_function(session, "link_date", date_text));
  TRY_VOID(add_text_function(session, "link_gram", gram_text));
  // Models may come from others: their SQL sees this table and nothing else.
  TRY_VOID(session.run("SET enable_external_access=false; SET lock_configuration=true"));
  return session;
}

Result<std::vector<std::string>> input_columns(table::Session& session) {
  TRY(auto rows, session.query("SELECT * EXCLUDE (source_number, row_id) FROM linkage_input LIMIT 0"));
  std::vector<std::string> names;
  for (std::int64_t c = 0; c < rows.column_count(); ++c) names.push_back(rows.column_name(c));
  return names;
}

namespace {

// Every column that the model names: compared ones first, then those of blocking rules only.
struct WantedColumns {
  std::vector<std::string> names;
  std::size_t compared = 0;
};

WantedColumns wanted_columns(const LinkModel& model) {
  WantedColumns wanted;
  std::set<std::string> seen;
  const auto want = [&](const std::string& name) {
    if (seen.insert(name).second) wanted.names.push_back(name);
  };
  for (const ModelComparison& comparison : model.comparisons) {
    for (const ModelLevel& level : comparison.levels) {
      for (const auto& tests : level.alternatives) {
        for (const ModelTest& test : tests) want(test.left), want(test.right);
      }
      if (!level.frequency_column.empty()) want(level.frequency_column);
    }
  }
  wanted.compared = wanted.names.size();
  for (const ModelBlockingRule& rule : model.blocking) {
    for (const std::string& column : rule.columns) want(column);
  }
  return wanted;
}

Result<std::string> select_list_of(table::Session& session, const LinkModel& model,
                                   const std::vector<std::string>& names) {
  TRY(const std::vector<std::string> inputs, input_columns(session));
  std::string list;
  for (const std::string& name : names) {
    const auto made =
        std::find_if(model.columns.begin(), model.columns.end(), [&](const ModelColumn& c) { return c.name == name; });
    if (made != model.columns.end()) {
      TRY(const auto statements, session.inspect("SELECT (" + made->sql + ") FROM linkage_input"));
      if (statements.size() != 1 || !statements.front().is_select) return no_column(name);
      list += ", CAST((" + made->sql + ") AS VARCHAR)";
    } else if (std::find(inputs.begin(), inputs.end(), name) != inputs.end()) {
      list += ", CAST(" + quoted(name) + " AS VARCHAR)";
    } else {
      return no_column(name);
    }
  }
  return list;
}

void add_keys(LinkageInput& input, const LinkModel& model, const std::vector<std::string>& names,
              const std::vector<std::vector<ValueCode>>& columns) {
  for (const ModelBlockingRule& rule : model.blocking) {
    BlockingKeys keys;
    keys.keys.assign(input.frame.rows, 0);
    for (std::size_t row = 0; row < input.frame.rows; ++row) {
      std::uint64_t key = 1;
      for (const std::string& name : rule.columns) {
        const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
        const ValueCode code = columns[at][row];
        key = code == 0 || key == 0 ? 0 : mix64(key, code) | 1U;
      }
      keys.keys[row] = key;
    }
    input.keys.push_back(std::move(keys));
  }
}

}  // namespace

Result<LinkageInput> load_input(table::Session& session, const LinkModel& model) {
  const WantedColumns wanted = wanted_columns(model);
  TRY(const std::string list, select_list_of(session, model, wanted.names));
  TRY(auto rows, session.stream("SELECT CAST(source_number AS BIGINT), row_id" + list + " FROM linkage_input"));
  LinkageInput input;
  std::vector<std::vector<ValueCode>> columns(wanted.names.size());
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) break;
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t row = 0; row < chunk.size(); ++row) {
      input.frame.source.push_back(static_cast<std::uint16_t>(chunk.bigints(0)[static_cast<std::size_t>(row)]));
      input.ids.add(chunk.text(1, row));
    }
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto at = static_cast<std::int64_t>(c) + 2;
      for (std::int64_t row = 0; row < chunk.size(); ++row) {
        columns[c].push_back(chunk.is_null(at, row) ? 0 : input.frame.values.add(chunk.text(at, row)));
      }
    }
  }
  input.frame.values.finish();
  input.frame.rows = input.ids.size();
  add_keys(input, model, wanted.names, columns);
  input.columns.assign(wanted.names.begin(), wanted.names.begin() + static_cast<std::ptrdiff_t>(wanted.compared));
  input.frame.columns = wanted.compared;
  input.frame.codes.resize(input.frame.rows * wanted.compared);
  for (std::size_t c = 0; c < wanted.compared; ++c) {
    for (std::size_t row = 0; row < input.frame.rows; ++row)
      input.frame.codes[row * wanted.compared + c] = columns[c][row];
    std::vector<ValueCode>().swap(columns[c]);
  }
  return input;
}

std::vector<double> value_shares(const EngineFrame& frame, std::uint16_t column) {
  std::vector<double> shares(frame.values.size(), 0);
  double total = 0;
  for (std::size_t row = 0; row < frame.rows; ++row) {
    const ValueCode code = frame.record(row)[column];
    if (code == 0) continue;
    shares[code] += 1;
    total += 1;
  }
  for (double& share : shares) share = total > 0 ? share / total : 0;
  return shares;
}

namespace {

// The u that a term frequency replaces: that of the level which says "exactly equal in this column".
double exact_u_of(const ModelComparison& comparison, const ModelLevel& level) {
  for (const ModelLevel& other : comparison.levels) {
    const bool lone = other.alternatives.size() == 1 && other.alternatives.front().size() == 1;
    if (!lone || !other.u) continue;
    const ModelTest& test = other.alternatives.front().front();
    if (test.operation == Operator::exact && test.left == level.frequency_column && test.right == test.left)
      return *other.u;
  }
  return level.u.value_or(0);
}

LevelWeight weight_of(const ModelComparison& comparison, const ModelLevel& level, const LinkageInput& input,
                      EngineModel& out) {
  LevelWeight weight;
  weight.log2_bayes = bayes_weight(level);
  if (level.frequency_column.empty() || level.is_null) return weight;
  const std::uint16_t column = input.column(level.frequency_column);
  const double exact_u = exact_u_of(comparison, level);
  if (exact_u <= 0) return weight;
  const double floor = level.frequency_floor > 0 ? std::log2(level.frequency_floor) : kRarest;
  weight.frequency = {column, level.frequency_weight, std::log2(exact_u), floor};
  std::vector<double>& shares = out.log2_shares[column];
  if (shares.empty()) {
    shares = value_shares(input.frame, column);
    for (double& share : shares) share = share > 0 ? std::log2(share) : kRarest;
  }
  return weight;
}

}  // namespace

Result<EngineModel> compiled_model(const LinkModel& model, const LinkageInput& input) {
  EngineModel out;
  out.log2_shares.resize(input.frame.columns);
  out.prior_weight = std::log2(model.prior / (1 - model.prior));
  for (const ModelComparison& comparison : model.comparisons) {
    CompiledComparison compiled;
    std::vector<LevelWeight> weights;
    for (const ModelLevel& level : comparison.levels) {
      CompiledLevel one;
      one.otherwise = level.alternatives.empty();
      for (const auto& tests : level.alternatives) {
        one.alternatives.emplace_back();
        for (const ModelTest& test : tests) {
          one.alternatives.back().push_back(
              {test.operation, input.column(test.left), input.column(test.right), test.bound, test.strict});
        }
      }
      compiled.levels.push_back(std::move(one));
      weights.push_back(weight_of(comparison, level, input, out));
    }
    out.comparisons.push_back(std::move(compiled));
    out.weights.push_back(std::move(weights));
  }
  if (!patterns_fit(out.comparisons)) {
    return fail(Outcome::bad_data, "link.too_many_levels",
                {"比较的级数之积超过 2^32", "the comparisons' levels multiply to more than 2^32"},
                {"减少比较或级别", "drop comparisons or levels"});
  }
  return out;
}

}  // namespace songtan::link
