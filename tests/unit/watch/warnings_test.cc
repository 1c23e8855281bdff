#include "small_night.h"

using namespace songtan;
using watch::SmallNight;

namespace {

SmallNight& with_warnings(SmallNight& night) {
  night.programmes.push_back({.code = "A01",
                              .conditions = {},
                              .warning_class = "find_missed",
                              .severity = 4,
                              .words = {"大额自付", "large bills"}});
  night.programmes.push_back({.code = "A02",
                              .conditions = {},
                              .warning_class = "find_missed",
                              .severity = 5,
                              .words = {"新确诊重病", "newly ill"}});
  night.programmes.push_back({.code = "C05",
                              .per_family = true,
                              .conditions = {},
                              .warning_class = "should_change",
                              .severity = 9,
                              .words = {"收入过线", "income"}});
  night.programmes.push_back({.code = "C13",
                              .per_family = true,
                              .conditions = {},
                              .warning_class = "should_change",
                              .severity = 2,
                              .words = {"复核逾期", "overdue"}});
  return night;
}

}  // namespace

TEST_CASE("the gravest certain warning of a family is its finding, the others stand in the reasons") {
  SmallNight night;
  with_warnings(night).family(10, 2);
  night.decision("A01", 10, 10, "yes", "yes", 0);
  night.decision("A02", 11, 10, "yes", "yes", 0);
  night.decision("C05", 10, 10, "to_verify", "yes", 0, "零散收入");
  night.watch();
  CHECK(night.found("class || ' ' || programme || ' ' || subject || ' ' || cause || ' ' || certainty || ' ' || "
                    "disposition") == "early_warning A02 11 find_missed certain refer");
  CHECK(night.found("reasons LIKE '%大额自付%' AND reasons LIKE '%large bills%' AND reasons LIKE '%warning.A01%'") ==
        "true");
}

TEST_CASE("a warning that may be is listed when it is so under the presumptions, and names what to collect") {
  SmallNight night;
  with_warnings(night).family(10, 1);
  night.family(20, 1);
  night.decision("C05", 10, 10, "to_verify", "yes", 0, "零散收入");
  night.decision("C05", 20, 20, "to_verify", "to_verify", 0, "零散收入");
  night.watch();
  CHECK(night.found("subject || ' ' || certainty || ' ' || collect") == "10 probable 零散收入");
}

TEST_CASE("many warnings in one family are a complex case") {
  SmallNight night;
  with_warnings(night).family(10, 1);
  for (const char* code : {"A01", "A02", "C05", "C13"}) night.decision(code, 10, 10, "yes", "yes", 0);
  night.watch();
  CHECK(night.found("class || ' ' || programme || ' ' || disposition") == "complex C05 deliberate");
}

TEST_CASE("a family with a certain finding is visited anyway and gets no warning") {
  SmallNight night;
  with_warnings(night).family(10, 1);
  night.decision("DB", 10, 10, "yes", "yes", 30'000);
  night.decision("A01", 10, 10, "yes", "yes", 0);
  night.watch();
  CHECK(night.found("class") == "entitled_not_receiving");
}

TEST_CASE("a warning takes the place of a mere list of what is open") {
  SmallNight night;
  with_warnings(night).family(10, 1);
  night.decision("DB", 10, 10, "to_verify", "to_verify", 0, "金融资产");
  night.event(10, "hotline", "2026-09-01");
  night.decision("A01", 10, 10, "yes", "yes", 0);
  night.watch();
  CHECK(night.found("class") == "early_warning");
}

TEST_CASE("a warning is never compared with a roster and stays the same finding the next night") {
  SmallNight night;
  with_warnings(night).family(10, 1);
  night.enrolled("A01", 10, 100);
  night.decision("A01", 10, 10, "yes", "yes", 0);
  night.watch();
  CHECK(night.found("class || ' ' || state") == "early_warning new");
  night.watch();
  CHECK(night.found("class || ' ' || state") == "early_warning same");
  night.forget("decisions", "programme = 'A01'");
  night.watch();
  CHECK(night.found("class || ' ' || state") == "early_warning withdrawn");
}

TEST_CASE("a programme that no roster lists is decided and makes no finding") {
  SmallNight night;
  night.programmes.push_back({.code = "XF", .conditions = {}});
  night.family(10, 1);
  night.decision("XF", 10, 10, "yes", "yes", 40'000);
  night.watch();
  CHECK(night.found("class") == "");
}
