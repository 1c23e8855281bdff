#include "profile/fact_catalogue.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/toml_file.h"

namespace songtan::profile {
namespace {

constexpr auto kKinds = std::to_array<std::pair<std::string_view, FactKind>>({{"constant", FactKind::constant},
                                                                              {"state", FactKind::state},
                                                                              {"flow", FactKind::flow},
                                                                              {"stock", FactKind::stock},
                                                                              {"event", FactKind::event}});
constexpr auto kTypes = std::to_array<std::pair<std::string_view, FactType>>({{"boolean", FactType::boolean},
                                                                              {"date", FactType::date},
                                                                              {"money", FactType::money},
                                                                              {"count", FactType::count},
                                                                              {"word", FactType::word}});
constexpr auto kCombinations = std::to_array<std::pair<std::string_view, Combination>>(
    {{"priority", Combination::priority}, {"sum", Combination::sum}, {"most", Combination::most}});

template <typename Pairs>
auto choice(const TomlTable& table, std::string_view key, const std::string& word, const Pairs& pairs) {
  for (const auto& [name, value] : pairs) {
    if (name == word) return value;
  }
  std::string names;
  for (const auto& [name, value] : pairs) names += (names.empty() ? "" : ", ") + std::string(name);
  table.refuse({std::string(key) + " 的值无效：" + word, "'" + word + "' is no " + std::string(key)},
               {"可用：" + names, "use one of " + names});
  return pairs[0].second;
}

template <typename Enum, std::size_t N>
std::string_view word_in(const std::array<std::pair<std::string_view, Enum>, N>& pairs, Enum value) {
  return std::ranges::find(pairs, value, &std::pair<std::string_view, Enum>::second)->first;
}

// "unknown", "nothing", "yes"/"no" of booleans, a whole number, or the word itself.
AbsentValue absent_value(const TomlTable& table, const std::string& word, FactType type) {
  if (word == "unknown") return {};
  AbsentValue absent;
  absent.kind = word == "nothing" ? AbsentValue::Kind::nothing : AbsentValue::Kind::value;
  if (word == "nothing") return absent;
  if (type == FactType::word) {
    absent.word = word;
    return absent;
  }
  if (type == FactType::boolean && (word == "yes" || word == "no")) {
    absent.value = word == "yes" ? 1 : 0;
    return absent;
  }
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), absent.value);
  if (code != std::errc{} || end != word.data() + word.size()) {
    table.refuse(
        {"缺失值无效：" + word, "'" + word + "' is no value of absence"},
        {"写 unknown、nothing、yes、no、整数或枚举词", "write unknown, nothing, yes, no, a whole number or the word"});
  }
  return absent;
}

FactDefinition read_fact(const TomlTable& table) {
  FactDefinition fact;
  fact.name = table.text("name");
  fact.kind = choice(table, "kind", table.text("kind"), kKinds);
  fact.type = choice(table, "type", table.text("type"), kTypes);
  fact.combination = choice(table, "combine", table.text_or("combine", "priority"), kCombinations);
  const std::string absent = table.text_or("absent", "unknown");
  fact.absent = absent_value(table, absent, fact.type);
  fact.complete = absent_value(table, table.text_or("complete", absent), fact.type);
  fact.sources = table.texts("sources");
  return fact;
}

}  // namespace

std::string_view word_of(FactKind kind) { return word_in(kKinds, kind); }
std::string_view word_of(FactType type) { return word_in(kTypes, type); }

std::optional<std::size_t> FactCatalogue::find(std::string_view name) const {
  const auto found =
      std::ranges::lower_bound(facts, name, {}, [](const FactDefinition& fact) { return std::string_view(fact.name); });
  if (found == facts.end() || found->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - facts.begin());
}

Result<FactCatalogue> read_fact_catalogue(const std::filesystem::path& pack) {
  TRY(const TomlFile file, TomlFile::read(pack / "facts" / "facts.toml"));
  const TomlTable root = file.root();
  FactCatalogue catalogue;
  for (const TomlTable& table : root.tables("fact")) catalogue.facts.push_back(read_fact(table));
  std::ranges::sort(catalogue.facts, {}, &FactDefinition::name);
  const TomlTable family = root.table("family");
  catalogue.for_families = family.texts("facts");
  catalogue.family = {family.text("birth"), family.text("county"), family.text("residence_type"), family.text("urban")};
  catalogue.family_variables = family.words("variables");
  catalogue.family_roles = family.words("roles");
  for (const TomlTable& link : root.tables("link")) {
    catalogue.links.push_back({link.text("name"), link.text("relation"), link.boolean_or("obligors", false),
                               link.boolean_or("outside", false)});
  }
  const auto twice = std::ranges::adjacent_find(catalogue.facts, {}, &FactDefinition::name);
  if (twice != catalogue.facts.end()) {
    root.refuse({"事实重复：" + twice->name, "the fact '" + twice->name + "' is declared twice"},
                {"只保留一个", "keep one of them"});
  }
  std::vector<std::string> named = catalogue.for_families;
  named.insert(named.end(), {catalogue.family.birth, catalogue.family.county, catalogue.family.residence_type});
  for (const auto& [variable, fact] : catalogue.family_variables) named.push_back(fact);
  for (const std::string& name : named) {
    if (!catalogue.find(name))
      family.refuse({"没有这个事实：" + name, "there is no fact '" + name + "'"},
                    {"先用 [[fact]] 声明", "declare it with [[fact]]"});
  }
  TRY_VOID(file.check());
  return catalogue;
}

}  // namespace songtan::profile
