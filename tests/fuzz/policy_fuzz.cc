// libFuzzer on the policy language: whatever the bytes are, checking ends with mistakes or a programme, and a programme
// means the same to both evaluators.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target fuzz_policy
//   build/fuzz/tests/fuzz_policy -dict=tests/fuzz/policy.dict -max_len=4096 -max_total_time=600 NEW_CORPUS \
//     tests/fuzz/corpus tests/bad-programs
//
// The input is a policy file; what follows a line of "===" is the table parameters/t.csv.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mix.h"
#include "policy/decisions.h"

using namespace songtan;
using namespace songtan::policy;

namespace {

constexpr std::int64_t kPersons = 6;
constexpr std::string_view kSplit = "\n===\n";

PackText pack_of(std::string_view bytes) {
  PackText pack;
  const std::size_t at = bytes.find(kSplit);
  pack.files.push_back({"policies/a.policy", std::string(bytes.substr(0, at))});
  if (at != std::string_view::npos)
    pack.files.push_back({"parameters/t.csv", std::string(bytes.substr(at + kSplit.size()))});
  return pack;
}

Inputs people(const Program& program, const std::vector<Need>& needs, RandomStream random) {
  Inputs inputs;
  inputs.persons = kPersons;
  for (std::size_t e = 1; e < program.entities().size(); ++e)
    inputs.groups.push_back({{0, 1, 4, kPersons}, {}, std::vector<std::uint8_t>(kPersons, 0)});
  for (std::size_t l = 0; l < program.links().size(); ++l) inputs.links.push_back({{0, 1, 1, 1, 1, 1, 1}, {3}});
  for (const Need& need : needs) {
    const bool group =
        program
            .entities()[static_cast<std::size_t>(program.variables()[static_cast<std::size_t>(need.variable)].entity)]
            .group;
    InputColumn column{need, {}, {}};
    for (int row = 0; row < (group ? 3 : static_cast<int>(kPersons)); ++row) {
      column.values.push_back(static_cast<std::int64_t>(random.next() >> random.below(64)) *
                              (random.below(4) == 0 ? -1 : 1));
      column.known.push_back(random.below(3) == 0 ? 0 : 1);
    }
    inputs.columns.push_back(std::move(column));
  }
  return inputs;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void same(const Decisions& a, const Decisions& b) {
  require(a.programmes.size() == b.programmes.size());
  for (std::size_t p = 0; p < a.programmes.size(); ++p) {
    const ProgrammeDecisions& x = a.programmes[p];
    const ProgrammeDecisions& y = b.programmes[p];
    require(x.status == y.status && x.probable == y.probable && x.amount == y.amount && x.reasons == y.reasons &&
            x.unknown == y.unknown && x.missing == y.missing && x.trouble == y.trouble);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const PackText pack = pack_of(bytes);
  const auto mistakes = check_pack(pack);
  const auto program = load_program(pack);
  require(program.has_value() == mistakes.empty());
  if (!program || program->entities().empty() || program->programmes().empty()) return 0;
  const Month month = Month::from_civil(2026, 8);
  const auto wanted = needs(*program, month);
  require(wanted.has_value());
  if (wanted->size() > 200) return 0;
  const Inputs inputs = people(*program, *wanted, RandomStream(hash64(bytes)));
  Options simple;
  simple.simple = true;
  const auto fast = evaluate(*program, inputs, month);
  const auto slow = evaluate(*program, inputs, month, simple);
  require(fast.has_value() && slow.has_value());
  same(*fast, *slow);
  return 0;
}
