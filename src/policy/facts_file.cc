#include "policy/facts_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "policy/detail/ask.h"
#include "policy/detail/scene.h"

namespace songtan::policy {
namespace {

constexpr std::string_view kHeader = "测试 事实";
constexpr int kIndent = 2;

// The body of a test: a header before it, every line indented.
PackFile as_test(const PackFile& facts) {
  PackFile made{facts.name + ".policy", std::string(kHeader) + "\n"};
  for (const std::string_view line : split(facts.text, '\n'))
    made.text += std::string(kIndent, ' ') + std::string(line) + "\n";
  return made;
}

// Places in the file as the user wrote it.
Error in_facts(Error error, const PackFile& facts) {
  if (error.file != facts.name + ".policy") return error;
  error.file = facts.name;
  error.line = std::max<std::int64_t>(error.line - 1, 1);
  if (!error.column.empty() && error.column.find_first_not_of("0123456789") == std::string::npos)
    error.column = std::to_string(std::max(std::stoi(error.column) - kIndent, 1));
  return error;
}

std::vector<std::string> names_of(const Program& program, const detail::Scene& scene, int entity) {
  const std::string& own = program.entities()[static_cast<std::size_t>(entity)].name;
  std::vector<std::string> names(static_cast<std::size_t>(detail::rows_of(scene.inputs, entity)), own);
  const auto& known = entity == 0 ? scene.persons : scene.groups[static_cast<std::size_t>(entity) - 1];
  for (const auto& [name, row] : known) {
    if (!name.empty() && name[0] != '\x01') names[static_cast<std::size_t>(row)] = name;
  }
  return names;
}

Result<void> require_programme(const Program& program, std::string_view code) {
  if (code.empty() || program.programme(code)) return {};
  std::vector<std::string> known;
  for (const ProgrammeInfo& each : program.programmes()) known.push_back(each.code);
  return fail(Outcome::usage, "policy.programme",
              {fmt::format("没有代码为 {} 的项目", code), fmt::format("there is no programme {}", code)},
              {fmt::format("代码有：{}", fmt::join(known, "、")), fmt::format("codes: {}", fmt::join(known, ", "))});
}

Result<std::vector<NamedExplanation>> explained(const Program& program, detail::SceneBuilder& scene,
                                                std::string_view programme) {
  TRY(const Program own, scene.prepare());
  TRY_VOID(require_programme(own, programme));
  TRY(const std::vector<Need> wanted, needs(own, scene.month(), scene.options()));
  scene.fill(own, wanted);
  std::vector<NamedExplanation> all;
  for (std::size_t p = 0; p < own.programmes().size(); ++p) {
    const ProgrammeInfo& info = own.programmes()[p];
    if (!programme.empty() && info.code != programme) continue;
    const std::vector<std::string> names = names_of(program, scene.scene(), info.entity);
    for (std::size_t row = 0; row < names.size(); ++row) {
      TRY(Explanation told, explain(own, scene.scene().inputs, static_cast<int>(p), static_cast<std::int64_t>(row),
                                    scene.month(), scene.options()));
      all.push_back({names[row], std::move(told)});
    }
  }
  return all;
}

}  // namespace

Result<std::vector<NamedExplanation>> explain_facts(const PackText& pack, const PackFile& facts,
                                                    std::string_view programme) {
  PackText whole = pack;
  whole.files.push_back(as_test(facts));
  const auto program = load_program(whole);
  if (!program) return fail(in_facts(program.error(), facts));
  const auto& files = program->law().file_names;
  const auto file = std::ranges::find(files, whole.files.back().name) - files.begin();
  const auto test =
      std::ranges::find_if(program->law().tests, [&](const auto& each) { return each.place.file == file; });
  CHECK_PROMISE(test != program->law().tests.end());
  detail::SceneBuilder scene(*program, *test);
  auto told = explained(*program, scene, programme);
  if (!told) return fail(in_facts(told.error(), facts));
  return told;
}

}  // namespace songtan::policy
