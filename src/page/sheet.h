// A self-contained page: one HTML file with its look, its words in two languages and its charts. It asks no other host
// for anything. The look is the design guide's (tokens --st-*, light, dark and print).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::page {

/// A sheet of the page: a finding as a title, how to read it, a chart, and the same rows as a table.
struct Section {
  std::string id;
  Text title = {};         ///< the finding, as a sentence; plain text
  Text subtitle = {};      ///< measure, unit, period
  std::string body = {};   ///< markup
  std::string table = {};  ///< markup behind "the same as a table"; empty: the body is a table already
  bool half = false;       ///< two such sheets stand side by side on a wide screen
};

struct Sheet {
  Text title;            ///< of the document; names no person
  Text lead;             ///< the heading: a sentence that can be read aloud
  std::string rests_on;  ///< markup: what the figures rest on
  std::vector<Section> sections;
  std::string notes;  ///< markup at the foot
  std::string language = "zh";
};

/// The whole file.
std::string page_of(const Sheet& sheet);

}  // namespace songtan::page
