// Finding a published night and what belongs to it, for the commands that only read.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "report/evaluation.h"

namespace songtan::night {

struct PublishedNight {
  std::string id;
  std::filesystem::path data;
  std::filesystem::path folder;
};

/// The night `id` of DATA (held ones too), or the current one if `id` is empty. Outcome::usage if there is none.
Result<PublishedNight> published_night(const std::filesystem::path& data, const std::string& id);

/// The night's tables, its loads' identity records and the truth folder. Outcome::usage if the truth is not there.
Result<report::EvaluationInputs> evaluation_inputs(const PublishedNight& night, const std::filesystem::path& truth);

/// Record files of one kind among the night's loads, in the order of source and load.
Result<std::vector<std::filesystem::path>> record_files(const PublishedNight& night, std::string_view kind);

}  // namespace songtan::night
