// One family in a file, decided and explained without data. In: a pack, a file of facts written like the body of a 测试.
// Out: an explanation for every programme and subject.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/trace.h"

namespace songtan::policy {

struct NamedExplanation {
  std::string subject;  ///< the name in the file: a person's, or a group's; the entity where it has none
  Explanation told;
};

/// `facts`: 时间, 决定日, 参数, 给定, 其余 缺省 and a table of persons; without 其余 缺省 what is not given is 待核.
/// `programme`: a code, or empty for all. Errors: bad_data with file, line and column of `facts`; usage for a code that the
/// pack does not have.
Result<std::vector<NamedExplanation>> explain_facts(const PackText& pack, const PackFile& facts,
                                                    std::string_view programme);

}  // namespace songtan::policy
