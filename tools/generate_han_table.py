#!/usr/bin/env python3
"""Writes src/link/kernel/han_table.inc from the Unicode Han database of Debian's package unicode-data.

In: /usr/share/unicode/Unihan_{Readings,Variants,DictionaryLikeData,IRGSources}.txt.bz2 (Unicode 15.0.0, Unicode License).
Out: for U+3400..U+9FFF two packed 64-bit words a character (layout below, read by src/link/kernel/han.cc), the list of pinyin
syllables, and the variants that lie outside that range. Same input, same bytes. Run it again when unicode-data moves:

    python3 tools/generate_han_table.py > src/link/kernel/han_table.inc

Word 1: bits 0-15 representative of the variant class, 16-27 28-39 40-51 three readings (syllable << 3 | tone, 0 = none),
        52-57 strokes.
Word 2: bits 0-24 Cangjie (five letters of 5 bits, first letter highest), 25-41 four-corner code + 1 (0 = none, five
        digits, the fifth 0 where absent), 42-52 phonetic class (0 = none).
"""

import bz2
import re
import unicodedata
from collections import defaultdict

HOME = "/usr/share/unicode/Unihan_"
FIRST, LAST = 0x3400, 0x9FFF
TONES = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}
VARIANT_FIELDS = {"kSimplifiedVariant", "kTraditionalVariant", "kSemanticVariant", "kZVariant", "kCompatibilityVariant"}
READING_FIELDS = ["kHanyuPinlu", "kTGHZ2013", "kXHC1983", "kMandarin", "kHanyuPinyin"]


def rows(name):
    with bz2.open(f"{HOME}{name}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                code, field, value = line.rstrip("\n").split("\t")
                yield int(code[2:], 16), field, value


def syllable_and_tone(text):
    """'lǚ' -> ('lv', 3); None for anything that is not one pinyin syllable."""
    tone, letters = 5, []
    for char in unicodedata.normalize("NFD", text.lower()):
        if char in TONES:
            tone = TONES[char]
        elif char == "\u0308" and letters and letters[-1] == "u":
            letters[-1] = "v"
        elif char.isascii() and char.isalpha():
            letters.append(char)
        else:
            return None
    word = "".join(letters)
    return (word, tone) if re.fullmatch(r"[a-z]{1,6}", word) and re.search(r"[aeiouv]", word) else None


def readings():
    found = defaultdict(lambda: defaultdict(list))
    for code, field, value in rows("Readings"):
        if field not in READING_FIELDS:
            continue
        parts = [re.sub(r"\(\d+\)", "", p) for p in value.split()]
        if field in ("kTGHZ2013", "kXHC1983", "kHanyuPinyin"):
            parts = [r for p in parts for r in p.split(":")[1].split(",")]
        found[code][field] += [s for p in parts if (s := syllable_and_tone(p))]
    result = {}
    for code, fields in found.items():
        order = []
        modern = [f for f in READING_FIELDS[:4] if f in fields]
        for field in modern or ["kHanyuPinyin"]:
            for reading in fields.get(field, []):
                if reading not in order:
                    order.append(reading)
        result[code] = order[:3]
    return result


def variant_classes():
    parent = {}

    def root(x):
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for name in ("Variants", "IRGSources"):
        for code, field, value in rows(name):
            if field in VARIANT_FIELDS:
                for target in re.findall(r"U\+([0-9A-F]+)", value):
                    a, b = root(code), root(int(target, 16))
                    if a != b:
                        # The representative is the smallest character of the basic range, so that it fits 16 bits.
                        key = lambda c: (not 0x4E00 <= c <= LAST, c)
                        a, b = sorted((a, b), key=key)
                        parent[b] = a
    return {code: root(code) for code in list(parent)}


def shapes():
    cangjie, corner, phonetic, strokes = {}, {}, {}, {}
    classes = {}
    for code, field, value in rows("DictionaryLikeData"):
        first = value.split()[0]
        if field == "kCangjie":
            packed = 0
            for letter in first[:5].ljust(5, "@"):
                packed = packed << 5 | (ord(letter) - ord("@"))
            cangjie[code] = packed
        elif field == "kFourCornerCode":
            whole, _, tail = first.partition(".")
            corner[code] = int(whole) * 10 + int(tail or 0) + 1
        elif field == "kPhonetic":
            base = re.match(r"\d+", first)
            if base:
                phonetic[code] = classes.setdefault(int(base.group()), int(base.group()))
    for code, field, value in rows("IRGSources"):
        if field == "kTotalStrokes":
            strokes[code] = min(int(value.split()[0]), 63)
    return cangjie, corner, phonetic, strokes


def merged(syllable):
    """The syllable as speakers say it who merge n/l, zh/z, ch/c, sh/s, in/ing, en/eng, h/f."""
    for long, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(long):
            syllable = short + syllable[2:]
    if syllable[0] == "n" and len(syllable) > 1:
        syllable = "l" + syllable[1:]
    sounds = {"hua": "fa", "huan": "fan", "huang": "fang", "hui": "fei", "hun": "fen", "hu": "fu", "huo": "fo"}
    syllable = sounds.get(syllable, syllable)
    return re.sub(r"(in|en)g$", r"\1", syllable)


def main():
    said, classes = readings(), variant_classes()
    cangjie, corner, phonetic, strokes = shapes()
    assert max(phonetic.values()) < 2048
    syllables = sorted({s for code, list_ in said.items() if FIRST <= code <= LAST for s, _ in list_})
    number = {s: i + 1 for i, s in enumerate(syllables)}
    mergers = sorted({merged(s) for s in syllables})
    print("// Generated by tools/generate_han_table.py from Unihan 15.0.0 (Unicode License); layout described there.")
    print("constexpr char32_t kHanFirst = 0x3400;")
    print("struct Syllable { const char* text; std::uint16_t merged; };")
    print("constexpr Syllable kSyllables[] = {{\"\", 0},")
    for s in syllables:
        print(f'{{"{s}", {mergers.index(merged(s)) + 1}}},', end="")
    print("};")
    print("struct HanWords { std::uint64_t sound; std::uint64_t shape; };")
    print("constexpr HanWords kHan[] = {")
    for code in range(FIRST, LAST + 1):
        rep = classes.get(code, code)
        first = rep if rep <= 0xFFFF else code
        for place, (s, tone) in enumerate(said.get(code, [])):
            first |= (number[s] << 3 | tone) << (16 + 12 * place)
        first |= strokes.get(code, 0) << 52
        second = cangjie.get(code, 0) | corner.get(code, 0) << 25 | phonetic.get(code, 0) << 42
        print(f"{{{first:#x},{second:#x}}},", end="\n" if code % 8 == 7 else "")
    print("};")
    outside = sorted((c, r) for c, r in classes.items() if not FIRST <= c <= LAST and FIRST <= r <= LAST)
    print("struct OutsideVariant { char32_t character; char32_t representative; };")
    print("constexpr OutsideVariant kOutsideVariants[] = {")
    for place, (c, r) in enumerate(outside):
        print(f"{{{c:#x},{r:#x}}},", end="\n" if place % 12 == 11 else "")
    print("};")


if __name__ == "__main__":
    main()
