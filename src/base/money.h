// Money. In and out: integers only. Amount (1/10,000 yuan) is what facts and rules compute with; it becomes Money
// (fen) only at a decision, by a rounding that the caller names.
#pragma once

#include <compare>
#include <cstdint>

namespace songtan {

enum class Rounding : std::uint8_t { down, up, half_up, half_even };

/// Integer division with a named rounding; ties and signs follow the name (down = towards minus infinity,
/// half_up = half away from zero). `divisor` > 0.
std::int64_t divide(std::int64_t dividend, std::int64_t divisor, Rounding rounding);

/// Whole fen.
struct Money {
  std::int64_t fen = 0;
  auto operator<=>(const Money&) const = default;
};

/// Ten-thousandths of a yuan.
struct Amount {
  static constexpr std::int64_t kPerYuan = 10'000;
  static constexpr std::int64_t kPerFen = 100;

  std::int64_t ten_thousandths = 0;

  static constexpr Amount from_yuan(std::int64_t yuan) { return {yuan * kPerYuan}; }
  static constexpr Amount from_fen(std::int64_t fen) { return {fen * kPerFen}; }
  Money to_money(Rounding rounding) const { return {divide(ten_thousandths, kPerFen, rounding)}; }
  auto operator<=>(const Amount&) const = default;
};

}  // namespace songtan
