#include "link/kernel/gram_key.h"

#include "base/mix.h"
#include "base/text.h"
#include "link/kernel/value_book.h"

namespace songtan::link {

std::string gram_key(std::string_view utf8, std::uint64_t seed) {
  const std::u32string marked = U"^" + points_of(utf8) + U"$";
  if (marked.size() <= 2) return "";
  std::uint64_t least = UINT64_MAX;
  std::size_t place = 0;
  for (std::size_t at = 0; at + 1 < marked.size(); ++at) {
    const std::uint64_t hash = mix64(std::uint64_t{marked[at]} << 32 | marked[at + 1], seed);
    if (hash >= least) continue;
    least = hash;
    place = at;
  }
  return utf8_of(std::u32string_view(marked).substr(place, 2));
}

}  // namespace songtan::link
