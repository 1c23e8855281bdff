// Whether two addresses are one place. In: a division and an address as an office wrote it. Out: a number that is equal
// for equal places and says nothing else.
#pragma once

#include <cstdint>
#include <string_view>

namespace songtan::profile::detail {

/// Offices write one address in many ways (四川省…三组5号, …3组5號, …3组５号, …3组O5号, …3社5号), so within a division the
/// numbers in their order are the place; an address without numbers is its letters. Numerals in names (四川, 三合村) are
/// no numbers: one written out counts only before a unit (组, 号, 栋 …). Never 0.
std::int64_t place_key(std::string_view region, std::string_view text);

}  // namespace songtan::profile::detail
