// Words and numbers for pages. In: texts in both languages, counts, money, days. Out: HTML fragments in which both
// languages stand side by side; the page shows one of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/day.h"
#include "base/money.h"
#include "base/result.h"

namespace songtan::page {

/// &, <, >, " and ' as entities: safe as text and inside quoted attributes.
std::string escaped(std::string_view text);

/// Both languages of a text, each in a span that carries its `lang`. The text is escaped.
std::string both(const Text& text);

/// Both languages of a text that is markup already.
std::string both_markup(const std::string& zh, const std::string& en);

/// 1504 → "1,504"; minus is U+2212.
std::string grouped(std::int64_t count);

/// Parts of a whole in per cent with one decimal; under 30 cases "17 / 28"; "—" of nothing.
std::string share(std::int64_t part, std::int64_t whole);

/// Parts per thousand with one decimal, without a unit; "—" of nothing.
std::string permille(std::int64_t part, std::int64_t whole);

/// How a pack writes its money.
struct Currency {
  std::string unit = "元";   ///< after the number, in Chinese
  std::string symbol = "¥";  ///< before the number, in English
};

/// Whole units; from 10,000 in Chinese 万, from a million in English million: "812.40 万元", "¥8.12 million".
Text money_words(Money money, const Currency& currency);

/// "11月23日" (with the year unless `this_year`), "23 Nov 2026".
Text day_words(Day day, int this_year);

}  // namespace songtan::page
