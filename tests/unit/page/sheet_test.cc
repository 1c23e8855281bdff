#include <doctest/doctest.h>

#include "page/charts.h"
#include "page/markup.h"
#include "page/sheet.h"
#include "page/table_markup.h"

using namespace songtan;

TEST_CASE("numbers and money as offices write them") {
  CHECK(page::grouped(1234567) == "1,234,567");
  CHECK(page::grouped(-1000) == "−1,000");
  CHECK(page::share(17, 28) == "17 / 28");
  CHECK(page::share(1, 30) == "3.3%");
  CHECK(page::share(1, 0) == "—");
  CHECK(page::permille(38, 1000) == "38.0");
  const page::Currency yuan;
  CHECK(page::money_words({150'400}, yuan).zh == "1,504元");
  CHECK(page::money_words({150'400}, yuan).en == "¥1,504");
  CHECK(page::money_words({812'400'000}, yuan).zh == "812.40万元");
  CHECK(page::money_words({812'400'000}, yuan).en == "¥8.12 million");
  CHECK(page::money_words({15'300'000'000}, yuan).zh == "1.53亿元");
  CHECK(page::day_words(Day::from_civil(2026, 11, 23), 2026).zh == "11月23日");
  CHECK(page::day_words(Day::from_civil(2025, 11, 23), 2026).zh == "2025年11月23日");
  CHECK(page::day_words(Day::from_civil(2026, 11, 23), 2026).en == "23 Nov 2026");
}

TEST_CASE("words are escaped, wherever they come from") {
  const std::string bad = "<script>alert('x')</script>&\"";
  CHECK(page::escaped(bad).find('<') == std::string::npos);
  page::Sheet sheet;
  sheet.title = {bad, bad};
  sheet.lead = {bad, bad};
  sheet.sections.push_back({.id = "s", .title = {bad, bad}, .subtitle = {bad, bad}});
  const std::string html = page::page_of(sheet);
  CHECK(html.find("<script>alert") == std::string::npos);
  CHECK(page::table_markup({{bad, bad}, {{{bad, bad}}}, {}}).find("<script>") == std::string::npos);
  CHECK(page::dorling_map({{.name = {bad, bad}, .x = 1, .y = 1, .radius = 9, .step = 2, .value = bad}}, 300, "wide")
            .find("<script>") == std::string::npos);
}

TEST_CASE("a page asks no other host for anything and speaks both languages") {
  page::Sheet sheet;
  sheet.title = {"一页", "A page"};
  sheet.lead = {"一句话。", "A sentence."};
  const std::string html = page::page_of(sheet);
  for (const char* outside : {"http://", "https://", "src=", "@import", "url(//"}) {
    CAPTURE(outside);
    CHECK(html.find(outside) == std::string::npos);
  }
  CHECK(html.find("一句话。") != std::string::npos);
  CHECK(html.find("A sentence.") != std::string::npos);
}

TEST_CASE("a waterfall's bars reach its total") {
  const std::string chart = page::waterfall(-10, {{"name", 8}, {"birth", 6.5}, {"place", -1}}, 3);
  CHECK(chart.find("+3.50") != std::string::npos);
  CHECK(chart.find("−1.00") != std::string::npos);
  CHECK(chart.find("against") != std::string::npos);
}
