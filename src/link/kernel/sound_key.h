// Keys under which names that sound alike meet, for any script: Latin letters by a consonant skeleton, Han characters by
// their pinyin with regional mergers. In: text. Out: a short ASCII key; empty if nothing sounds.
#pragma once

#include <string>
#include <string_view>

namespace songtan::link {

/// One key a word, words parted by spaces. "Catherine Smythe" and "kathryn smith" share "kTrn smT".
std::string sound_key(std::string_view utf8);

/// Lower case, accents dropped, punctuation to blanks, blanks collapsed: the form in which free text is compared.
/// `normalised` is NFKC. Han and other letters stay as they are.
std::string folded(std::string_view normalised);

/// The words of a text in alphabetical order.
std::string sorted_words(std::string_view text);

}  // namespace songtan::link
