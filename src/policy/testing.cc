#include "policy/testing.h"

#include <fmt/format.h>

#include "policy/detail/case.h"
#include "policy/detail/check_state.h"

namespace songtan::policy {
namespace {

std::string number_text(std::int64_t value, int scale) {
  const bool negative = value < 0;
  std::string digits = std::to_string(negative ? -value : value);
  if (scale > 0) {
    if (std::ssize(digits) <= scale) digits.insert(0, static_cast<std::size_t>(scale + 1) - digits.size(), '0');
    digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
    while (digits.back() == '0') digits.pop_back();
    if (digits.back() == '.') digits.pop_back();
  }
  return (negative ? "-" : "") + digits;
}

}  // namespace

std::string value_text(const Program& program, const VariableInfo& info, std::int64_t low, std::int64_t high,
                       Trouble trouble) {
  switch (trouble) {
    case Trouble::none: break;
    case Trouble::overflow: return "待核（数太大）";
    case Trouble::division_by_zero: return "待核（除数为 0）";
    case Trouble::no_table_row: return "待核（表中没有这一行，或没有生效的版本）";
    case Trouble::conflict: return "待核（例外冲突）";
  }
  if (low != high) return "待核";
  switch (info.kind) {
    case ValueKind::boolean: return low != 0 ? "是" : "否";
    case ValueKind::date: return Day{static_cast<std::int32_t>(low)}.text();
    case ValueKind::enumeration: return low == Program::kOtherCode ? "其他" : program.word(info.enumeration, low);
    case ValueKind::number: {
      std::string out = number_text(low, info.scale);
      return out += info.unit;
    }
  }
  return {};
}

std::optional<std::int64_t> parse_value(const Program& program, const VariableInfo& info, std::string_view text) {
  const std::string_view word = detail::canonical(text);
  switch (info.kind) {
    case ValueKind::boolean:
      if (word == "是" || word == "否") return word == "是" ? 1 : 0;
      return std::nullopt;
    case ValueKind::date: {
      const auto day = PeriodKey::parse(text);
      if (!day) return std::nullopt;
      return day->first().days;
    }
    case ValueKind::enumeration: return program.code(info.enumeration, text);
    case ValueKind::number: break;
  }
  int percent = 0;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    percent = 2;
  }
  while (!text.empty() && !(text.back() >= '0' && text.back() <= '9') &&
         text.find_first_of("0123456789") != std::string_view::npos)
    text.remove_suffix(1);
  const auto decimal = detail::decimal_of(text);
  if (!decimal || decimal->scale + percent > info.scale) return std::nullopt;
  return static_cast<std::int64_t>(decimal->value * detail::power_of_ten(info.scale - decimal->scale - percent));
}

std::vector<TestResult> run_tests(const Program& program) {
  std::vector<TestResult> results;
  for (const detail::TestDecl& test : program.law().tests) {
    TestResult result;
    result.file = program.law().file_names[static_cast<std::size_t>(test.place.file)];
    result.line = test.place.line;
    result.name = test.name;
    if (const auto done = detail::run_case(program, test); !done) {
      result.state = TestState::failed;
      result.message = done.error().message;
      result.line = done.error().line;
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace songtan::policy
