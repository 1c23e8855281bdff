#include "policy/detail/reach.h"

namespace songtan::policy::detail {
namespace {

void gather(const Law& law, int id, Uses& uses) {
  if (id == kNoNode) return;
  const Node& node = law.node(id);
  if (node.op == Op::variable) uses.variables.insert(node.index);
  if (node.op == Op::parameter) uses.parameters.insert(node.index);
  if (node.op == Op::marginal || node.op == Op::flat_rate || node.op == Op::bracket) uses.scales.insert(node.index);
  for (const int arg : node.args) gather(law, arg, uses);
}

}  // namespace

Uses uses_of(const Law& law, int variable) {
  Uses uses;
  const Variable& found = law.variable(variable);
  for (const Version& version : found.versions) gather(law, version.node, uses);
  gather(law, found.default_node, uses);
  gather(law, found.presumption, uses);
  return uses;
}

std::vector<int> reached_from(const Law& law, const std::vector<int>& variables) {
  std::vector<int> order;
  std::set<int> seen;
  for (const int v : variables) {
    if (v >= 0 && seen.insert(v).second) order.push_back(v);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const int v : uses_of(law, order[i]).variables) {
      if (seen.insert(v).second) order.push_back(v);
    }
  }
  return order;
}

}  // namespace songtan::policy::detail
