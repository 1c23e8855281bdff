#include "base/toml_file.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include <toml++/toml.h>

namespace songtan {

struct TomlTable::State {
  std::string file;
  toml::table root;
  std::set<const toml::node*> read;
  std::optional<Error> error;

  void refuse(std::int64_t line, Text message, Text mend) {
    if (error) return;
    Error refusal = fail(Outcome::bad_data, "pack.toml", std::move(message), std::move(mend)).error();
    refusal.file = file;
    refusal.line = line;
    error = std::move(refusal);
  }
};

namespace {

const toml::table& as_table(const void* node) { return *static_cast<const toml::table*>(node); }

std::int64_t line_of(const toml::node& node) { return static_cast<std::int64_t>(node.source().begin.line); }

const toml::table& empty_table() {
  static const toml::table empty;
  return empty;
}

}  // namespace

TomlTable::TomlTable(std::shared_ptr<State> state, const void* node, std::string place)
    : state_(std::move(state)), node_(node), place_(std::move(place)) {}

bool TomlTable::has(std::string_view key) const { return as_table(node_).contains(key); }

void TomlTable::refuse(Text message, Text mend) const {
  state_->refuse(line_of(as_table(node_)), std::move(message), std::move(mend));
}

namespace {

template <typename T>
std::optional<T> value_of(TomlTable::State& state, const toml::table& table, std::string_view key,
                          std::string_view wanted) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  state.read.insert(node);
  if (auto value = node->value_exact<T>()) return *value;
  state.refuse(line_of(*node),
               {fmt::format("键 {} 的值类型不对", key), fmt::format("key {} has a value of the wrong type", key)},
               {fmt::format("应为{}", wanted), fmt::format("write {}", wanted)});
  return std::nullopt;
}

template <typename T>
T required(const TomlTable& self, std::optional<T> value, std::string_view place, std::string_view key) {
  if (value) return *value;
  if (!self.has(key)) {
    self.refuse({fmt::format("{}缺少键 {}", place, key), fmt::format("{}key {} is missing", place, key)},
                {fmt::format("请补上 {}", key), fmt::format("add {}", key)});
  }
  return {};
}

template <typename T>
std::vector<T> list_of(TomlTable::State& state, const toml::table& table, std::string_view key,
                       std::string_view wanted) {
  std::vector<T> values;
  const toml::node* node = table.get(key);
  if (node == nullptr) return values;
  state.read.insert(node);
  const toml::array* array = node->as_array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    if (auto value = array->get(i)->template value_exact<T>()) values.push_back(*value);
  }
  if (array == nullptr || values.size() != array->size()) {
    state.refuse(
        line_of(*node),
        {fmt::format("键 {} 应为{}的数组", key, wanted), fmt::format("key {} must be an array of {}", key, wanted)},
        {});
  }
  return values;
}

}  // namespace

std::string TomlTable::text(std::string_view key) const {
  return required(*this, value_of<std::string>(*state_, as_table(node_), key, "text"), place_, key);
}
std::string TomlTable::text_or(std::string_view key, std::string_view otherwise) const {
  return value_of<std::string>(*state_, as_table(node_), key, "text").value_or(std::string(otherwise));
}
std::int64_t TomlTable::integer(std::string_view key) const {
  return required(*this, value_of<std::int64_t>(*state_, as_table(node_), key, "an integer"), place_, key);
}
std::int64_t TomlTable::integer_or(std::string_view key, std::int64_t otherwise) const {
  return value_of<std::int64_t>(*state_, as_table(node_), key, "an integer").value_or(otherwise);
}
bool TomlTable::boolean_or(std::string_view key, bool otherwise) const {
  return value_of<bool>(*state_, as_table(node_), key, "true/false").value_or(otherwise);
}
std::vector<std::string> TomlTable::texts(std::string_view key) const {
  return list_of<std::string>(*state_, as_table(node_), key, "text");
}
std::vector<std::int64_t> TomlTable::integers(std::string_view key) const {
  return list_of<std::int64_t>(*state_, as_table(node_), key, "integers");
}

std::map<std::string, std::string> TomlTable::words(std::string_view key) const {
  std::map<std::string, std::string> words;
  const toml::node* node = as_table(node_).get(key);
  if (node == nullptr) return words;
  state_->read.insert(node);
  if (const toml::table* table = node->as_table()) {
    for (const auto& [word, value] : *table) {
      state_->read.insert(&value);
      if (auto text = value.value_exact<std::string>()) words.emplace(std::string(word.str()), *text);
    }
    if (words.size() == table->size()) return words;
  }
  state_->refuse(
      line_of(*node),
      {fmt::format("键 {} 应为 词 = \"词\" 的表", key), fmt::format("key {} must be a table of word = \"word\"", key)},
      {});
  return words;
}

TomlTable TomlTable::table(std::string_view key) const {
  const toml::node* node = as_table(node_).get(key);
  if (node != nullptr) state_->read.insert(node);
  const toml::table* found = node == nullptr ? &empty_table() : node->as_table();
  if (found == nullptr) {
    state_->refuse(line_of(*node), {fmt::format("{} 应为表", key), fmt::format("{} must be a table", key)}, {});
    found = &empty_table();
  }
  return {state_, found, fmt::format("[{}] ", key)};
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) const {
  std::vector<TomlTable> found;
  const toml::node* node = as_table(node_).get(key);
  if (node == nullptr) return found;
  state_->read.insert(node);
  const toml::array* array = node->as_array();
  for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
    const toml::table* table = array->get(i)->as_table();
    if (table == nullptr) continue;
    state_->read.insert(table);
    found.emplace_back(state_, table, fmt::format("[[{}]] ", key));
  }
  return found;
}

TomlFile::TomlFile(std::shared_ptr<TomlTable::State> state) : state_(std::move(state)) {}

Result<TomlFile> TomlFile::read(const std::filesystem::path& path) {
  auto state = std::make_shared<TomlTable::State>();
  state->file = path.string();
  toml::parse_result parsed = toml::parse_file(path.string());
  if (!parsed) {
    const toml::parse_error& why = parsed.error();
    Error refusal = fail(Outcome::bad_data, "pack.toml",
                         {"无法读取 TOML 文件：" + std::string(why.description()),
                          "the TOML file cannot be read: " + std::string(why.description())},
                         {"请检查该文件是否存在、写法是否正确", "check that the file exists and is well-formed"})
                        .error();
    refusal.file = state->file;
    refusal.line = static_cast<std::int64_t>(why.source().begin.line);
    return fail(std::move(refusal));
  }
  state->root = std::move(parsed).table();
  return TomlFile(std::move(state));
}

TomlTable TomlFile::root() const { return {state_, &state_->root, ""}; }

namespace {

void refuse_unread(TomlTable::State& state, const toml::table& table) {
  for (const auto& [key, value] : table) {
    if (!state.read.contains(&value)) {
      state.refuse(line_of(value), {fmt::format("不认识的键 {}", key.str()), fmt::format("unknown key {}", key.str())},
                   {"请更正拼写或删除该键", "mend its spelling or delete it"});
      return;
    }
    if (const toml::table* inner = value.as_table()) refuse_unread(state, *inner);
    if (const toml::array* array = value.as_array()) {
      for (const toml::node& element : *array) {
        if (const toml::table* inner = element.as_table()) refuse_unread(state, *inner);
      }
    }
  }
}

}  // namespace

Result<void> TomlFile::check() const {
  if (!state_->error) refuse_unread(*state_, state_->root);
  if (state_->error) return fail(*state_->error);
  return {};
}

}  // namespace songtan
