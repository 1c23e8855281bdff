#include <doctest/doctest.h>

#include "night/source_coverage.h"

using namespace songtan;

namespace {

ingest::Contract contract(const std::string& id, std::vector<std::string> regions, ingest::Absence absence) {
  ingest::Contract made;
  made.id = id;
  made.regions = std::move(regions);
  made.absence = absence;
  made.rhythm_days = 40;
  made.priority = 7;
  return made;
}

Day day(int month, int number) { return Day::from_civil(2026, month, number); }

}  // namespace

TEST_CASE("a source that is not split covers what its contract says, since its newest delivery") {
  const auto coverage = night::coverage_of({contract("a.b", {"51", "500"}, ingest::Absence::none)},
                                           {{"a.b", "", day(8, 1)}, {"a.b", "", day(9, 1)}, {"x.y", "", day(9, 9)}});
  REQUIRE(coverage.size() == 2);
  CHECK(coverage[0].region == "51");
  CHECK(coverage[0].delivered == day(9, 1));
  CHECK(coverage[0].absence_is_none);
  CHECK(coverage[0].rhythm_days == 40);
  CHECK(coverage[0].priority == 7);
  CHECK(coverage[1].region == "500");
}

TEST_CASE("a source in parts covers the divisions that came, each since its own delivery") {
  const auto coverage = night::coverage_of({contract("a.b", {"51"}, ingest::Absence::none)},
                                           {{"a.b", "510100", day(9, 1)}, {"a.b", "510812", day(7, 1)}});
  REQUIRE(coverage.size() == 2);
  CHECK(coverage[0].region == "5101");
  CHECK(coverage[0].delivered == day(9, 1));
  CHECK(coverage[1].region == "510812");
  CHECK(coverage[1].delivered == day(7, 1));
}

TEST_CASE("a source that never came says nothing anywhere") {
  const auto coverage = night::coverage_of({contract("a.b", {}, ingest::Absence::unknown)}, {});
  REQUIRE(coverage.size() == 1);
  CHECK(coverage[0].region.empty());
  CHECK_FALSE(coverage[0].delivered);
  CHECK_FALSE(coverage[0].absence_is_none);
}

TEST_CASE("deliveries are read off file names, and a name out of form is our fault") {
  const std::vector<synth::ExtractFileCount> files = {{"a.b", "2026-09-01.full.510100.csv", 1, 1},
                                                      {"a.b", "2026-09-02.full.parquet", 1, 1}};
  const auto deliveries = night::deliveries_of(files);
  REQUIRE(deliveries);
  CHECK((*deliveries)[0].part == "510100");
  CHECK((*deliveries)[1].part.empty());
  CHECK((*deliveries)[1].day == day(9, 2));
  CHECK_FALSE(night::deliveries_of(std::vector<synth::ExtractFileCount>{{"a.b", "september.csv", 1, 1}}));
}
