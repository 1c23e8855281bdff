#include "synth/extracts.h"

#include "province.h"

using namespace songtan;
using synth::test::Province;

TEST_CASE("a province is delivered with its truth beside it") {
  Province province("whole", 2500, "realistic");
  province.make();
  CHECK(province.plan().registers.size() == 27);
  std::int64_t rows = 0;
  for (const auto& file : province.files()) rows += file.rows;
  CHECK(rows > 10'000);
}
