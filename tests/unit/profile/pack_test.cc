#include <doctest/doctest.h>

#include "profile/profile.h"

using namespace songtan;

TEST_CASE("every SQL file of the Sichuan pack may run in the sandbox, and its catalogue of facts is whole") {
  const auto checked = profile::check_pack_sql(std::filesystem::path(SONGTAN_SOURCE_DIR) / "packs" / "sichuan",
                                               Day::from_civil(2026, 7, 31));
  if (!checked) MESSAGE(describe(checked.error(), "en"));
  CHECK(checked);
}
