#include <set>
#include <tuple>

#include "policy/detail/ask.h"
#include "policy/detail/simple.h"

namespace songtan::policy::detail {
namespace {

/// Walks the law without data and notes which inputs are read at which periods.
class NeedWalker {
 public:
  NeedWalker(const Law& law, const Options& options)
      : law_(law), options_(options), evaluator_(law, nobody_, options) {}

  void node(int id, PeriodKey period, bool lagged) {
    if (id == kNoNode || !seen_nodes_.emplace(id, period, lagged).second) return;
    const Node& node = law_.node(id);
    switch (node.op) {
      case Op::variable: return variable(node.index, period, lagged);
      case Op::past: {
        const Value length = evaluator_.node(node.args[1], 0, {0, period, false, false});
        for (int back = 1; length.exact() && back <= length.low; ++back)
          this->node(node.args[0], period.plus(-back), true);
        return;
      }
      case Op::inside:
        for (const PeriodKey& part : periods_inside(node, period)) this->node(node.args[0], part, lagged);
        return;
      default: break;
    }
    const PeriodKey inner = evaluator_.moved(node, period);
    for (const int arg : node.args) this->node(arg, inner, lagged || node.op == Op::shift);
  }

  void variable(int index, PeriodKey period, bool lagged) {
    const Variable& variable = law_.variable(index);
    if (variable.info.period == TimeUnit::eternity) period = PeriodKey::eternity();
    if (variable.info.input || (variable.recurrent && lagged)) {
      needs_.insert({index, period});
      node(variable.presumption, period, false);
      return;
    }
    if (const Version* version = version_on(variable, period.first())) node(version->node, period, lagged);
  }

  std::vector<Need> take() const { return {needs_.begin(), needs_.end()}; }

 private:
  const Law& law_;
  const Options& options_;
  Inputs nobody_;
  SimpleEvaluator evaluator_;
  std::set<std::tuple<int, PeriodKey, bool>> seen_nodes_;
  std::set<Need> needs_;
};

}  // namespace

std::vector<Need> needs_of(const Law& law, const std::vector<Ask>& asks, const Options& options) {
  NeedWalker walker(law, options);
  for (const Ask& ask : asks) {
    if (ask.variable >= 0) {
      walker.variable(ask.variable, ask.period, false);
    } else {
      walker.node(ask.node, ask.period, false);
    }
  }
  return walker.take();
}

}  // namespace songtan::policy::detail
