#include "policy/program.h"

#include <algorithm>

#include "policy/detail/checker.h"
#include "policy/detail/parser.h"

namespace songtan::policy {

std::string ConditionInfo::article_on(Day day) const {
  std::string in_force;
  for (const auto& [from, name] : articles) {
    if (from <= day) in_force = name;
  }
  return in_force;
}

std::span<const EntityInfo> Program::entities() const { return law_->entity_infos; }
std::span<const LinkInfo> Program::links() const { return law_->links; }
std::span<const VariableInfo> Program::variables() const { return law_->variable_infos; }
std::span<const ProgrammeInfo> Program::programmes() const { return law_->programme_infos; }
std::vector<std::string> Program::scenarios() const { return law_->scenario_names; }

std::optional<int> Program::entity(std::string_view name) const {
  const auto found = std::ranges::find(law_->entity_infos, name, &EntityInfo::name);
  if (found == law_->entity_infos.end()) return std::nullopt;
  return static_cast<int>(found - law_->entity_infos.begin());
}

std::optional<int> Program::link(std::string_view name) const {
  const auto found = std::ranges::find(law_->links, name, &LinkInfo::name);
  if (found == law_->links.end()) return std::nullopt;
  return static_cast<int>(found - law_->links.begin());
}

std::optional<int> Program::variable(int entity, std::string_view name) const {
  const auto found = law_->variable_index.find(std::pair(entity, std::string(name)));
  if (found == law_->variable_index.end()) return std::nullopt;
  return found->second;
}

std::optional<int> Program::programme(std::string_view code) const {
  const auto found = std::ranges::find(law_->programme_infos, code, &ProgrammeInfo::code);
  if (found == law_->programme_infos.end()) return std::nullopt;
  return static_cast<int>(found - law_->programme_infos.begin());
}

std::optional<std::int64_t> Program::code(int enumeration, std::string_view word) const {
  const detail::Enumeration& list = law_->enums[static_cast<std::size_t>(enumeration)];
  const auto found = list.codes.find(word);
  if (found != list.codes.end()) return found->second;
  if (list.open) return kOtherCode;
  return std::nullopt;
}

std::string Program::word(int enumeration, std::int64_t code) const {
  const detail::Enumeration& list = law_->enums[static_cast<std::size_t>(enumeration)];
  if (code < 0 || code >= static_cast<std::int64_t>(list.words.size())) return {};
  return list.words[static_cast<std::size_t>(code)];
}

std::string Program::missing_names(int programme, std::uint64_t missing) const {
  const ProgrammeInfo& info = law_->programme_infos[static_cast<std::size_t>(programme)];
  std::string names;
  for (std::size_t bit = 0; bit < std::min<std::size_t>(info.facts.size(), 64); ++bit) {
    if ((missing >> bit & 1U) == 0) continue;
    if (!names.empty()) names += ',';
    names += law_->variables[static_cast<std::size_t>(info.facts[bit])].info.name;
  }
  return names;
}

std::string Program::policy_version() const { return law_->policy_version; }
std::string Program::parameter_version() const { return law_->parameter_version; }

Result<Program> load_program(const PackText& pack, std::span<const std::string> scenario) {
  detail::Parsed parsed = detail::parse_pack(pack);
  if (!parsed.mistakes.empty()) return fail(std::move(parsed.mistakes.front()));
  detail::Checked checked = detail::check(parsed.syntax, pack, scenario);
  if (!checked.mistakes.empty()) return fail(std::move(checked.mistakes.front()));
  return Program(std::make_shared<const detail::Law>(std::move(checked.law)));
}

std::vector<Error> check_pack(const PackText& pack) {
  detail::Parsed parsed = detail::parse_pack(pack);
  detail::Checked checked = detail::check(parsed.syntax, pack, {});
  std::vector<Error> mistakes = std::move(parsed.mistakes);
  for (Error& error : checked.mistakes) mistakes.push_back(std::move(error));
  if (mistakes.size() > detail::kMostMistakes) mistakes.resize(detail::kMostMistakes);
  return mistakes;
}

}  // namespace songtan::policy
