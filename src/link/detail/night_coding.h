// Reads the standard records of a night and codes them for the kernels (the only place of the night's link that sees
// text).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "link/kernel/night_record.h"
#include "link/night_link.h"

namespace songtan::link {

/// Where records come from, once per (source, file, role, load).
struct Origin {
  std::string source;
  std::string file;
  std::string role;
  std::string load;
};

struct CodedNight {
  NightRecords night;
  std::vector<Origin> origins;
  std::vector<std::uint32_t> origin_of;  ///< per record
};

Result<CodedNight> coded_night(table::Session& session, const NightLinkInputs& inputs, Progress& progress);

/// Hash of an address with blanks and punctuation dropped and full-width forms folded, and of its last characters.
struct AddressCode {
  std::uint64_t whole = 0;
  std::uint64_t tail = 0;
};
AddressCode code_of_address(std::string_view utf8);

/// "510812" → 510812000000; 0 for anything but 2 to 12 digits.
std::uint64_t code_of_region(std::string_view digits);

}  // namespace songtan::link
