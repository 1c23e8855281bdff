// The nights of a data folder, as `songtan night list` shows them. In: DATA. Out: one line a night, oldest first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/gate.h"

namespace songtan::night {

enum class NightState : std::uint8_t { published, held, unfinished };

struct ListedNight {
  std::string id;
  NightState state = NightState::unfinished;
  bool current = false;
  std::optional<std::string> previous = {};           ///< the night it was compared with
  std::map<std::string, std::int64_t> findings = {};  ///< by state: new, same, changed, withdrawn
  std::vector<report::Breach> breaches = {};          ///< what held it
  std::string reason = {};                            ///< why it was released all the same
};

/// Errors: usage if DATA is not there; bad_data if a night's record is damaged.
Result<std::vector<ListedNight>> list_nights(const std::filesystem::path& data);

std::string nights_text(const std::vector<ListedNight>& nights, std::string_view language);
std::string nights_json(const std::vector<ListedNight>& nights);

}  // namespace songtan::night
