#include <unistd.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/mix.h"
#include "link/detail/column_profile.h"
#include "link/kernel/average_clusters.h"
#include "link/kernel/date_text.h"
#include "link/kernel/gram_key.h"
#include "link/kernel/pair_judge.h"
#include "link/verbs.h"
#include "table/session.h"

using namespace songtan;
using namespace songtan::link;
namespace fs = std::filesystem;

namespace {

std::string syllables(RandomStream& random, std::uint64_t count) {
  constexpr const char* kSyllables[] = {"ba", "de", "fi", "go", "hu", "ka", "le",
                                        "mi", "no", "pu", "ra", "se", "ti", "vo"};
  std::string word;
  for (std::uint64_t i = 0; i < count; ++i) word += kSyllables[random.below(14)];
  return word;
}

std::string slipped(std::string text, RandomStream& random) {
  if (text.size() < 3) return text;
  const std::size_t at = random.below(text.size() - 1);
  if (random.below(2) == 0)
    std::swap(text[at], text[at + 1]);
  else
    text[at] = static_cast<char>('a' + random.below(26));
  return text;
}

struct Person {
  std::string first, last, town;
  int year, month, day;
};

Person person(std::uint64_t number) {
  RandomStream random(5, number);
  return {syllables(random, 2),
          syllables(random, 3),
          "town" + syllables(random, 1),
          static_cast<int>(1930 + random.below(80)),
          static_cast<int>(1 + random.below(12)),
          static_cast<int>(1 + random.below(28))};
}

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("songtan_suggest_" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

// Persons 0…persons−1 in both files, under different names of columns and with dates in different orders.
void write_files(const fs::path& left, const fs::path& right, int persons) {
  std::ofstream a(left);
  std::ofstream b(right);
  a << "key,q1,q2,q3,q4\n";
  b << "key,zz,born,residence,alpha\n";
  for (int i = 0; i < persons; ++i) {
    const Person one = person(static_cast<std::uint64_t>(i));
    RandomStream random(6, static_cast<std::uint64_t>(i));
    a << i << ',' << one.first << ',' << one.last << ',' << one.year << '-' << one.month << '-' << one.day << ','
      << one.town << '\n';
    const std::string last = random.below(5) == 0 ? slipped(one.last, random) : one.last;
    b << i << ',' << last << ',' << one.day << '/' << one.month << '/' << one.year << ',' << one.town << ','
      << one.first << '\n';
  }
}

std::map<std::string, std::int64_t> persons_in(const fs::path& file) {
  auto session = table::Session::open({});
  REQUIRE(session);
  auto rows = session->query("SELECT source || '/' || record_id, person_id FROM read_parquet('" + file.string() + "')");
  REQUIRE(rows);
  std::map<std::string, std::int64_t> persons;
  while (*rows->next()) {
    for (std::int64_t row = 0; row < rows->chunk().size(); ++row)
      persons[std::string(rows->chunk().text(0, row))] = rows->chunk().bigints(1)[static_cast<std::size_t>(row)];
  }
  return persons;
}

std::map<std::string, std::int64_t> linked(const std::vector<fs::path>& files, const fs::path& model,
                                           const fs::path& out) {
  RunOptions run;
  run.files.in = files;
  run.files.id_column = "key";
  run.model = model;
  run.out = out;
  SilentProgress silent;
  const auto report = link_run(run, silent);
  REQUIRE(report);
  return persons_in(out);
}

}  // namespace

TEST_CASE("dates are read in every usual order and with names of months") {
  CHECK(iso_date("1970-01-05", DateOrder::year_month_day) == "1970-01-05");
  CHECK(iso_date("5/1/1970", DateOrder::day_month_year) == "1970-01-05");
  CHECK(iso_date("01/05/70", DateOrder::month_day_year) == "1970-01-05");
  CHECK(iso_date("5 Jan 1970", DateOrder::year_month_day) == "1970-01-05");
  CHECK(iso_date("January 5, 1970", DateOrder::day_month_year) == "1970-01-05");
  CHECK(iso_date("19700105", DateOrder::year_month_day) == "1970-01-05");
  CHECK(iso_date("1970年1月5日", DateOrder::day_month_year) == "1970-01-05");
  CHECK(iso_date("1970-01-05 12:30:00", DateOrder::day_month_year) == "1970-01-05");
  CHECK(iso_date("1970-31-05", DateOrder::year_month_day) == "1970-31-05");
  CHECK(iso_date("12 High Street", DateOrder::day_month_year).empty());
  CHECK(iso_date("7", DateOrder::day_month_year).empty());
  CHECK_FALSE(is_plausible(*date_parts("1970-31-05", DateOrder::year_month_day)));
}

TEST_CASE("texts that share most letter pairs mostly share a key") {
  int equal = 0;
  for (int seed = 0; seed < 200; ++seed) {
    equal += gram_key("catherine", static_cast<std::uint64_t>(seed)) ==
                     gram_key("catherne", static_cast<std::uint64_t>(seed))
                 ? 1
                 : 0;
  }
  CHECK(equal > 100);
  CHECK(equal < 200);
  CHECK(gram_key("", 1).empty());
}

TEST_CASE("the fast judge of ladders gives the slow one's levels") {
  RandomStream random(31);
  ValueBook values;
  std::vector<ValueCode> codes = {0};
  for (int i = 0; i < 200; ++i) {
    std::string text;
    const char* const kLetters[] = {"a", "b", "c", " ", "王", "伟", "é"};
    for (std::uint64_t n = random.below(10); n > 0; --n) text += kLetters[random.below(i % 3 == 0 ? 7 : 4)];
    codes.push_back(values.add(text));
  }
  values.finish();
  CompiledComparison ladder;
  const auto add = [&](Operator operation, std::uint16_t left, std::uint16_t right, double bound) {
    ladder.levels.push_back({{{{operation, left, right, bound, false}}}, false});
  };
  add(Operator::is_null, 0, 0, 0);
  add(Operator::exact, 0, 1, 0);
  add(Operator::jaro_winkler, 0, 0, 0.9);
  add(Operator::damerau_levenshtein, 1, 1, 1);
  add(Operator::tokens, 0, 0, 0.5);
  add(Operator::levenshtein, 0, 0, 2);
  add(Operator::jaro, 1, 0, 0.7);
  add(Operator::damerau_levenshtein, 0, 0, 3);
  ladder.levels.push_back({{}, true});
  const LevelJudge slow(values);
  PairJudge fast(values);
  for (int i = 0; i < 20'000; ++i) {
    const ValueCode left[] = {codes[random.below(codes.size())], codes[random.below(codes.size())]};
    const ValueCode right[] = {codes[random.below(codes.size())], codes[random.below(codes.size())]};
    REQUIRE(fast.level(ladder, left, right) == slow.level(ladder, left, right));
  }
}

TEST_CASE("one wrong edge between two tight sets does not join them") {
  std::vector<Edge> edges;
  for (std::uint32_t set = 0; set < 2; ++set) {
    for (std::uint32_t a = 0; a < 4; ++a) {
      for (std::uint32_t b = a + 1; b < 4; ++b) edges.push_back({set * 4 + a, set * 4 + b, 0, 6});
    }
  }
  edges.push_back({3, 4, 0, 5});
  const std::vector<std::uint64_t> keys = {8, 7, 6, 5, 4, 3, 2, 1};
  const std::vector<std::uint32_t> roots = average_clusters(keys, edges, {0, -4});
  CHECK(roots == std::vector<std::uint32_t>{0, 0, 0, 0, 4, 4, 4, 4});
}

TEST_CASE("two files without a common name of a column are linked from a suggestion") {
  const Folder folder;
  const fs::path left = folder / "one.csv";
  const fs::path right = folder / "two.csv";
  write_files(left, right, 600);
  SuggestOptions suggest;
  suggest.files.in = {left, right};
  suggest.files.id_column = "key";
  SilentProgress silent;
  auto model = link_suggest(suggest, silent);
  REQUIRE(model);
  CHECK(model->mode == PairMode::link);
  CHECK(model->one_to_one);
  for (const ModelComparison& comparison : model->comparisons) CHECK_FALSE(comparison.why.empty());
  for (const ModelBlockingRule& rule : model->blocking) {
    CHECK_FALSE(rule.why.empty());
    CHECK(rule.expected_pairs.value_or(-1) >= 0);
    CHECK(rule.expected_loss.value_or(-1) >= 0);
  }
  const fs::path file = folder / "model.json";
  REQUIRE(write_link_model(*model, file));
  const auto persons = linked({left, right}, file, folder / "persons.parquet");
  int right_ones = 0;
  for (int i = 0; i < 600; ++i)
    right_ones += persons.at("one/" + std::to_string(i)) == persons.at("two/" + std::to_string(i)) ? 1 : 0;
  CHECK(right_ones >= 590);

  // The same persons again, and whatever order files come in.
  CHECK(linked({left, right}, file, folder / "again.parquet") == persons);
  CHECK(linked({right, left}, file, folder / "other.parquet") == persons);
}

TEST_CASE("a name on very many records neither takes for ever nor glues people") {
  const Folder folder;
  const fs::path file = folder / "poisoned.csv";
  {
    std::ofstream out(file);
    out << "key,a,b,c,d\n";
    for (int i = 0; i < 6'000; ++i) {
      const Person one = person(static_cast<std::uint64_t>(i / 2));
      const bool poisoned = i >= 2'000;
      out << i << ',' << (poisoned ? "test" : one.first) << ',' << (poisoned ? "record" : one.last) << ',' << one.year
          << '-' << one.month << '-' << one.day << ',' << one.town << '\n';
    }
  }
  SuggestOptions suggest;
  suggest.files.in = {file};
  suggest.files.id_column = "key";
  SilentProgress silent;
  auto model = link_suggest(suggest, silent);
  REQUIRE(model);
  double pairs = 0;
  for (const ModelBlockingRule& rule : model->blocking) pairs += rule.expected_pairs.value_or(0);
  CHECK(pairs <= 4e6);
  const fs::path model_file = folder / "model.json";
  REQUIRE(write_link_model(*model, model_file));
  const auto persons = linked({file}, model_file, folder / "persons.parquet");
  std::map<std::int64_t, int> sizes;
  for (const auto& [record, id] : persons) ++sizes[id];
  const auto largest =
      std::max_element(sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  CHECK(largest->second <= 6);
  int together = 0;
  for (int i = 0; i < 1'000; ++i)
    together += persons.at("poisoned/" + std::to_string(2 * i)) == persons.at("poisoned/" + std::to_string(2 * i + 1));
  CHECK(together >= 990);
}

TEST_CASE("files without anything to go by are refused with a reason") {
  const Folder folder;
  const fs::path file = folder / "empty.csv";
  std::ofstream(file) << "key,a\n1,x\n2,x\n3,x\n";
  SuggestOptions suggest;
  suggest.files.in = {file};
  suggest.files.id_column = "key";
  SilentProgress silent;
  const auto model = link_suggest(suggest, silent);
  REQUIRE_FALSE(model);
  CHECK(model.error().code == "link.nothing_to_compare");
}
