#include "policy/detail/mutation.h"

#include <functional>

namespace songtan::policy::detail {
namespace {

bool compares(const Law& law, const Node& node) {
  if (node.op == Op::one_of) return node.args.size() > 2;
  if (node.op != Op::less && node.op != Op::less_equal && node.op != Op::equal) return false;
  const ValueKind kind = law.node(node.args[0]).type.kind;
  return kind == ValueKind::number || kind == ValueKind::date;
}

// Comparisons inside a condition, not those of the rules that it names.
void comparisons_in(const Law& law, int id, std::vector<int>& found) {
  if (id == kNoNode) return;
  const Node& node = law.node(id);
  if (compares(law, node)) found.push_back(id);
  for (const int arg : node.args) comparisons_in(law, arg, found);
}

// A fen, one person or year, one percent, one day.
Wide one_unit(const Type& type) {
  if (type.kind == ValueKind::date) return 1;
  return power_of_ten(type.unit.money || type.unit.base.empty() ? std::max(type.scale - 2, 0) : type.scale);
}

// Everything under `root` that reads `from` reads `to`.
void replace(Law& law, int root, int from, int to) {
  if (root == kNoNode || root == to) return;
  for (std::size_t i = 0; i < law.nodes[static_cast<std::size_t>(root)].args.size(); ++i) {
    int& arg = law.nodes[static_cast<std::size_t>(root)].args[i];
    if (arg == from) {
      arg = to;
    } else {
      replace(law, arg, from, to);
    }
  }
}

int add(Law& law, Node node) {
  law.nodes.push_back(std::move(node));
  return static_cast<int>(law.nodes.size()) - 1;
}

int negated(Law& law, int site) {
  Node made = law.node(site);
  made.op = Op::negation;
  made.args = {site};
  return add(law, std::move(made));
}

int with_bound(Law& law, int site, bool up) {
  Node made = law.node(site);
  const int bound = made.args[1];
  Node unit = law.node(bound);
  unit.op = Op::constant;
  unit.entity = -1;
  unit.args.clear();
  unit.value = one_unit(law.node(bound).type) * (up ? 1 : -1);
  Node sum = law.node(bound);
  sum.op = Op::add;
  sum.args = {bound, add(law, std::move(unit))};
  made.args[1] = add(law, std::move(sum));
  return add(law, std::move(made));
}

int without_last_word(Law& law, int site) {
  Node made = law.node(site);
  made.args.pop_back();
  return add(law, std::move(made));
}

}  // namespace

std::vector<Change> changes_of(const Law& law, bool bounds) {
  std::vector<Change> found;
  for (std::size_t v = 0; v < law.variables.size(); ++v) {
    const auto& versions = law.variables[v].versions;
    for (std::size_t n = 0; n < versions.size(); ++n) {
      for (std::size_t c = 0; c < versions[n].conditions.size(); ++c) {
        const int whole = versions[n].conditions[c].node;
        Change change{Mutant::Kind::negated, static_cast<int>(v), static_cast<int>(n), static_cast<int>(c), whole};
        found.push_back(change);
        std::vector<int> sites;
        if (bounds) comparisons_in(law, whole, sites);
        for (const int site : sites) {
          change.site = site;
          if (law.node(site).op == Op::one_of) {
            change.kind = Mutant::Kind::word_left_out;
            found.push_back(change);
            continue;
          }
          for (const Mutant::Kind kind : {Mutant::Kind::bound_up, Mutant::Kind::bound_down}) {
            change.kind = kind;
            found.push_back(change);
          }
        }
      }
    }
  }
  return found;
}

Law changed(const Law& law, const Change& change) {
  Law out = law;
  Version& version =
      out.variables[static_cast<std::size_t>(change.variable)].versions[static_cast<std::size_t>(change.version)];
  LawCondition& condition = version.conditions[static_cast<std::size_t>(change.condition)];
  const int fresh = change.kind == Mutant::Kind::negated ? negated(out, change.site)
                    : change.kind == Mutant::Kind::word_left_out
                        ? without_last_word(out, change.site)
                        : with_bound(out, change.site, change.kind == Mutant::Kind::bound_up);
  if (version.node == change.site) {
    version.node = fresh;
  } else {
    replace(out, version.node, change.site, fresh);
  }
  if (condition.node == change.site) condition.node = fresh;
  return out;
}

}  // namespace songtan::policy::detail
