#include "records.h"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/mix.h"
#include "table/writer.h"

namespace songtan::bench {
namespace {

struct Record {
  std::string first_name, surname, dob, city, postcode, occupation;
};

std::string syllables(RandomStream& random, std::uint64_t least, std::uint64_t most) {
  constexpr std::array<const char*, 16> kOnsets = {"b", "d", "f", "g", "h", "j", "k", "l",
                                                   "m", "n", "p", "r", "s", "t", "v", "w"};
  constexpr std::array<const char*, 8> kRhymes = {"a", "e", "i", "o", "an", "en", "in", "ar"};
  std::string word;
  const std::uint64_t count = least + random.below(most - least + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    word += kOnsets[random.below(kOnsets.size())];
    word += kRhymes[random.below(kRhymes.size())];
  }
  return word;
}

// Words drawn with frequencies that fall like 1/(rank + 10), as names do.
class Vocabulary {
 public:
  Vocabulary(std::uint64_t seed, std::uint64_t salt, std::size_t size, std::uint64_t least, std::uint64_t most) {
    double total = 0;
    for (std::size_t rank = 0; rank < size; ++rank) {
      RandomStream random(seed, salt, rank);
      words_.push_back(syllables(random, least, most));
      total += 1.0 / static_cast<double>(rank + 10);
      cumulated_.push_back(total);
    }
  }
  const std::string& draw(RandomStream& random) const {
    const double at = static_cast<double>(random.below(1'000'000'000)) / 1e9 * cumulated_.back();
    std::size_t low = 0;
    std::size_t high = cumulated_.size() - 1;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (cumulated_[middle] < at)
        low = middle + 1;
      else
        high = middle;
    }
    return words_[low];
  }

 private:
  std::vector<std::string> words_;
  std::vector<double> cumulated_;
};

std::string two(std::uint64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// One slip of a clerk: a letter replaced, dropped, doubled, or two swapped.
std::string slipped(std::string text, RandomStream& random) {
  if (text.size() < 3) return text;
  const std::size_t at = random.below(text.size() - 1);
  switch (random.below(4)) {
    case 0: text[at] = static_cast<char>('a' + random.below(26)); break;
    case 1: text.erase(at, 1); break;
    case 2: text.insert(at, 1, text[at]); break;
    default: std::swap(text[at], text[at + 1]); break;
  }
  return text;
}

class People {
 public:
  explicit People(std::uint64_t seed)
      : seed_(seed),
        first_(seed, 1, 4000, 2, 3),
        surnames_(seed, 2, 16000, 2, 4),
        cities_(seed, 3, 300, 2, 3),
        jobs_(seed, 4, 200, 3, 4) {}

  Record person(std::uint64_t number) const {
    RandomStream random(seed_, 5, number);
    Record record{first_.draw(random), surnames_.draw(random), "", cities_.draw(random), "", jobs_.draw(random)};
    record.dob =
        std::to_string(1930 + random.below(80)) + "-" + two(1 + random.below(12)) + "-" + two(1 + random.below(28));
    record.postcode = record.city.substr(0, 2) + std::to_string(10 + random.below(90)) + " " +
                      std::to_string(random.below(10)) + syllables(random, 1, 1);
    return record;
  }

  // A record of a person: one in three has a slip in a field, one in ten lacks one.
  Record mention(std::uint64_t person_number, std::uint64_t row) const {
    RandomStream random(seed_, 6, row);
    Record record = person(person_number);
    std::string* fields[] = {&record.first_name, &record.surname,  &record.dob,
                             &record.city,       &record.postcode, &record.occupation};
    for (std::string* field : fields) {
      if (random.chance_ppm(60'000)) *field = slipped(*field, random);
      if (random.chance_ppm(20'000)) field->clear();
    }
    return record;
  }

 private:
  std::uint64_t seed_;
  Vocabulary first_, surnames_, cities_, jobs_;
};

}  // namespace

Result<void> write_bench_records(std::int64_t count, std::uint64_t seed, const std::filesystem::path& file) {
  TRY(table::Session session, table::Session::open({}));
  TRY_VOID(session.run(
      "CREATE TABLE records(unique_id BIGINT, first_name VARCHAR, surname VARCHAR, dob VARCHAR, city VARCHAR, "
      "postcode VARCHAR, occupation VARCHAR)"));
  TRY(auto writer, table::TableWriter::open(session, "records"));
  const People people(seed);
  const auto persons = static_cast<std::uint64_t>(count) * 7 / 10;
  for (std::int64_t row = 0; row < count; ++row) {
    RandomStream random(seed, 7, static_cast<std::uint64_t>(row));
    const auto number = static_cast<std::uint64_t>(row);
    const Record record = people.mention(number < persons ? number : random.below(persons), number);
    writer.bigint(row);
    for (const std::string& value :
         {record.first_name, record.surname, record.dob, record.city, record.postcode, record.occupation}) {
      if (value.empty())
        writer.null();
      else
        writer.text(value);
    }
    writer.end_row();
  }
  TRY_VOID(writer.finish());
  TRY(const std::int64_t rows, session.write_parquet("SELECT * FROM records ORDER BY unique_id", file));
  static_cast<void>(rows);
  return {};
}

}  // namespace songtan::bench
