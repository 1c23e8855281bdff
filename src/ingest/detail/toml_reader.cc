#include "ingest/detail/toml_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

Text name_of(TomlValue::Kind kind) {
  switch (kind) {
    case TomlValue::Kind::text: return {"文字", "a text"};
    case TomlValue::Kind::integer: return {"整数", "an integer"};
    case TomlValue::Kind::boolean: return {"true 或 false", "true or false"};
    case TomlValue::Kind::array: return {"数组", "an array"};
    case TomlValue::Kind::table: return {"表", "a table"};
    case TomlValue::Kind::other: break;
  }
  return {"值", "a value"};
}

std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
    }
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::unexpected<Error> TomlReader::refuse(std::string code, Text message, Text mend, const TomlValue* place) const {
  const TomlValue& where = place == nullptr ? *table_ : *place;
  Error error = refusal(file_, std::move(code), std::move(message), std::move(mend));
  error.line = where.line;
  if (where.character > 0) error.column = std::to_string(where.character);
  return fail(std::move(error));
}

Result<void> TomlReader::only(std::initializer_list<std::string_view> keys) const {
  return only(std::vector<std::string_view>(keys));
}

Result<void> TomlReader::only(const std::vector<std::string_view>& keys) const {
  for (const auto& [key, value] : table_->fields) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    const std::string_view near = nearest_word(key, keys);
    const std::string choice = near.empty() ? joined(keys) : std::string(near);
    return refuse("contract.unknown_key", {fmt::format("不认识的键 '{}'", key), fmt::format("unknown key '{}'", key)},
                  {"可用的键：" + choice, "allowed: " + choice}, &value);
  }
  return {};
}

Result<const TomlValue*> TomlReader::optional(std::string_view key, TomlValue::Kind kind) const {
  const TomlValue* found = table_->find(key);
  if (found == nullptr || found->kind == kind) return found;
  const Text wanted = name_of(kind);
  const Text given = name_of(found->kind);
  return refuse("contract.kind",
                {fmt::format("'{}' 应为{}，现为{}", key, wanted.zh, given.zh),
                 fmt::format("'{}' must be {}, not {}", key, wanted.en, given.en)},
                {fmt::format("把 '{}' 写成{}", key, wanted.zh), fmt::format("write '{}' as {}", key, wanted.en)},
                found);
}

Result<const TomlValue*> TomlReader::needed(std::string_view key, TomlValue::Kind kind) const {
  TRY(const TomlValue* found, optional(key, kind));
  if (found != nullptr) return found;
  return refuse("contract.missing_key", {fmt::format("缺少键 '{}'", key), fmt::format("key '{}' is missing", key)},
                {fmt::format("在这里加上 {} = …，写法见 docs/formats/source-contract.md", key),
                 fmt::format("add {} = … here; docs/formats/source-contract.md tells how", key)});
}

Result<std::string> TomlReader::text(std::string_view key) const {
  TRY(const TomlValue* found, needed(key, TomlValue::Kind::text));
  return found->text;
}

Result<std::string> TomlReader::text_or(std::string_view key, std::string_view otherwise) const {
  TRY(const TomlValue* found, optional(key, TomlValue::Kind::text));
  return found == nullptr ? std::string(otherwise) : found->text;
}

Result<std::int64_t> TomlReader::integer_or(std::string_view key, std::int64_t otherwise) const {
  TRY(const TomlValue* found, optional(key, TomlValue::Kind::integer));
  return found == nullptr ? otherwise : found->integer;
}

Result<bool> TomlReader::boolean_or(std::string_view key, bool otherwise) const {
  TRY(const TomlValue* found, optional(key, TomlValue::Kind::boolean));
  return found == nullptr ? otherwise : found->boolean;
}

Result<std::vector<std::string>> TomlReader::texts(std::string_view key) const {
  std::vector<std::string> list;
  const TomlValue* found = table_->find(key);
  if (found == nullptr) return list;
  if (found->kind == TomlValue::Kind::text) return std::vector<std::string>{found->text};
  TRY(const TomlValue* array, needed(key, TomlValue::Kind::array));
  for (const TomlValue& item : array->items) {
    if (item.kind != TomlValue::Kind::text) {
      return refuse("contract.kind",
                    {fmt::format("'{}' 里应只有文字", key), fmt::format("'{}' must hold texts only", key)},
                    {"给每一项加引号", "put each item in quotes"}, &item);
    }
    list.push_back(item.text);
  }
  return list;
}

Result<std::vector<const TomlValue*>> TomlReader::tables(std::string_view key) const {
  std::vector<const TomlValue*> list;
  TRY(const TomlValue* array, optional(key, TomlValue::Kind::array));
  if (array == nullptr) return list;
  for (const TomlValue& item : array->items) {
    if (item.kind != TomlValue::Kind::table) {
      return refuse("contract.kind",
                    {fmt::format("'{}' 应写成 [[{}]]", key, key), fmt::format("'{}' must be tables", key)},
                    {fmt::format("每一项写成 [[{}]]", key), fmt::format("write each as [[{}]]", key)}, &item);
    }
    list.push_back(&item);
  }
  return list;
}

Result<std::size_t> TomlReader::one_of(std::string_view key, std::string_view otherwise,
                                       const std::vector<std::string_view>& words) const {
  TRY(const std::string word, otherwise.empty() ? text(key) : text_or(key, otherwise));
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  return refuse("contract.word",
                {fmt::format("'{}' 不能是 '{}'", key, word), fmt::format("'{}' cannot be '{}'", key, word)},
                {"可用：" + joined(words), "one of: " + joined(words)}, table_->find(key));
}

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& words) {
  const std::u32string wanted = code_points(word);
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, wanted.size() / 2) + 1;
  for (const std::string_view candidate : words) {
    const std::u32string points = code_points(candidate);
    const std::size_t distance = edit_distance(wanted, points);
    if (distance >= least || distance >= std::max(wanted.size(), points.size())) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  return list;
}

}  // namespace songtan::ingest::detail
