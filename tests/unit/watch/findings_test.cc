#include "watch/findings.h"

#include "small_night.h"

using namespace songtan;
using watch::SmallNight;

TEST_CASE("decision against roster gives the class and the certainty") {
  struct Row {
    const char* status;
    const char* probable;
    int received_yuan;  // -1: on no roster
    bool warned;
    const char* expected;
  };
  const Row rows[] = {
      {"yes", "yes", -1, false, "entitled_not_receiving certain"},
      {"to_verify", "yes", -1, false, "entitled_not_receiving probable"},
      {"to_verify", "to_verify", -1, false, ""},
      {"to_verify", "to_verify", -1, true, "to_verify probable"},
      {"to_verify", "no", -1, true, "to_verify probable"},
      {"no", "no", -1, true, ""},
      {"no", "no", 300, false, "receiving_not_entitled certain"},
      {"to_verify", "no", 300, false, ""},  // investigated; a presumption alone does not refute it
      {"to_verify", "to_verify", 300, false, "to_verify probable"},
      {"yes", "yes", 300, true, ""},
      {"to_verify", "yes", 300, false, ""},
      {"yes", "yes", 200, false, "amount_differs certain"},
      {"to_verify", "yes", 200, false,
       ""},  // the roster's amount was investigated; a presumption alone does not refute it
  };
  for (const Row& row : rows) {
    CAPTURE(row.status);
    CAPTURE(row.probable);
    CAPTURE(row.received_yuan);
    SmallNight night;
    night.family(10, 2);
    night.decision("DB", 10, 10, row.status, row.probable, 30'000);
    if (row.received_yuan >= 0) night.enrolled("DB", 11, row.received_yuan, "g1");
    if (row.warned) night.event(11, "job_end", "2026-03-01");
    night.watch();
    CHECK(night.found("class || ' ' || certainty") == row.expected);
  }
}

TEST_CASE("a warning older than its months opens nothing") {
  SmallNight night;
  night.family(10, 1);
  night.decision("DB", 10, 10, "to_verify", "to_verify", 0, "金融资产");
  night.event(10, "hotline", "2025-09-30");
  night.watch();
  CHECK(night.found("class") == "");
  night.event(10, "hotline", "2025-10-01");
  night.watch();
  CHECK(night.found("class || ' ' || collect") == "to_verify 金融资产");
}

TEST_CASE("a death concerns the family that is left") {
  SmallNight night;
  night.family(10, 2);
  night.record_of(12);
  night.rows("kin", "person_id, relation, other_person_id", "(12, 'spouse', 10)");
  night.decision("DB", 10, 10, "to_verify", "to_verify", 0);
  night.event(12, "death", "2026-05-05");
  night.watch();
  CHECK(night.found("class || ' ' || family_id") == "to_verify 10");
}

TEST_CASE("the whole group's amount is counted once, and a roster of a person by person") {
  SmallNight night;
  night.family(10, 3);
  night.decision("DB", 10, 10, "yes", "yes", 90'000);
  for (const int person : {10, 11, 12}) night.enrolled("DB", person, 900, "g1");
  night.decision("GL", 11, 10, "yes", "yes", 10'000);
  night.enrolled("GL", 11, 100);
  night.watch();
  CHECK(night.found("class") == "");
}

TEST_CASE("an entry belongs to the family in which most of its people live") {
  SmallNight night;
  night.family(10, 1);
  night.family(20, 2);
  night.decision("DB", 10, 10, "yes", "yes", 30'000);
  night.decision("DB", 20, 20, "yes", "yes", 30'000);
  for (const int person : {10, 20, 21}) night.enrolled("DB", person, 300, "g1");
  night.watch();
  CHECK(night.found("class || ' ' || subject || ' ' || cause || ';'") ==
        "entitled_not_receiving 10 not_applied; to_verify 20 outsider;");
}

TEST_CASE("causes come from the pack, the first that holds") {
  SmallNight night;
  night.family(10, 1);
  night.record_of(30);
  night.decision("GL", 10, 10, "no", "no", 0, "", 0b11);  // no labelled condition tells why
  night.decision("GL", 30, 30, "no", "no", 0);
  night.enrolled("GL", 10, 100);
  night.enrolled("GL", 30, 100);
  night.fact(30, "已死亡", 1, "2026-04-10");
  night.fact(30, "服刑中", 1, "2026-02-10");
  night.watch();
  CHECK(night.found("cause", "subject = 30") == "death");
  CHECK(night.found("since || ' ' || months || ' ' || amount", "subject = 30") == "2026-04-10 5 10000");
  CHECK(night.found("cause", "subject = 10") == "condition");
}

TEST_CASE("an entry whose people have all died is still a finding") {
  SmallNight night;
  night.family(10, 1);
  night.record_of(30);
  night.decision("DB", 10, 10, "no", "no", 0);
  night.enrolled("DB", 30, 400, "g9");
  night.fact(30, "已死亡", 1, "2026-08-01");
  night.watch();
  CHECK(night.found("class || ' ' || subject || ' ' || cause || ' ' || amount") ==
        "receiving_not_entitled 30 death 40000");
}

TEST_CASE("two entries of one benefit are found as a duplicate") {
  SmallNight night;
  night.family(10, 1);
  night.record_of(11);
  night.rows("person_records", "record_id, person_id", "(500, 10)");
  night.decision("GL", 10, 10, "yes", "yes", 10'000);
  night.enrolled("GL", 10, 100, "a");
  night.enrolled("GL", 500, 100, "b");
  night.watch();
  CHECK(night.found("class || ' ' || cause || ' ' || amount || ' ' || disposition") ==
        "amount_differs duplicate 10000 review");
}

TEST_CASE("one who has applied is told apart from one who never did") {
  SmallNight night;
  night.family(10, 1);
  night.family(20, 1);
  night.decision("DB", 10, 10, "yes", "yes", 30'000);
  night.decision("DB", 20, 20, "yes", "yes", 30'000);
  night.rows("enrolment", "record_id, source, programme, state, valid_from",
             "(10, 'applications', 'DB', 'applied', DATE '2026-09-01')");
  night.watch();
  CHECK(night.found("cause", "subject = 10") == "applied");
  CHECK(night.found("cause", "subject = 20") == "not_applied");
}

TEST_CASE("a roster entry that has ended or has not begun is no receipt") {
  SmallNight night;
  night.family(10, 1);
  night.decision("DB", 10, 10, "yes", "yes", 30'000);
  night.rows("enrolment", "record_id, source, programme, state, amount, valid_from, valid_to",
             "(10, 'roster', 'DB', 'enrolled', 3000000, DATE '2025-01-01', DATE '2026-09-30'), "
             "(10, 'roster', 'DB', 'enrolled', 3000000, DATE '2026-10-01', NULL)");
  night.watch();
  CHECK(night.found("class") == "entitled_not_receiving");
}

TEST_CASE("a programme that nobody decides is left alone") {
  SmallNight night;
  night.family(10, 1);
  night.decision("DB", 10, 10, "no", "no", 0);
  night.enrolled("ZZ", 10, 100);
  night.watch();
  CHECK(night.found("class") == "");
}

TEST_CASE("what somebody dealt with rests until the day they named, unless the family was warned of since") {
  SmallNight night;
  for (const int id : {10, 20, 30, 40}) {
    night.family(id, 1);
    night.decision("DB", id, id, "yes", "yes", 30'000);
  }
  night.watch();
  const std::string told = "class, programme, subject, outcome, decided_on, until";
  night.rows("outcomes", told,
             "('entitled_not_receiving', 'DB', 10, 'not_in_need', DATE '2026-09-01', DATE '2026-12-31')");
  night.rows("outcomes", told,
             "('entitled_not_receiving', NULL, 20, 'declined', DATE '2026-09-01', DATE '2026-12-31')");
  night.rows("outcomes", told,
             "('entitled_not_receiving', 'DB', 30, 'not_in_need', DATE '2026-01-01', DATE '2026-09-30')");
  night.rows("outcomes", told,
             "('entitled_not_receiving', 'DB', 40, 'not_in_need', DATE '2026-09-01', DATE '2026-12-31')");
  night.event(40, "death", "2026-09-10");
  night.watch();
  const std::string after = night.found("subject || ' ' || state || ' ' || coalesce(state_reason, '-') || ';'");
  CHECK(after.find("10 withdrawn outcome;") != std::string::npos);
  CHECK(after.find("20 withdrawn outcome;") != std::string::npos);
  CHECK(after.find("30 same -;") != std::string::npos);
  CHECK(after.find("40 withdrawn") == std::string::npos);
  night.watch();
  CHECK(night.found("subject", "subject IN (10, 20)") == "");
}

TEST_CASE("grants and payments of the day count before the rosters know of them") {
  SmallNight night;
  for (const int id : {10, 20, 30, 40, 50}) {
    night.family(id, 2);
    night.decision("DB", id, id, "yes", "yes", 30'000);
  }
  for (const int id : {30, 50}) night.enrolled("DB", id, 300, "g" + std::to_string(id));
  const std::string told = "programme, subject, state, amount, valid_from, valid_to, decided_on";
  night.rows("grants", told, "('DB', 10, 'granted', 30000, DATE '2026-09-01', NULL, DATE '2026-09-05')");
  night.rows("grants", told, "('DB', 20, 'granted', 20000, DATE '2026-09-01', NULL, DATE '2026-09-05')");
  night.rows("grants", told, "('DB', 30, 'ended', NULL, NULL, DATE '2026-09-01', DATE '2026-08-20')");
  night.rows("payments", "programme, subject, month, amount, paid_on",
             "('DB', 40, DATE '2026-09-01', 30000, DATE '2026-09-10')");
  night.rows("grants", told,
             "('DB', 50, 'granted', 30000, DATE '2026-01-01', NULL, DATE '2026-01-05')");  // the roster knows
  night.watch();
  CHECK(
      night.found("subject || ' ' || class || ' ' || amount || ';'", "state <> 'withdrawn' AND class <> 'to_verify'") ==
      "30 entitled_not_receiving 30000; 20 amount_differs 10000;");
}

TEST_CASE("findings follow persons that were merged and families under another reference person") {
  SmallNight night;
  for (const int id : {10, 20, 30, 40}) {
    night.family(id, 1);
    night.decision("DB", id, id, "yes", "yes", 30'000);
  }
  night.watch();
  // 10 turned out to be 15; 20 lives in the family of 25 now; 40 is nobody any more.
  night.forget("decisions", "subject IN (10, 20, 40)");
  night.forget("family_members", "person_id IN (10, 20, 40)");
  night.forget("person_records", "person_id IN (10, 40)");
  night.family(15, 1);
  night.decision("DB", 15, 15, "yes", "yes", 30'000);
  night.rows("family_members", "family_id, person_id", "(25, 25), (25, 20)");
  night.record_of(25);
  night.decision("DB", 25, 25, "yes", "yes", 30'000);
  night.merged(15, 10);
  night.watch();
  CHECK(night.found("subject || ' ' || state || ' ' || coalesce(state_reason, '-') || ';'") ==
        "15 changed subject; 25 changed subject; 30 same -; 40 withdrawn subject_gone;");
}

TEST_CASE("every night says what became of each finding") {
  SmallNight night;
  for (const int id : {10, 20, 30, 40}) {
    night.family(id, 1);
    night.decision("DB", id, id, "yes", "yes", 30'000);
  }
  CHECK(night.watch().findings == 4);
  CHECK(night.found("state") == "new new new new");

  night.enrolled("DB", 10, 300, "g1");                                   // the help has arrived
  night.forget("decisions", "subject IN (20, 30)");                      // 20: circumstances changed
  night.decision("DB", 30, 30, "to_verify", "yes", 30'000, "金融资产");  // 30: less certain now
  const watch::WatchReport second = night.watch();
  CHECK(second.findings == 2);
  CHECK(second.withdrawn == 2);
  CHECK(night.found("subject || ' ' || state || ' ' || coalesce(state_reason, '-') || ';'") ==
        "40 same -; 30 changed certainty,collect; 10 withdrawn enrolled; 20 withdrawn not_entitled;");

  night.watch();
  CHECK(night.found("subject || ' ' || state || ';'") == "40 same; 30 same;");
}

TEST_CASE("a condition of the policy that fails tells its cause") {
  SmallNight night;
  night.family(10, 1);
  night.family(20, 1);
  night.decision("DB", 10, 10, "no", "no", 0, "", 0b10);  // bit 0 tells income, bit 1 asset
  night.decision("DB", 20, 20, "no", "no", 0, "", 0b01);
  night.enrolled("DB", 10, 300, "g1");
  night.enrolled("DB", 20, 300, "g2");
  night.fact(10, "工资", 30'000'000, "2026-02-01");
  night.watch();
  CHECK(night.found("cause || ' ' || since", "subject = 10") == "income 2026-02-01");
  CHECK(night.found("cause", "subject = 20") == "asset");
}

TEST_CASE("a probable difference is listed when it has a cause of its own") {
  SmallNight night;
  night.family(10, 1);
  night.record_of(11);
  night.decision("DB", 10, 10, "to_verify", "yes", 30'000, "零散收入");
  night.enrolled("DB", 10, 500, "g1");
  night.enrolled("DB", 11, 500, "g1");
  night.watch();
  CHECK(night.found("class") == "");
  night.fact(11, "已死亡", 1, "2026-03-02");
  night.watch();
  CHECK(night.found("class || ' ' || certainty || ' ' || cause || ' ' || since") ==
        "amount_differs probable death 2026-03-02");
}

TEST_CASE("a family that seems entitled has no second row for the same visit") {
  SmallNight night;
  night.family(10, 1);
  night.decision("DB", 10, 10, "to_verify", "yes", 30'000, "零散收入");
  night.decision("GL", 10, 10, "to_verify", "to_verify", 0, "出生");
  night.event(10, "hotline", "2026-09-01");
  night.watch();
  CHECK(night.found("class") == "entitled_not_receiving");
}

TEST_CASE("a whole-family entry without a member is verified, unless the member is provided for elsewhere") {
  SmallNight night;
  night.family(10, 2);
  night.family(20, 2);
  night.family(30, 2);
  for (const int id : {10, 20, 30}) {
    night.decision("DB", id, id, "yes", "yes", 30'000);
    night.rows("enrolment", "record_id, source, programme, state, group_key, amount, detail, valid_from",
               fmt::format("({0}, 'roster', 'DB', 'enrolled', 'g{0}', 3000000, '{1}', DATE '2026-01-01')", id,
                           id == 30 ? "single_person" : "whole_family"));
  }
  night.fact(21, "特困", 1, "2025-01-01");
  night.watch();
  CHECK(night.found("class || ' ' || subject || ' ' || cause") == "to_verify 10 member_missing");
}

TEST_CASE("an account that is paid for three families is verified") {
  SmallNight night;
  for (const int id : {10, 20, 30, 40}) {
    night.family(id, 2);
    night.decision("GL", id, id, "yes", "yes", 2'500);
    night.decision("GL", id + 1, id, "yes", "yes", 2'500);
    for (const int person : {id, id + 1}) {
      night.rows("enrolment", "record_id, source, programme, state, amount, valid_from",
                 fmt::format("({}, 'roster', 'GL', 'enrolled', 250000, DATE '2026-01-01')", person));
      night.rows("payment", "record_id, programme, month, amount, account_digest",
                 fmt::format("({}, 'GL', DATE '2026-09-01', 250000, '{}')", person, id == 40 ? "own" : "shared"));
    }
  }
  night.rows("payment", "record_id, programme, month, amount, account_digest",
             "(40, 'GL', DATE '2026-01-01', 250000, 'shared')");
  night.watch();
  CHECK(night.found("subject", "cause = 'shared_account'") == "10 11 20 21 30 31");
  CHECK(night.found("subject", "family_id = 40") == "");  // the old month no longer counts
}

TEST_CASE("a night that is asked to stop writes nothing") {
  struct Stop final : Progress {
    void report(std::string_view, std::int64_t, std::int64_t) override {}
    bool interrupted() const override { return true; }
  };
  SmallNight night;
  night.family(10, 1);
  Stop stop;
  const auto stopped = night.try_watch(stop);
  REQUIRE(!stopped);
  CHECK(stopped.error().outcome == Outcome::interrupted);
  CHECK(night.files_written() == 0);
}
