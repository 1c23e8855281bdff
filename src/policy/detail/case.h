// One 测试 run against a programme. In: the test as written. Out: nothing when it passes, else what was found instead.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/detail/syntax.h"
#include "policy/program.h"

namespace songtan::policy::detail {

/// Both evaluators, held equal; or the slow twin alone, where many variants of a law are tried.
enum class Twins : std::uint8_t { both, slow_only };

Result<void> run_case(const Program& program, const TestDecl& test, Twins twins = Twins::both);

/// The variables that a test expects something of.
std::vector<int> variables_expected(const Program& program, const TestDecl& test);

}  // namespace songtan::policy::detail
