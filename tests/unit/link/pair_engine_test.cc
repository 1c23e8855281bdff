#include "link/kernel/pair_engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "base/mix.h"
#include "link/kernel/edit_lanes.h"
#include "link/kernel/ladder_scan.h"
#include "link/kernel/text_distance.h"

using namespace songtan;
using namespace songtan::link;

namespace {

// Short random text in one of several scripts; few letters, so that texts resemble each other.
std::string random_text(RandomStream& random, int script) {
  const char* const kAlphabets[][4] = {
      {"a", "b", "c", "1"}, {"é", "ß", "ñ", "e"}, {"王", "伟", "芳", "娜"}, {"а", "б", "в", "г"}, {"ا", "ب", "ت", "ث"}};
  std::string text;
  const std::uint64_t length = random.below(9);
  for (std::uint64_t i = 0; i < length; ++i) text += kAlphabets[script][random.below(4)];
  return text;
}

std::string random_bytes(RandomStream& random, std::uint64_t longest) {
  std::string text;
  const std::uint64_t length = random.below(longest + 1);
  for (std::uint64_t i = 0; i < length; ++i)
    text += static_cast<char>(random.chance_ppm(800'000) ? 'a' + random.below(4) : random.below(256));
  return text;
}

EngineFrame random_frame(std::size_t rows, std::uint64_t seed) {
  EngineFrame frame;
  frame.rows = rows;
  frame.columns = 3;
  RandomStream random(seed);
  for (std::size_t row = 0; row < rows; ++row) {
    frame.source.push_back(static_cast<std::uint16_t>(row * 2 / rows));
    for (int column = 0; column < 3; ++column) {
      const bool missing = random.chance_ppm(100'000);
      frame.codes.push_back(missing ? 0 : frame.values.add(random_text(random, static_cast<int>(random.below(5)))));
    }
  }
  frame.values.finish();
  return frame;
}

CompiledTest test(Operator operation, std::uint16_t column, double bound = 0) {
  return {operation, column, column, bound, false};
}

EngineModel ladders() {
  EngineModel model;
  const auto level = [](CompiledTest one) { return CompiledLevel{{{one}}, false}; };
  const CompiledLevel rest{{}, true};
  model.comparisons.push_back(
      {{level(test(Operator::is_null, 0)), level(test(Operator::exact, 0)),
        level(test(Operator::jaro_winkler, 0, 0.92)), level(test(Operator::jaro_winkler, 0, 0.8)), rest}});
  model.comparisons.push_back(
      {{level(test(Operator::is_null, 1)), level(test(Operator::exact, 1)), level(test(Operator::levenshtein, 1, 1)),
        level(test(Operator::damerau_levenshtein, 1, 2)), level(test(Operator::jaro, 1, 0.6)), rest}});
  model.comparisons.push_back({{CompiledLevel{{{test(Operator::exact, 0), test(Operator::exact, 2)},
                                               {{Operator::exact, 0, 2, 0, false}, {Operator::exact, 2, 0, 0, false}}},
                                              false},
                                level(test(Operator::jaccard, 2, 0.7)), rest}});
  return model;
}

BlockingKeys keys_by(const EngineFrame& frame, std::size_t column, std::uint64_t groups) {
  BlockingKeys keys;
  for (std::size_t row = 0; row < frame.rows; ++row) {
    const ValueCode code = frame.record(row)[column];
    keys.keys.push_back(code == 0 ? 0 : mix64(code % groups) | 1U);
  }
  return keys;
}

// What the engine should count, pair by pair and with the plain distances.
std::map<std::uint32_t, std::int64_t> expected_counts(const EngineFrame& frame, const std::vector<BlockingKeys>& rules,
                                                      const EngineModel& model, PairMode mode) {
  std::map<std::uint32_t, std::int64_t> counts;
  const LevelJudge judge(frame.values);
  for (std::size_t a = 0; a < frame.rows; ++a) {
    for (std::size_t b = a + 1; b < frame.rows; ++b) {
      const bool meet = std::any_of(rules.begin(), rules.end(), [&](const BlockingKeys& rule) {
        return rule.keys[a] != 0 && rule.keys[a] == rule.keys[b];
      });
      if (!meet || (mode == PairMode::link && frame.source[a] == frame.source[b])) continue;
      std::vector<std::uint8_t> levels;
      for (const CompiledComparison& comparison : model.comparisons)
        levels.push_back(judge.level(comparison, frame.record(a), frame.record(b)));
      ++counts[pattern_of(levels, model.comparisons)];
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("bit-parallel distances equal their plain twins on random bytes") {
  RandomStream random(11);
  Pattern pattern;
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = random_bytes(random, i % 10 == 0 ? 90 : 14);
    const std::string b = random_bytes(random, i % 10 == 0 ? 90 : 14);
    pattern.set(a);
    REQUIRE(levenshtein(pattern, b) == levenshtein_plain(a, b));
    REQUIRE(jaro(pattern, b) == jaro_plain(a, b));
    REQUIRE(jaro_winkler(pattern, b) == jaro_winkler_plain(a, b));
  }
}

TEST_CASE("lanes give the same Levenshtein distances as the plain twin") {
  RandomStream random(17);
  Pattern pattern;
  EditLanes lanes;
  for (int round = 0; round < 2'000; ++round) {
    const std::string own = random_bytes(random, 16);
    pattern.set(own);
    if (!EditLanes::fits(pattern)) continue;
    std::vector<std::string> texts(1 + random.below(EditLanes::kLanes));
    for (std::string& text : texts) {
      text = random_bytes(random, 16);
      lanes.add(pattern, text);
    }
    const std::uint16_t* distances = lanes.distances(pattern);
    for (std::size_t i = 0; i < texts.size(); ++i) REQUIRE(distances[i] == levenshtein_plain(own, texts[i]));
  }
}

TEST_CASE("the wide scan of codes and signatures equals its plain twin") {
  RandomStream random(18);
  constexpr std::size_t kRows = 77;
  std::vector<ValueCode> codes(kRows);
  std::vector<std::uint64_t> bits(kRows);
  std::vector<std::uint32_t> first_four(kRows);
  std::vector<std::uint16_t> length(kRows);
  std::vector<std::uint8_t> lost(kRows);
  std::vector<std::uint8_t> need(kBoundedLengths * kPrefixes + 3);
  for (int round = 0; round < 1'000; ++round) {
    for (std::size_t j = 0; j < kRows; ++j) {
      codes[j] = static_cast<ValueCode>(random.below(5));
      bits[j] = random.next() & random.next();
      first_four[j] = static_cast<std::uint32_t>(random.below(3) << (8 * random.below(4)));
      length[j] = random.chance_ppm(100'000) ? kWideText : static_cast<std::uint16_t>(random.below(60));
      lost[j] = static_cast<std::uint8_t>(random.below(4));
    }
    for (std::uint8_t& one : need) one = static_cast<std::uint8_t>(random.below(40));
    const TextBounds own{random.next(),
                         first_four[0],
                         static_cast<int>(random.below(32)),
                         static_cast<int>(random.below(4)),
                         static_cast<int>(random.below(4)) - 1,
                         random.below(3) == 0 ? nullptr : need.data()};
    const LadderShares shares{1 + static_cast<ValueCode>(random.below(4)), 5, 0, 20};
    const TextView texts{bits.data(), first_four.data(), length.data(), lost.data()};
    const std::size_t from = random.below(kRows);
    std::vector<std::uint32_t> patterns(kRows, 7);
    std::vector<std::uint32_t> plain(kRows, 7);
    std::vector<std::uint32_t> open(kRows + 16);
    std::vector<std::uint32_t> plain_open(kRows + 16);
    const std::size_t count =
        add_text_levels(shares, own, codes.data(), texts, from, kRows, patterns.data(), open.data());
    const std::size_t plain_count =
        add_text_levels_plain(shares, own, codes.data(), texts, from, kRows, plain.data(), plain_open.data());
    open.resize(count);
    plain_open.resize(plain_count);
    REQUIRE(patterns == plain);
    REQUIRE(open == plain_open);
  }
}

TEST_CASE("known distances") {
  CHECK(levenshtein_plain(std::string_view("kitten"), "sitting") == 3);
  CHECK(damerau_levenshtein(std::string_view("ca"), "abc") == 2);
  CHECK(jaro_winkler_plain(std::string_view("martha"), "marhta") == doctest::Approx(0.9611111111));
  CHECK(jaro_plain(std::string_view("dixon"), "dicksonx") == doctest::Approx(0.7666666667));
  CHECK(jaro_plain(std::string_view(""), "") == 0.0);
}

TEST_CASE("signatures never rule out what the distances allow") {
  RandomStream random(12);
  for (int i = 0; i < 20'000; ++i) {
    const std::string a = random_bytes(random, 20);
    const std::string b = random_bytes(random, 20);
    const int common = bytes_in_common_at_most(signature_of(a), signature_of(b));
    const int longer = static_cast<int>(std::max(a.size(), b.size()));
    REQUIRE(longer - common <= levenshtein_plain(a, b));
    REQUIRE(jaro_winkler_at_most(static_cast<int>(a.size()), static_cast<int>(b.size()), common, common_prefix(a, b)) >=
            jaro_winkler_plain(a, b) - 1e-12);
  }
}

TEST_CASE("the engine counts what judging every pair counts, in all scripts, modes and numbers of threads") {
  const EngineFrame frame = random_frame(300, 13);
  const EngineModel model = ladders();
  const std::vector<BlockingKeys> rules = {keys_by(frame, 0, 7), keys_by(frame, 1, 5), keys_by(frame, 2, 3)};
  for (const PairMode mode : {PairMode::dedupe, PairMode::link}) {
    const auto expected = expected_counts(frame, rules, model, mode);
    for (const int threads : {1, 3}) {
      EngineOptions options;
      options.mode = mode;
      options.threads = threads;
      const EngineResult result = run_engine(frame, rules, model, options);
      std::map<std::uint32_t, std::int64_t> counted;
      for (const PatternCount& count : result.patterns) counted[count.pattern] = count.pairs;
      CHECK(counted == expected);
    }
  }
}

TEST_CASE("edges are the pairs whose weight reaches the threshold, each once") {
  const EngineFrame frame = random_frame(300, 14);
  EngineModel model = ladders();
  RandomStream random(15);
  for (const CompiledComparison& comparison : model.comparisons) {
    model.weights.emplace_back();
    for (std::size_t level = 0; level < comparison.levels.size(); ++level) {
      model.weights.back().push_back({static_cast<double>(random.below(1000)) / 100 - 5, {}});
    }
  }
  const std::vector<BlockingKeys> rules = {keys_by(frame, 0, 7), keys_by(frame, 1, 5)};
  EngineOptions all;
  all.threshold = -1000;
  EngineOptions some;
  some.threshold = 1.5;
  some.threads = 2;
  const EngineResult every = run_engine(frame, rules, model, all);
  const EngineResult high = run_engine(frame, rules, model, some);
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  std::size_t expected = 0;
  for (const Edge& edge : every.edges) {
    CHECK(seen.insert({edge.left, edge.right}).second);
    CHECK(edge.weight == weight_of_pair(model, frame, edge.left, edge.right, edge.pattern));
    expected += edge.weight >= 1.5 ? 1 : 0;
  }
  CHECK(high.edges.size() == expected);
}

TEST_CASE("a block over the limit is skipped and told") {
  EngineFrame frame = random_frame(200, 16);
  BlockingKeys one;
  one.keys.assign(frame.rows, 77);
  EngineOptions options;
  options.most_in_block = 100;
  const EngineResult result = run_engine(frame, {one}, ladders(), options);
  CHECK(result.patterns.empty());
  REQUIRE(result.skipped.size() == 1);
  CHECK(result.skipped[0].records == 200);
}
