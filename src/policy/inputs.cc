#include "policy/inputs.h"

#include <algorithm>

#include <fmt/format.h>

#include "policy/detail/ask.h"

namespace songtan::policy {
namespace {

constexpr std::int64_t kMostRows = std::int64_t{1} << 31;
constexpr std::int64_t kMostMembers = 2'000'000;

std::unexpected<Error> refuse(std::string zh, std::string en) {
  return fail(Outcome::bad_data, "policy.inputs", {std::move(zh), std::move(en)},
              {"改正输入的列", "correct the input columns"});
}

Result<void> validate_group(const Membership& group, std::int64_t persons, const std::string& name) {
  if (group.offsets.empty() || group.offsets.front() != 0 || group.offsets.back() != persons ||
      !std::ranges::is_sorted(group.offsets)) {
    return refuse(fmt::format("{}的偏移要从 0 升到人数", name),
                  fmt::format("the offsets of {} must rise from 0 to the number of persons", name));
  }
  if (!group.roles.empty() && std::ssize(group.roles) != persons)
    return refuse(fmt::format("{}的角色数不等于人数", name),
                  fmt::format("{} has another number of roles than persons", name));
  for (std::size_t g = 0; g + 1 < group.offsets.size(); ++g) {
    if (group.offsets[g + 1] - group.offsets[g] > kMostMembers)
      return refuse(fmt::format("{}有一个超过 {} 人", name, kMostMembers),
                    fmt::format("one {} has more than {} members", name, kMostMembers));
  }
  if (group.members.empty()) return {};
  if (std::ssize(group.members) != persons)
    return refuse(fmt::format("{}的成员数不等于人数", name),
                  fmt::format("{} has another number of members than persons", name));
  std::vector<bool> seen(static_cast<std::size_t>(persons), false);
  for (const std::int32_t member : group.members) {
    if (member < 0 || member >= persons || seen[static_cast<std::size_t>(member)])
      return refuse(fmt::format("{}的成员越界或重复", name),
                    fmt::format("a member of {} is out of range or repeated", name));
    seen[static_cast<std::size_t>(member)] = true;
  }
  return {};
}

Result<void> validate_links(const LinkLists& links, std::int64_t persons, const std::string& name) {
  if (links.offsets.empty()) return {};
  if (std::ssize(links.offsets) != persons + 1 || links.offsets.front() != 0 ||
      links.offsets.back() != std::ssize(links.targets) || !std::ranges::is_sorted(links.offsets)) {
    return refuse(fmt::format("联系“{}”的偏移不对", name),
                  fmt::format("the offsets of the link '{}' do not fit", name));
  }
  const bool inside =
      std::ranges::all_of(links.targets, [&](std::int32_t target) { return target >= 0 && target < persons; });
  if (!inside)
    return refuse(fmt::format("联系“{}”指到了人之外", name),
                  fmt::format("the link '{}' points outside the persons", name));
  return {};
}

}  // namespace

Result<void> validate(const Program& program, const Inputs& inputs) {
  const auto entities = program.entities();
  if (inputs.persons < 0 || inputs.persons >= kMostRows)
    return refuse("人数超出范围", "the number of persons is out of range");
  if (inputs.groups.size() + 1 != entities.size())
    return refuse("群体的种数与政策包不符", "another number of group kinds than the pack declares");
  for (std::size_t g = 0; g < inputs.groups.size(); ++g)
    TRY_VOID(validate_group(inputs.groups[g], inputs.persons, entities[g + 1].name));
  if (inputs.links.size() != program.links().size())
    return refuse("联系的种数与政策包不符", "another number of links than the pack declares");
  for (std::size_t l = 0; l < inputs.links.size(); ++l)
    TRY_VOID(validate_links(inputs.links[l], inputs.persons, program.links()[l].name));
  std::vector<Need> seen;
  for (const InputColumn& column : inputs.columns) {
    if (column.need.variable < 0 || column.need.variable >= std::ssize(program.variables()))
      return refuse("有一列不是包里的变量", "a column is no variable of the pack");
    const VariableInfo& info = program.variables()[static_cast<std::size_t>(column.need.variable)];
    const std::int64_t rows = detail::rows_of(inputs, info.entity);
    if (std::ssize(column.values) != rows || (!column.known.empty() && std::ssize(column.known) != rows)) {
      return refuse(fmt::format("列“{}”的长度不是 {}", info.name, rows),
                    fmt::format("the column '{}' does not have {} rows", info.name, rows));
    }
    seen.push_back(column.need);
  }
  std::ranges::sort(seen);
  if (std::ranges::adjacent_find(seen) != seen.end()) return refuse("有一列给了两次", "a column is given twice");
  return {};
}

}  // namespace songtan::policy
