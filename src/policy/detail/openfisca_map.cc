#include "policy/detail/openfisca_map.h"

#include <toml++/toml.h>

#include <fmt/format.h>

#include "base/text.h"
#include "policy/detail/mistake.h"

namespace songtan::policy::detail {
namespace {

std::vector<std::string> words_of(const toml::node& node) {
  std::vector<std::string> out;
  if (const auto* one = node.as_string()) out.push_back(one->get());
  if (const auto* many = node.as_array()) {
    for (const toml::node& each : *many) {
      if (const auto* word = each.as_string()) out.push_back(word->get());
    }
  }
  return out;
}

MappedEntity entity_of(std::string_view key, const toml::table& table) {
  MappedEntity made;
  made.singular = table["singular"].value_or(std::string(key));
  made.entity = table["entity"].value_or(made.singular);
  made.plural = table["plural"].value_or(made.singular + "s");
  if (const toml::table* roles = table["roles"].as_table()) {
    for (const auto& [role, names] : *roles) made.roles[std::string(role.str())] = words_of(names);
  }
  return made;
}

OpenfiscaMap map_of(const toml::table& root) {
  OpenfiscaMap map;
  map.defaults = root["defaults"].value_or(false);
  if (const toml::table* entities = root["entities"].as_table()) {
    for (const auto& [key, value] : *entities) {
      if (const toml::table* table = value.as_table()) map.entities.push_back(entity_of(key.str(), *table));
    }
  }
  if (const toml::table* variables = root["variables"].as_table()) {
    for (const auto& [key, value] : *variables) map.variables[std::string(key.str())] = value.value_or(std::string{});
  }
  if (const toml::table* words = root["words"].as_table()) {
    for (const auto& [key, value] : *words) {
      if (const toml::table* table = value.as_table()) {
        for (const auto& [word, own] : *table)
          map.words[std::string(key.str())][std::string(word.str())] = own.value_or(std::string{});
      }
    }
  }
  if (const toml::table* reforms = root["reforms"].as_table()) {
    for (const auto& [key, value] : *reforms) map.reforms[std::string(key.str())] = words_of(value);
  }
  if (const toml::table* extensions = root["extensions"].as_table()) {
    for (const auto& [key, value] : *extensions) map.extensions[std::string(key.str())] = words_of(value);
  }
  return map;
}

constexpr Fixed kOne = 1'000'000'000'000;

/// + - × ÷ and brackets over fixed-point numbers.
class Arithmetic {
 public:
  explicit Arithmetic(std::string_view text) : text_(text) {}

  std::optional<Fixed> run() {
    const auto value = sum(0);
    blanks();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;

  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<Fixed> sum(int depth) {
    auto left = product(depth);
    for (;;) {
      const bool plus = take('+');
      if (!left || (!plus && !take('-'))) return left;
      const auto right = product(depth);
      if (!right) return std::nullopt;
      left = plus ? *left + *right : *left - *right;
    }
  }

  std::optional<Fixed> product(int depth) {
    auto left = value(depth);
    for (;;) {
      const bool times = take('*');
      if (!left || (!times && !take('/'))) return left;
      const auto right = value(depth);
      if (!right || (!times && *right == 0)) return std::nullopt;
      Fixed scaled = 0;
      if (__builtin_mul_overflow(*left, times ? *right : kOne, &scaled)) return std::nullopt;
      left = scaled / (times ? kOne : *right);
    }
  }

  std::optional<Fixed> value(int depth) {
    if (depth > 60) return std::nullopt;
    if (take('-')) {
      const auto inner = value(depth + 1);
      return inner ? std::optional<Fixed>(-*inner) : std::nullopt;
    }
    if (take('(')) {
      const auto inner = sum(depth + 1);
      return take(')') ? inner : std::nullopt;
    }
    return number();
  }

  std::optional<Fixed> number() {
    blanks();
    Fixed value = 0;
    int decimals = -1;
    bool any = false;
    int exponent = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '_') continue;
      if (c == '.' && decimals < 0) {
        decimals = 0;
      } else if (c >= '0' && c <= '9') {
        any = true;
        if (decimals >= kExpectedDecimals) continue;
        if (value > Fixed{1} << 80) return std::nullopt;
        value = value * 10 + (c - '0');
        if (decimals >= 0) ++decimals;
      } else {
        break;
      }
    }
    if (!any) return std::nullopt;
    if (at_ + 1 < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      const bool negative = take('-');
      if (!negative) take('+');
      for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && exponent < 100; ++at_)
        exponent = exponent * 10 + (text_[at_] - '0');
      if (negative) exponent = -exponent;
    }
    for (int i = std::max(decimals, 0) - exponent; i < kExpectedDecimals; ++i) {
      if (__builtin_mul_overflow(value, Fixed{10}, &value)) return std::nullopt;
    }
    for (int i = std::max(decimals, 0) - exponent; i > kExpectedDecimals; --i) value /= 10;
    return value;
  }
};

}  // namespace

std::optional<Fixed> fixed_of(std::string_view text) { return Arithmetic(trimmed(text)).run(); }

Result<OpenfiscaMap> read_openfisca_map(const PackFile& file) {
  const toml::parse_result parsed = toml::parse(file.text);
  if (parsed) return map_of(parsed.table());
  const toml::parse_error& error = parsed.error();
  return fail(mistake("openfisca.map", file.name,
                      {0, static_cast<int>(error.source().begin.line), static_cast<int>(error.source().begin.column)},
                      {"对照表不是 TOML", "the map is not TOML"},
                      {std::string(error.description()), std::string(error.description())}));
}

}  // namespace songtan::policy::detail
