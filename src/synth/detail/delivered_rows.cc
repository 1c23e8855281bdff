#include "synth/detail/delivered_rows.h"

#include <algorithm>

#include "synth/detail/extract_session.h"

namespace songtan::synth::detail {
namespace {

constexpr char kApart = '\x1f';

std::string words_of(const RegisterForm& form, const std::vector<Cell>& cells) {
  std::string words;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) words += kApart;
    append_formatted(words, cells[i], form.columns[i].form);
  }
  return words;
}

std::vector<Cell> cells_of(std::string_view words) {
  std::vector<Cell> cells;
  for (std::size_t from = 0;;) {
    const std::size_t to = words.find(kApart, from);
    cells.emplace_back(std::string(words.substr(from, to == std::string_view::npos ? to : to - from)));
    if (to == std::string_view::npos) return cells;
    from = to + 1;
  }
}

}  // namespace

Result<DeliveredRows> DeliveredRows::open(const RegisterForm& form, const ExtractFolders& folders,
                                          table::Session& sink) {
  DeliveredRows rows(form, sink);
  rows.keeps_words_ = !form.delta.column.empty();
  const auto before = folders.delivered_before / (form.source + ".parquet");
  if (rows.keeps_words_ && folders.goes_on() && std::filesystem::exists(before)) {
    rows.is_delta_ = true;
    TRY_VOID(rows.read_before(before));
  }
  TRY_VOID(
      sink.run("CREATE OR REPLACE TABLE mention(source VARCHAR, file VARCHAR, \"row\" BIGINT, role VARCHAR, person_id "
               "BIGINT);CREATE OR REPLACE TABLE delivered(key BIGINT, file VARCHAR, \"row\" BIGINT, words "
               "VARCHAR)"));
  for (const char* name : {"mention", "delivered"}) {
    TRY(auto writer, table::TableWriter::open(sink, name));
    rows.writers_.push_back(std::move(writer));
  }
  return rows;
}

Result<void> DeliveredRows::read_before(const std::filesystem::path& file) {
  TRY(auto rows, sink_.query("SELECT key, file, \"row\", words FROM " + parquet_at(file)));
  for (;;) {
    TRY(const bool more, rows.next());
    if (!more) return {};
    const table::Chunk& chunk = rows.chunk();
    for (std::int64_t i = 0; i < chunk.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      before_[chunk.bigints(0)[at]] = {
          .file = std::string(chunk.text(1, i)), .row = chunk.bigints(2)[at], .words = std::string(chunk.text(3, i))};
    }
  }
}

DeliveredRows::Change DeliveredRows::change_of(std::int64_t key, const std::vector<Cell>& cells) {
  end_row();
  key_ = key;
  open_ = true;
  current_ = {};
  if (keeps_words_) current_.words = words_of(form_, cells);
  const auto found = before_.find(key);
  if (found == before_.end()) return Change::inserted;
  found->second.seen = true;
  if (found->second.words != current_.words) return Change::updated;
  current_ = found->second;
  return Change::none;
}

void DeliveredRows::put(std::string_view file, std::int64_t row) {
  current_.file = file;
  current_.row = row;
}

void DeliveredRows::mention(std::string_view role, std::int64_t person) {
  table::TableWriter& writer = writers_.front();
  writer.text(form_.source);
  writer.text(current_.file);
  writer.bigint(current_.row);
  writer.text(role);
  writer.bigint(person);
  writer.end_row();
  ++mentions_[current_.file];
}

void DeliveredRows::end_row() {
  if (!open_) return;
  open_ = false;
  table::TableWriter& writer = writers_.back();
  writer.bigint(key_);
  writer.text(current_.file);
  writer.bigint(current_.row);
  writer.text(current_.words);
  writer.end_row();
}

std::vector<std::vector<Cell>> DeliveredRows::gone() const {
  std::vector<std::pair<std::int64_t, const Row*>> left;
  for (const auto& [key, row] : before_) {
    if (!row.seen) left.emplace_back(key, &row);
  }
  std::ranges::sort(left, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::vector<Cell>> rows;
  for (const auto& [key, row] : left) rows.push_back(cells_of(row->words));
  return rows;
}

std::int64_t DeliveredRows::mentions_in(const std::string& file) const {
  const auto found = mentions_.find(file);
  return found == mentions_.end() ? 0 : found->second;
}

Result<void> DeliveredRows::finish(const ExtractFolders& folders) {
  end_row();
  for (table::TableWriter& writer : writers_) TRY_VOID(writer.finish());
  writers_.clear();
  for (const auto& folder : {folders.lawful / "mentions", folders.delivered}) TRY_VOID(make_folder(folder));
  const std::string name = form_.source + ".parquet";
  auto mentions = sink_.write_parquet("SELECT * FROM mention ORDER BY source, file, \"row\", role",
                                      folders.lawful / "mentions" / name);
  if (!mentions) return std::unexpected<Error>(mentions.error());
  auto delivered = sink_.write_parquet("SELECT * FROM delivered ORDER BY key", folders.delivered / name);
  if (!delivered) return std::unexpected<Error>(delivered.error());
  return sink_.run("DROP TABLE mention;DROP TABLE delivered");
}

}  // namespace songtan::synth::detail
