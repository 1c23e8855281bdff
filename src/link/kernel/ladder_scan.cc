#include "link/kernel/ladder_scan.h"

#include <algorithm>
#include <bit>

#include "link/kernel/clones.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define SONGTAN_AVX512 1
#include <immintrin.h>
#endif

namespace songtan::link {
namespace {

bool may_agree(const TextBounds& own, const TextView& texts, std::size_t j) {
  const int length = texts.length[j];
  if (length == kWideText) return true;
  const int common = std::popcount(texts.bits[j] & own.bits) + std::min<int>(texts.lost[j], own.lost);
  if (std::max(length, own.length) - common <= own.most_edits) return true;
  if (own.need == nullptr) return false;
  if (length >= kBoundedLengths) return true;
  const std::uint32_t differing = texts.first_four[j] ^ own.first_four;
  const int prefix = std::min({std::countr_zero(differing) / 8, length, own.length});
  return common >= own.need[length * kPrefixes + prefix];
}

#ifdef SONGTAN_AVX512

#define SONGTAN_WIDE __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512cd,avx512vpopcntdq,popcnt")))

bool has_wide_vectors() {
  static const bool has = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                          __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512vpopcntdq") != 0;
  return has;
}

constexpr std::size_t kLanes = 16;

SONGTAN_WIDE __m512i common_letters(const TextBounds& own, const TextView& texts, std::size_t j, __mmask16 valid) {
  const __m512i bits = _mm512_set1_epi64(static_cast<long long>(own.bits));
  const __m512i low = _mm512_maskz_loadu_epi64(static_cast<__mmask8>(valid), texts.bits + j);
  const __m512i high = _mm512_maskz_loadu_epi64(static_cast<__mmask8>(valid >> 8), texts.bits + j + 8);
  const __m256i a = _mm512_cvtepi64_epi32(_mm512_popcnt_epi64(_mm512_and_si512(low, bits)));
  const __m256i b = _mm512_cvtepi64_epi32(_mm512_popcnt_epi64(_mm512_and_si512(high, bits)));
  const __m512i lost =
      _mm512_min_epi32(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(valid, texts.lost + j)), _mm512_set1_epi32(own.lost));
  return _mm512_add_epi32(_mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1), lost);
}

// Positions of present, unequal values (`open`) that may agree: may_agree for sixteen.
SONGTAN_WIDE __mmask16 may_agree_wide(const TextBounds& own, const TextView& texts, std::size_t j, __mmask16 open) {
  const __m512i length = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(open, texts.length + j));
  const __m512i common = common_letters(own, texts, j, open);
  const __m512i own_length = _mm512_set1_epi32(own.length);
  const __m512i apart = _mm512_sub_epi32(_mm512_max_epi32(length, own_length), common);
  __mmask16 alike = _mm512_cmple_epi32_mask(apart, _mm512_set1_epi32(own.most_edits));
  alike |= _mm512_cmpeq_epi32_mask(length, _mm512_set1_epi32(kWideText));
  if (own.need != nullptr) {
    const __mmask16 bounded = _mm512_cmplt_epi32_mask(length, _mm512_set1_epi32(kBoundedLengths));
    alike |= static_cast<__mmask16>(~bounded);
    const __m512i differing = _mm512_xor_epi32(_mm512_maskz_loadu_epi32(open, texts.first_four + j),
                                               _mm512_set1_epi32(static_cast<int>(own.first_four)));
    const __m512i lowest = _mm512_and_epi32(differing, _mm512_sub_epi32(_mm512_setzero_si512(), differing));
    // 31 − leading zeros of the lowest bit; no bit at all gives −1, hence 4 letters.
    const __m512i bit = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(lowest));
    const __m512i letters = _mm512_mask_mov_epi32(
        _mm512_srli_epi32(bit, 3), _mm512_cmpeq_epi32_mask(differing, _mm512_setzero_si512()), _mm512_set1_epi32(4));
    const __m512i prefix = _mm512_min_epi32(letters, _mm512_min_epi32(length, own_length));
    const __m512i place = _mm512_add_epi32(_mm512_mullo_epi32(length, _mm512_set1_epi32(kPrefixes)), prefix);
    const __mmask16 asked = static_cast<__mmask16>(open & bounded & ~alike);
    const __m512i need = _mm512_and_epi32(
        _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), asked, place, own.need, 1), _mm512_set1_epi32(0xFF));
    alike |= static_cast<__mmask16>(_mm512_cmpge_epi32_mask(common, need) & asked);
  }
  return static_cast<__mmask16>(alike & open);
}

