// Tests that stand beside the rules. In: a programme with 测试 blocks. Out: what passed, and what was found instead.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/decisions.h"

namespace songtan::policy {

enum class TestState : std::uint8_t { passed, failed, skipped };

struct TestResult {
  std::string file;
  std::int64_t line = 0;
  std::string name;
  TestState state = TestState::passed;
  Text message;  ///< of a failure: what was expected and what was found
};

/// Runs every 测试 of the pack, each by both evaluators. Cost: milliseconds a test.
std::vector<TestResult> run_tests(const Program& program);

/// A value in words: "300元/月", "是", "待核", "2026-07-01", a word. Numbers without trailing zeros.
std::string value_text(const Program& program, const VariableInfo& info, std::int64_t low, std::int64_t high,
                       Trouble trouble);

/// Reads a value as tests write it ("900", "是", "1980-02-01", "农村"); nothing when it does not fit the variable.
std::optional<std::int64_t> parse_value(const Program& program, const VariableInfo& info, std::string_view text);

}  // namespace songtan::policy
