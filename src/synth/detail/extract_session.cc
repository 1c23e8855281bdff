#include "synth/detail/extract_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace songtan::synth::detail {
namespace {

using table::Chunk;
using table::ColumnType;
using table::OutputColumn;

std::uint64_t hash_of(std::uint64_t seed, const Chunk& arguments, std::int64_t row) {
  const std::uint64_t purpose = hash64(arguments.text(0, row), seed);
  const std::int64_t id = arguments.is_null(1, row) ? 0 : arguments.bigints(1)[static_cast<std::size_t>(row)];
  return mix64(purpose, static_cast<std::uint64_t>(id));
}

Result<void> add_draws(table::Session& session, std::uint64_t seed) {
  const auto draw = [seed](const Chunk& arguments, OutputColumn& result) {
    for (std::int64_t row = 0; row < arguments.size(); ++row) {
      RandomStream stream(hash_of(seed, arguments, row));
      result.set_bigint(row, static_cast<std::int64_t>(stream.below(1'000'000)));
    }
  };
  const auto scatter = [seed](const Chunk& arguments, OutputColumn& result) {
    for (std::int64_t row = 0; row < arguments.size(); ++row) {
      result.set_bigint(row, static_cast<std::int64_t>(hash_of(seed, arguments, row) >> 2U));
    }
  };
  TRY_VOID(session.add_function({.name = "draw",
                                 .parameters = {ColumnType::text, ColumnType::bigint},
                                 .result = ColumnType::bigint,
                                 .body = draw}));
  return session.add_function({.name = "scatter",
                               .parameters = {ColumnType::text, ColumnType::bigint},
                               .result = ColumnType::bigint,
                               .body = scatter});
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

Result<table::Session> open_extract_session(const ExtractPlan& plan, const ExtractResources& resources) {
  TRY(table::Session session, table::Session::open({.threads = resources.threads,
                                                    .memory_bytes = resources.memory_bytes,
                                                    .spill_folder = resources.spill_folder}));
  TRY_VOID(add_draws(session, plan.seed));
  return session;
}

ExtractResources share_of(const ExtractResources& resources) {
  constexpr std::int64_t kLeast = std::int64_t{128} << 20;
  ExtractResources share = resources;
  share.threads = 1;
  share.memory_bytes = std::max(resources.memory_bytes / std::max(resources.threads, 1), kLeast);
  return share;
}

std::string with_parameters(std::string_view sql, const ExtractPlan& plan, Day delivery) {
  std::string text(sql);
  replace_all(text, "$as_of", sql_date(plan.as_of));
  replace_all(text, "$delivery", sql_date(delivery));
  replace_all(text, "$uncertified_death_ppm", std::to_string(plan.dirt.uncertified_death_ppm));
  return text;
}

std::string between_quantiles(const std::vector<std::int64_t>& quantiles, std::string_view draw) {
  constexpr std::int64_t kQuarter = 250'000;
  std::string sql = "CASE";
  for (std::size_t i = 0; i + 1 < quantiles.size(); ++i) {
    const std::int64_t from = static_cast<std::int64_t>(i) * kQuarter;
    fmt::format_to(std::back_inserter(sql), " WHEN {0} < {1} THEN {2} + ({0} - {3}) * {4} // {5}", draw,
                   from + kQuarter, quantiles[i], from, quantiles[i + 1] - quantiles[i], kQuarter);
  }
  return sql + " END";
}

std::string parquet_at(const std::filesystem::path& path) {
  const auto pattern = std::filesystem::is_directory(path) ? path / "*.parquet" : path;
  return "read_parquet(" + sql_literal(pattern.string()) + ")";
}

std::string sql_date(Day day) { return "DATE '" + day.text() + "'"; }

std::unexpected<Error> in_section(Error error, std::string_view section) {
  error.message.zh = fmt::format("{}：{}", section, error.message.zh);
  error.message.en = fmt::format("{}: {}", section, error.message.en);
  return std::unexpected<Error>(std::move(error));
}

Result<void> make_folder(const std::filesystem::path& folder) {
  std::error_code trouble;
  std::filesystem::create_directories(folder, trouble);
  if (!trouble) return {};
  return fail(Outcome::environment, "synth.folder",
              {"无法创建文件夹 " + folder.string(), "cannot create the folder " + folder.string()},
              {"请检查权限和磁盘空间", "check rights and the disk's space"});
}

}  // namespace songtan::synth::detail
