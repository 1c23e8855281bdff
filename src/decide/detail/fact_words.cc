#include "decide/detail/fact_words.h"

#include <fmt/format.h>

#include "base/day.h"
#include "base/money.h"

namespace songtan::decide::detail {
namespace {

std::string yuan_of_amount(std::int64_t amount) {
  const std::int64_t size = amount < 0 ? -amount : amount;
  std::string text = fmt::format("{}{}.{:04}", amount < 0 ? "-" : "", size / Amount::kPerYuan, size % Amount::kPerYuan);
  for (int i = 0; i < 2 && text.back() == '0'; ++i)
    text.pop_back();  // fen are always told, hundredths of a fen if there are
  return text;
}

}  // namespace

std::string value_in_words(const profile::FactDefinition& fact, std::int64_t value, std::string_view word) {
  switch (fact.type) {
    case profile::FactType::boolean: return value != 0 ? "是" : "否";
    case profile::FactType::date: return Day{static_cast<std::int32_t>(value)}.text();
    case profile::FactType::money:
      return yuan_of_amount(value) + (fact.kind == profile::FactKind::flow ? " 元/月" : " 元");
    case profile::FactType::count: return fmt::format("{}", value);
    case profile::FactType::word: return std::string(word);
  }
  return {};
}

std::string yuan_of_fen(std::int64_t fen) {
  const std::int64_t size = fen < 0 ? -fen : fen;
  return fmt::format("{}{}.{:02}", fen < 0 ? "-" : "", size / 100, size % 100);
}

}  // namespace songtan::decide::detail
