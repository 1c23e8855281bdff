#include "policy/detail/ask.h"

namespace songtan::policy::detail {

std::vector<Answer> answer_in_blocks(const Law& law, const Inputs& inputs, const std::vector<Ask>& asks,
                                     const Options& options) {
  return answer_simply(law, inputs, asks, options);
}

}  // namespace songtan::policy::detail