SONGTAN_WIDE std::size_t add_text_levels_wide(const LadderShares& shares, const TextBounds& bounds,
                                              const ValueCode* codes, const TextView& texts, std::size_t from,
                                              std::size_t to, std::uint32_t* patterns, std::uint32_t* survivors) {
  const __m512i own = _mm512_set1_epi32(static_cast<int>(shares.own));
  const __m512i equal = _mm512_set1_epi32(static_cast<int>(shares.equal));
  const __m512i missing = _mm512_set1_epi32(static_cast<int>(shares.missing));
  const __m512i other = _mm512_set1_epi32(static_cast<int>(shares.other));
  const __m512i steps = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  std::size_t count = 0;
  for (std::size_t j = from; j < to; j += kLanes) {
    const std::size_t left = to - j;
    const auto valid = static_cast<__mmask16>(left >= kLanes ? 0xFFFF : (1U << left) - 1);
    const __m512i code = _mm512_maskz_loadu_epi32(valid, codes + j);
    const __mmask16 same = _mm512_cmpeq_epi32_mask(code, own);
    const __mmask16 absent = _mm512_cmpeq_epi32_mask(code, _mm512_setzero_si512());
    __m512i share = _mm512_mask_mov_epi32(other, absent, missing);
    share = _mm512_mask_mov_epi32(share, same, equal);
    const __m512i pattern = _mm512_maskz_loadu_epi32(valid, patterns + j);
    _mm512_mask_storeu_epi32(patterns + j, valid, _mm512_add_epi32(pattern, share));
    const auto open = static_cast<__mmask16>(valid & ~same & ~absent);
    if (open == 0) continue;
    const __mmask16 alike = may_agree_wide(bounds, texts, j, open);
    const __m512i places = _mm512_add_epi32(steps, _mm512_set1_epi32(static_cast<int>(j)));
    _mm512_storeu_si512(survivors + count, _mm512_maskz_compress_epi32(alike, places));
    count += static_cast<std::size_t>(std::popcount(static_cast<unsigned>(alike)));
  }
  return count;
}

#endif

}  // namespace

SONGTAN_CLONES void add_code_levels(const LadderShares& shares, const ValueCode* codes, std::size_t from,
                                    std::size_t to, std::uint32_t* patterns) {
  const LadderShares own = shares;
  for (std::size_t j = from; j < to; ++j) {
    const std::uint32_t unequal = codes[j] == 0 ? own.missing : own.other;
    patterns[j] += codes[j] == own.own ? own.equal : unequal;
  }
}

std::size_t add_text_levels_plain(const LadderShares& shares, const TextBounds& bounds, const ValueCode* codes,
                                  const TextView& texts, std::size_t from, std::size_t to, std::uint32_t* patterns,
                                  std::uint32_t* survivors) {
  add_code_levels(shares, codes, from, to, patterns);
  std::size_t count = 0;
  for (std::size_t j = from; j < to; ++j) {
    survivors[count] = static_cast<std::uint32_t>(j);
    count += codes[j] != 0 && codes[j] != shares.own && may_agree(bounds, texts, j) ? 1 : 0;
  }
  return count;
}

std::size_t add_text_levels(const LadderShares& shares, const TextBounds& bounds, const ValueCode* codes,
                            const TextView& texts, std::size_t from, std::size_t to, std::uint32_t* patterns,
                            std::uint32_t* survivors) {
#ifdef SONGTAN_AVX512
  if (has_wide_vectors()) return add_text_levels_wide(shares, bounds, codes, texts, from, to, patterns, survivors);
#endif
  return add_text_levels_plain(shares, bounds, codes, texts, from, to, patterns, survivors);
}

}  // namespace songtan::link
