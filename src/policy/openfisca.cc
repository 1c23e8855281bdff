#include "policy/openfisca.h"

#include <yaml-cpp/yaml.h>

#include <map>

#include <fmt/format.h>

#include "policy/detail/mistake.h"
#include "policy/detail/openfisca_case.h"
#include "policy/detail/openfisca_map.h"

namespace songtan::policy {
namespace {

using detail::OpenfiscaMap;

/// Programmes by list of scenarios, loaded once each.
class Programmes {
 public:
  explicit Programmes(const PackText& pack) : pack_(pack) {}

  const Result<Program>& with(const std::vector<std::string>& scenarios) {
    const auto found = loaded_.find(scenarios);
    return found != loaded_.end() ? found->second
                                  : loaded_.emplace(scenarios, load_program(pack_, scenarios)).first->second;
  }

 private:
  const PackText& pack_;
  std::map<std::vector<std::string>, Result<Program>> loaded_;
};

std::unexpected<Error> refuse(std::string zh, std::string en) {
  return fail(Outcome::bad_data, "openfisca.case", {std::move(zh), std::move(en)});
}

using Named = std::map<std::string, std::vector<std::string>>;

/// The scenarios behind `test[key]`, in order: reforms and extensions both stand for lists of 情景.
Result<void> add_scenarios(const YAML::Node& test, const char* key, const Named& known, std::vector<std::string>& out) {
  const YAML::Node given = test[key];
  if (!given || given.IsNull()) return {};
  std::vector<std::string> names;
  if (given.IsScalar()) names.push_back(given.Scalar());
  for (const auto& each : given) names.push_back(each.Scalar());
  for (const std::string& name : names) {
    const auto found = known.find(name);
    if (found == known.end())
      return refuse(fmt::format("对照表 [{}] 里没有“{}”；写上它，值为情景的列表，可以为空", key, name),
                    fmt::format("the map has no '{}' under [{}]; add it, its value a list of scenarios, which may be "
                                "empty",
                                name, key));
    out.insert(out.end(), found->second.begin(), found->second.end());
  }
  return {};
}

/// yaml-cpp leaves "<<" as a key: here what it names is put in, behind the keys that are there.
YAML::Node merged(const YAML::Node& node) {
  if (node.IsSequence()) {
    YAML::Node out(YAML::NodeType::Sequence);
    for (const auto& each : node) out.push_back(merged(each));
    return out;
  }
  if (!node.IsMap()) return node;
  YAML::Node out(YAML::NodeType::Map);
  for (const auto& entry : node) {
    if (entry.first.Scalar() != "<<") out[entry.first.Scalar()] = merged(entry.second);
  }
  const auto take = [&](const YAML::Node& from) {
    const YAML::Node whole = merged(from);
    for (const auto& entry : whole) {
      if (!out[entry.first.Scalar()]) out[entry.first.Scalar()] = entry.second;
    }
  };
  for (const auto& entry : node) {
    if (entry.first.Scalar() != "<<") continue;
    if (entry.second.IsMap()) take(entry.second);
    for (std::size_t i = 0; entry.second.IsSequence() && i < entry.second.size(); ++i) take(entry.second[i]);
  }
  return out;
}

Result<void> run_case(Programmes& programmes, const OpenfiscaMap& map, const YAML::Node& test) {
  std::vector<std::string> scenarios;
  TRY_VOID(add_scenarios(test, "extensions", map.extensions, scenarios));
  TRY_VOID(add_scenarios(test, "reforms", map.reforms, scenarios));
  const Result<Program>& program = programmes.with(scenarios);
  if (!program) return std::unexpected(program.error());
  return detail::OpenfiscaCase(*program, map, test).run();
}

Result<void> run_file(Programmes& programmes, const OpenfiscaMap& map, const PackFile& file,
                      std::vector<TestResult>& results) {
  try {
    const YAML::Node root = YAML::Load(file.text);
    std::vector<YAML::Node> tests;
    if (root.IsSequence()) {
      for (const auto& each : root) tests.push_back(each);
    } else if (root.IsMap()) {
      tests.push_back(root);
    }
    const bool merges = file.text.find("<<:") != std::string::npos;
    for (const YAML::Node& written : tests) {
      const YAML::Node test = merges ? merged(written) : written;
      TestResult result;
      result.file = file.name;
      result.line = written.Mark().line + 1;
      result.name =
          test["name"] && test["name"].IsScalar() ? test["name"].Scalar() : fmt::format("#{}", results.size() + 1);
      if (const auto done = run_case(programmes, map, test); !done) {
        result.state = TestState::failed;
        result.message = done.error().message;
      }
      results.push_back(std::move(result));
    }
    return {};
  } catch (const YAML::Exception& error) {  // the library speaks in exceptions; they end here
    return fail(detail::mistake("openfisca.yaml", file.name, {0, error.mark.line + 1, error.mark.column + 1},
                                {"不是能读的 YAML", "this is not readable YAML"}, {error.msg, error.msg}));
  }
}

}  // namespace

Result<std::vector<TestResult>> run_openfisca_tests(const PackText& pack, const PackFile& map_file,
                                                    std::span<const PackFile> files) {
  TRY(const OpenfiscaMap map, detail::read_openfisca_map(map_file));
  Programmes programmes(pack);
  const Result<Program>& law = programmes.with({});
  if (!law) return std::unexpected(law.error());
  std::vector<TestResult> results;
  for (const PackFile& file : files) TRY_VOID(run_file(programmes, map, file, results));
  return results;
}

}  // namespace songtan::policy
