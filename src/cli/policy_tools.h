// The tools of the policy language, one file each; policy_command.cc gathers them under `songtan policy`.
#pragma once

#include "cli/terminal.h"

namespace songtan::cli {

void add_policy_format(CLI::App& policy, Context& context);
void add_policy_coverage(CLI::App& policy, Context& context);
void add_policy_diff(CLI::App& policy, Context& context);
void add_policy_docs(CLI::App& policy, Context& context);
void add_policy_explain(CLI::App& policy, Context& context);
void add_policy_lsp(CLI::App& policy, Context& context);

}  // namespace songtan::cli
