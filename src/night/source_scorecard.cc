#include "night/source_scorecard.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "ingest/loads.h"
#include "model/schema.h"
#include "night/reading.h"
#include "night/workspace.h"
#include "table/session.h"

namespace songtan::night {
namespace fs = std::filesystem;
using nlohmann::ordered_json;
namespace {

constexpr std::int64_t kFewRows = 20;  // of an office, before its share says anything
constexpr std::size_t kOfficesShown = 10;

using Deliveries = std::map<std::pair<std::string, Day>, SourceDelivery>;

std::vector<fs::path> parts_of(const fs::path& folder) {
  std::vector<fs::path> parts;
  std::error_code code;
  for (const auto& part : fs::directory_iterator(folder, code)) {
    if (part.path().extension() == ".parquet") parts.push_back(part.path());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

std::string rows_of(const std::vector<fs::path>& files, std::string_view schema) {
  const model::TableSchema& table = model::schema_of(schema);
  if (files.empty()) return "(" + model::empty_select(table) + ")";
  return fmt::format("(SELECT {} FROM {})", model::select_list(table), table::parquet_list(files));
}

SourceDelivery& delivery_of(Deliveries& deliveries, const ingest::Load& load) {
  SourceDelivery& delivery = deliveries[{load.source, load.delivery}];
  delivery.source = load.source;
  delivery.delivery = load.delivery;
  return delivery;
}

// What the loads themselves say: rows, cells, and how long the source was silent before.
Deliveries counts_of_loads(const std::vector<ingest::Load>& loads) {
  Deliveries deliveries;
  for (const ingest::Load& load : loads) {
    SourceScore& score = delivery_of(deliveries, load).whole;
    score.rows += load.rows;
    score.rejected += load.rejected;
    score.rhythm_days = load.rhythm_days;
    score.cells += load.rows * static_cast<std::int64_t>(load.columns.size());
    for (const ingest::LoadColumn& column : load.columns) {
      score.filled += column.filled;
      score.bad += column.bad;
    }
  }
  const SourceDelivery* before = nullptr;
  for (auto& [key, delivery] : deliveries) {
    if (before != nullptr && before->source == delivery.source)
      delivery.whole.gap_days = delivery.delivery.days - before->delivery.days;
    before = &delivery;
  }
  return deliveries;
}

// Keys of full files; a key that comes twice is a row too many, or two people who are given one name.
Result<void> add_uniqueness(table::Session& session, const std::vector<ingest::Load>& loads, Deliveries& deliveries) {
  std::map<SourceDelivery*, std::vector<fs::path>> files;
  for (const ingest::Load& load : loads) {
    if (load.delta) continue;
    auto& list = files[&delivery_of(deliveries, load)];
    const auto keys = ingest::records_of({load}, "keys");
    list.insert(list.end(), keys.begin(), keys.end());
  }
  for (const auto& [delivery, keys] : files) {
    if (keys.empty()) continue;
    TRY(auto rows, session.query("SELECT count(key), count(DISTINCT key) FROM " + table::parquet_list(keys)));
    TRY(const bool found, rows.next());
    if (!found) continue;
    delivery->whole.named = rows.chunk().bigints(0)[0];
    delivery->whole.distinct = rows.chunk().bigints(1)[0];
  }
  return {};
}

std::string office_query(const std::vector<ingest::Load>& loads, const fs::path& night) {
  const auto in_night = [&](std::string_view table) {
    return night.empty() ? std::vector<fs::path>() : parts_of(night / std::string(table));
  };
  return fmt::format(
      "WITH person_records AS {}, faulty AS (SELECT DISTINCT source, load, \"row\" FROM {} WHERE severity = 'warn'),"
      " shared AS (SELECT person_id FROM person_records GROUP BY person_id HAVING count(DISTINCT source) > 1),"
      " claims AS (SELECT record_id, count(*) AS made, count(*) FILTER (NOT used) AS lost FROM {} GROUP BY record_id),"
      " told AS (SELECT i.source, i.known_on, COALESCE(i.office, '') AS office, i.load, i.\"row\","
      "   f.\"row\" IS NOT NULL AS faulty, p.record_id IS NOT NULL AS in_night, s.person_id IS NOT NULL AS linked,"
      "   COALESCE(c.made, 0) AS made, COALESCE(c.lost, 0) AS lost"
      "   FROM {} i LEFT JOIN faulty f ON f.source = i.source AND f.load = i.load AND f.\"row\" = i.\"row\""
      "   LEFT JOIN person_records p ON p.record_id = i.record_id LEFT JOIN shared s ON s.person_id = p.person_id"
      "   LEFT JOIN claims c ON c.record_id = i.record_id)"
      " SELECT source, known_on, office, count(DISTINCT (load, \"row\")),"
      "   count(DISTINCT (load, \"row\")) FILTER (faulty), count(*) FILTER (in_night), count(*) FILTER (linked),"
      "   CAST(sum(made) AS BIGINT), CAST(sum(lost) AS BIGINT) FROM told GROUP BY ALL ORDER BY ALL",
      rows_of(in_night("person_records"), "person_records"), rows_of(ingest::records_of(loads, "issues"), "issues"),
      rows_of(in_night("facts"), "facts"), rows_of(ingest::records_of(loads, "identity"), "identity"));
}

Result<void> add_offices(table::Session& session, const std::vector<ingest::Load>& loads, const fs::path& night,
                         Deliveries& deliveries) {
  TRY(auto rows, session.query(office_query(loads, night)));
  while (true) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t i = 0; i < chunk.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      const auto found = deliveries.find({std::string(chunk.text(0, i)), chunk.days(1)[at]});
      if (found == deliveries.end()) continue;
      SourceScore score;
      score.rows = chunk.bigints(3)[at];
      score.faulty_rows = chunk.bigints(4)[at];
      score.records = chunk.bigints(5)[at];
      score.linked = chunk.bigints(6)[at];
      score.claims = chunk.bigints(7)[at];
      score.contradicted = chunk.bigints(8)[at];
      SourceScore& whole = found->second.whole;
      whole.faulty_rows += score.faulty_rows;
      whole.records += score.records;
      whole.linked += score.linked;
      whole.claims += score.claims;
      whole.contradicted += score.contradicted;
      if (!chunk.text(2, i).empty()) found->second.offices.emplace(chunk.text(2, i), score);
    }
  }
}

// "12.3 %" by integers; a dash where there is nothing to divide by.
std::string share(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return "–";
  const std::int64_t tenths = (part * 1'000 + whole / 2) / whole;
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::vector<std::pair<std::string, SourceScore>> worst_offices(const SourceDelivery& delivery) {
  const std::int64_t rows = delivery.whole.rows - delivery.whole.rejected;
  std::vector<std::pair<std::string, SourceScore>> worst;
  for (const auto& [office, score] : delivery.offices) {
    const bool twice = score.faulty_rows * rows >= 2 * delivery.whole.faulty_rows * score.rows;
    if (score.rows >= kFewRows && score.faulty_rows > 0 && twice) worst.emplace_back(office, score);
  }
  std::stable_sort(worst.begin(), worst.end(), [](const auto& a, const auto& b) {
    return a.second.faulty_rows * b.second.rows > b.second.faulty_rows * a.second.rows;
  });
  worst.resize(std::min(worst.size(), kOfficesShown));
  return worst;
}

ordered_json json_of(const SourceScore& score) {
  return {{"rows", score.rows},         {"rejected", score.rejected},
          {"cells", score.cells},       {"filled", score.filled},
          {"bad", score.bad},           {"faulty_rows", score.faulty_rows},
          {"named", score.named},       {"distinct", score.distinct},
          {"gap_days", score.gap_days}, {"rhythm_days", score.rhythm_days},
          {"records", score.records},   {"linked", score.linked},
          {"claims", score.claims},     {"contradicted", score.contradicted}};
}

}  // namespace

Result<std::vector<SourceDelivery>> source_scorecard(const fs::path& data) {
  TRY(const Workspace workspace, Workspace::read(data));
  TRY(const std::vector<ingest::Load> loads, ingest::list_loads(workspace.data()));
  Deliveries deliveries = counts_of_loads(loads);
  TRY(table::Session session, table::Session::open({}));
  TRY_VOID(add_uniqueness(session, loads, deliveries));
  const auto night = workspace.current();
  TRY_VOID(add_offices(session, loads, night ? workspace.night(*night) : fs::path(), deliveries));
  std::vector<SourceDelivery> list;
  for (auto& [key, delivery] : deliveries) list.push_back(std::move(delivery));
  return list;
}

std::string scorecard_text(const std::vector<SourceDelivery>& deliveries, std::string_view language) {
  const bool zh = language == "zh";
  std::string text;
  for (const SourceDelivery& delivery : deliveries) {
    const SourceScore& s = delivery.whole;
    const std::string gap = s.gap_days < 0 ? "–" : fmt::format("{}/{}", s.gap_days, s.rhythm_days);
    text += fmt::format(fmt::runtime(zh ? "{} {} 行 {} 拒收 {} 完整 {} 有效 {} 唯一 {} 间隔天数 {} 一致 {} 关联 {}\n"
                                        : "{} {} rows {} rejected {} complete {} valid {} unique {} days since {} "
                                          "consistent {} linked {}\n"),
                        delivery.source, delivery.delivery.text(), s.rows, share(s.rejected, s.rows),
                        share(s.filled, s.cells), share(s.filled - s.bad, s.filled), share(s.distinct, s.named), gap,
                        share(s.claims - s.contradicted, s.claims), share(s.linked, s.records));
    for (const auto& [office, score] : worst_offices(delivery)) {
      text += fmt::format(fmt::runtime(zh ? "  差错集中于 {}：{} 行中 {} 有问题，全来源为 {}\n"
                                          : "  errors gather at {}: of {} rows {} are faulty, of the source's {}\n"),
                          office, score.rows, share(score.faulty_rows, score.rows),
                          share(s.faulty_rows, s.rows - s.rejected));
    }
  }
  return text;
}

std::string scorecard_json(const std::vector<SourceDelivery>& deliveries) {
  ordered_json list = ordered_json::array();
  for (const SourceDelivery& delivery : deliveries) {
    ordered_json entry = {{"source", delivery.source}, {"delivery", delivery.delivery.text()}};
    entry.update(json_of(delivery.whole));
    entry["offices"] = ordered_json::array();
    for (const auto& [office, score] : delivery.offices) {
      entry["offices"].push_back({{"office", office},
                                  {"rows", score.rows},
                                  {"faulty_rows", score.faulty_rows},
                                  {"records", score.records},
                                  {"linked", score.linked},
                                  {"claims", score.claims},
                                  {"contradicted", score.contradicted}});
    }
    list.push_back(std::move(entry));
  }
  return ordered_json{{"format", 1}, {"deliveries", list}}.dump(1) + "\n";
}

}  // namespace songtan::night
