// Keys under which texts with slips meet: the least letter pair of a text under a seeded order (min-hash, Broder 1997).
// Two texts that share the fraction J of their letter pairs have the same key with probability J; several seeds give
// several independent chances. In: folded text, seed. Out: the key; empty for texts without letters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace songtan::link {

/// Letter pairs are taken over code points, with the text's ends marked. Cost: one hash a letter.
std::string gram_key(std::string_view utf8, std::uint64_t seed);

}  // namespace songtan::link
