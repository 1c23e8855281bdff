#include "synth/extracts.h"

#include <unicode/ucnv.h>

#include <fstream>
#include <map>

#include "base/hash.h"
#include "province.h"

using namespace songtan;
using synth::test::must;
using synth::test::Province;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> digests(const fs::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file())
      found[fs::relative(entry.path(), folder).string()] = must(sha256_of_file(entry.path()));
  }
  return found;
}

std::map<std::string, std::string> made_with(int threads) {
  Province province("threads" + std::to_string(threads), 700, "harsh", threads);
  province.make();
  return digests(province.folders().out);
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The text in another encoding, by ICU.
std::string converted(const std::string& bytes, const char* to, const char* from) {
  UErrorCode trouble = U_ZERO_ERROR;
  std::string text(bytes.size() * 4 + 16, '\0');
  const auto size = ucnv_convert(to, from, text.data(), static_cast<std::int32_t>(text.size()), bytes.data(),
                                 static_cast<std::int32_t>(bytes.size()), &trouble);
  REQUIRE(U_SUCCESS(trouble));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

fs::path file_of(const Province& province, std::string_view source) {
  for (const auto& file : province.files()) {
    if (file.source == source) return province.folders().out / "extracts" / file.source / file.file;
  }
  FAIL("no file of " << source);
  return {};
}

/// SQL of a UTF-8 CSV extract with every column as text and the delivered row numbers.
std::string csv(std::string_view source) {
  return fmt::format(
      "(SELECT row_number() OVER () AS \"row\", * FROM read_csv('{{extracts}}/{}/*.csv', all_varchar = true, header = "
      "true, delim = ',', quote = '\"'))",
      source);
}

}  // namespace

TEST_CASE("the same seed gives the same bytes at one, two and four threads") {
  const auto one = made_with(1);
  CHECK(one.size() > 30);
  CHECK(one == made_with(2));
  CHECK(one == made_with(4));
}

TEST_CASE("every delivered row is told by the truth, role by role") {
  Province province("truth", 1500, "realistic");
  province.make();
  CHECK(province.plan().registers.size() == 27);
  std::int64_t mentions = 0;
  for (const auto& file : province.files()) {
    mentions += file.mentions;
    CAPTURE(file.source);
    CHECK(file.mentions >= file.rows);
    if (!file.file.ends_with(".csv")) continue;
    const std::string text = bytes_of(province.folders().out / "extracts" / file.source / file.file);
    CHECK(std::count(text.begin(), text.end(), '\n') == file.rows + 1);
  }
  CHECK(province.count("SELECT count(*) FROM '{truth}/records.parquet'") == mentions);
  CHECK(province.count(
            "SELECT count(*) FROM (SELECT DISTINCT source, file, \"row\", role FROM '{truth}/records.parquet')") ==
        mentions);
  CHECK(province.count(
            "SELECT count(*) FROM '{truth}/records.parquet' ANTI JOIN '{truth}/persons.parquet' USING (person_id)") ==
        0);
}

TEST_CASE("without dirt every number is the right one and every file is delivered on the day") {
  Province province("clean", 1500, "none");
  province.make();
  for (const auto& file : province.files()) CHECK(file.file.starts_with("2026-08-31.full"));
  const std::string wrong =
      "SELECT count(*) FROM {} e JOIN '{{truth}}/records.parquet' t ON t.source = '{}' AND t.role = '{}' AND t.\"row\" "
      "= e.\"row\" "
      "JOIN '{{lawful}}/person.parquet' p USING (person_id) WHERE e.{} IS DISTINCT FROM p.number OR e.{} IS DISTINCT "
      "FROM p.name";
  const auto count_wrong = [&](std::string_view source, std::string_view role, std::string_view number,
                               std::string_view name) {
    return province.count(fmt::format(fmt::runtime(wrong), csv(source), source, role, number, name));
  };
  CHECK(count_wrong("mps.population", "self", "公民身份号码", "姓名") == 0);
  CHECK(count_wrong("mca.dibao", "head", "户主身份证号", "户主姓名") == 0);
  CHECK(count_wrong("hr.pensions", "self", "证件号码", "姓名") == 0);
  // Those who died without a number in the register can be told apart by name and place.
  CHECK(province.count("SELECT count(*) FROM '{lawful}/event/mca.cremations.parquet'") > 0);
}

TEST_CASE("the realistic profile leaves its share of errors in a register") {
  Province province("dirty", 4000, "realistic");
  province.make();
  const std::string joined =
      csv("mps.population") +
      " e JOIN '{truth}/records.parquet' t ON t.source = 'mps.population' AND t.\"row\" = e.\"row\" "
      "JOIN '{lawful}/person.parquet' p USING (person_id)";
  const auto ppm = [&](const std::string& condition) {
    return static_cast<double>(
        province.count("SELECT count(*) FILTER (" + condition + ") * 1000000 // count(*) FROM " + joined));
  };
  CHECK(ppm("e.公民身份号码 IS NULL") == doctest::Approx(42'000).epsilon(0.25));
  CHECK(ppm("e.公民身份号码 <> p.number") == doctest::Approx(20'500).epsilon(0.35));
  CHECK(ppm("e.户籍地址 IS NULL") == doctest::Approx(205'000).epsilon(0.15));
  CHECK(ppm("e.姓名 <> p.name") > 20'000);
}

TEST_CASE("GB18030 files hold the same text") {
  Province province("encoding", 700, "realistic");
  province.make();
  const std::string bytes = bytes_of(file_of(province, "cdpf.certificates"));
  const std::string text = converted(bytes, "UTF-8", "gb18030");
  CHECK(text.starts_with("残疾证号,姓名,身份证号,性别"));
  CHECK(text.find("\xEF\xBF\xBD") == std::string::npos);
  CHECK(converted(text, "gb18030", "UTF-8") == bytes);
}

TEST_CASE("nothing is known before it could be, and nobody is checked without consent") {
  Province province("lawful", 2500, "realistic");
  province.plant();
  province.deliver();
  CHECK(province.count(
            "SELECT count(*) FROM '{lawful}/event/*.parquet' WHERE valid_from > known_on OR valid_to > known_on") == 0);
  CHECK(province.count("SELECT count(*) FROM '{lawful}/income/*.parquet' WHERE kind IN ('casual', 'farm', 'transfer', "
                       "'property')") == 0);
  CHECK(province.count("SELECT count(*) FROM '{lawful}/asset/*.parquet' a JOIN '{lawful}/person_records/*.parquet' p "
                       "USING (record_id) "
                       "WHERE a.kind IN ('bank_balance', 'securities') AND person_id NOT IN (SELECT q.person_id FROM "
                       "'{planted}/consent.parquet' JOIN "
                       "'{planted}/person_records.parquet' q USING (record_id))") == 0);
  CHECK(province.count("SELECT count(*) - count(DISTINCT record_id) FROM '{lawful}/person_records/*.parquet'") == 0);
  const std::int64_t events = province.count("SELECT count(*) FROM '{lawful}/event/hr.employment.parquet'");
  const std::int64_t true_events = province.count(
      "SELECT count(*) FROM '{perfect}/event/*.parquet' WHERE kind IN ('job_start', 'job_end', 'job_registered_lost', "
      "'work_ability')");
  CHECK(events < true_events);  // the latest ones have not been reported
  CHECK(events * 100 > true_events * 80);
}

TEST_CASE("planted faults stand on the rosters, and each says whether its evidence was delivered") {
  Province province("faults", 6000, "realistic");
  province.make();
  const std::string of = "SELECT count(*) FROM '{planted}/fault.parquet' f ";
  const std::string on_roster = "(SELECT programme, subject FROM '{planted}/roster.parquet')";
  CHECK(province.count("SELECT count(DISTINCT class) FROM '{truth}/faults.parquet'") >= 18);
  CHECK(province.count(of + "SEMI JOIN " + on_roster +
                       " USING (programme, subject) WHERE class LIKE '%never_applied' OR class LIKE '%missed'") == 0);
  CHECK(province.count(of + "ANTI JOIN " + on_roster +
                       " USING (programme, subject) WHERE NOT (class LIKE '%never_applied' OR class LIKE '%missed')") ==
        0);
  CHECK(province.count(
            "SELECT count(*) FROM '{truth}/faults.parquet' WHERE NOT delivered AND undetectable_why IS NULL") == 0);
  CHECK(province.count("SELECT count(*) FROM '{truth}/faults.parquet' WHERE months < 0 OR since > DATE '2026-08-31'") ==
        0);
  // Somebody entitled is on the roster unless a fault says otherwise.
  CHECK(province.count("SELECT count(*) FROM '{truth}/entitlements.parquet' e ANTI JOIN '{truth}/faults.parquet' f "
                       "USING (programme, subject) "
                       "WHERE (status_true = 'yes') <> receiving") == 0);
  CHECK(province.count("SELECT count(*) FROM (SELECT group_key FROM '{planted}/roster.parquet' GROUP BY group_key "
                       "HAVING count(*) > 1)") == 0);
}

TEST_CASE("a register whose SQL forgets a column is refused by name") {
  Province province("refused", 300, "none");
  synth::ExtractPlan plan = province.plan();
  std::erase_if(plan.registers, [](const auto& form) { return form.source != "moj.custody"; });
  plan.registers.front().rows = "SELECT person_id AS _key, office AS _office, person_id AS _person FROM person";
  province.plant();
  must(synth::lawful_records(plan, province.folders(), {.threads = 1, .spill_folder = {}}));
  SilentProgress silent;
  const auto refused = synth::render_extracts(plan, province.folders(), {.threads = 1, .spill_folder = {}}, silent);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == "synth.columns");
  CHECK(refused.error().message.en.find("moj.custody") != std::string::npos);
}
