// The files that the link commands read, as the command line names them.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "link/verbs.h"

namespace songtan::cli {

/// `--in`, `--id`, `--threads` and `--memory` as link takes them. Errors: a `--memory` that is no size (usage).
Result<link::LinkFiles> link_files(const std::vector<std::string>& in, const std::string& id,
                                   const Resources& resources);

}  // namespace songtan::cli
