#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "synth/dirt.h"

namespace songtan::synth {
namespace {

/// The data lines of a table (# begins a remark), each split at commas.
Result<std::vector<std::vector<std::string>>> lines_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  if (!in) {
    return fail(Outcome::bad_data, "synth.variants",
                {"缺少异写表 " + path.string(), "the table of variants is missing: " + path.string()},
                {"请检查 --pack", "check --pack"});
  }
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::vector<std::string> fields;
    for (const std::string_view field : split(line, ',')) fields.emplace_back(field);
    lines.push_back(std::move(fields));
  }
  return lines;
}

std::u32string group_of(const std::vector<std::string>& fields) {
  std::u32string group;
  for (const std::string& field : fields) group += code_points(field);
  return group;
}

char32_t other_of(const std::u32string& group, char32_t than, RandomStream& stream) {
  std::u32string others;
  for (const char32_t member : group) {
    if (member != than) others += member;
  }
  return others.empty() ? than : others[stream.below(others.size())];
}

}  // namespace

Result<Variants> Variants::read(const std::filesystem::path& folder) {
  Variants variants;
  TRY(const auto homophones, lines_of(folder / "homophones.csv"));
  for (const auto& fields : homophones) {
    variants.groups_.push_back(group_of(fields));
    for (const char32_t member : variants.groups_.back())
      variants.groups_of_[member].push_back(variants.groups_.size() - 1);
  }
  TRY(const auto syllables, lines_of(folder / "transliterations.csv"));
  for (const auto& fields : syllables) {
    const std::u32string group = group_of(fields);
    for (const char32_t member : group) variants.syllables_[member] += group;
  }
  TRY(const auto separators, lines_of(folder / "separators.csv"));
  for (const auto& fields : separators) variants.separators_.push_back(code_points(fields.front()));
  if (variants.separators_.empty()) variants.separators_.push_back(U"·");
  TRY(const auto addresses, lines_of(folder / "addresses.csv"));
  for (const auto& fields : addresses)
    variants.address_forms_.emplace_back(fields[0], fields.size() > 1 ? fields[1] : "");
  return variants;
}

const Variants::Group* Variants::homophones(char32_t character) const {
  const auto found = groups_of_.find(character);
  return found == groups_of_.end() ? nullptr : &groups_[found->second.front()];
}

std::string Variants::name(std::string_view name, RandomStream stream) const {
  std::u32string text = code_points(name);
  if (text.empty()) return "某";
  const std::size_t start = stream.below(text.size());
  // Given names are mistyped more often than surnames, which the clerk sees every day.
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t at = text.size() - 1 - (start + i) % text.size();
    if (const Group* group = homophones(text[at])) {
      text[at] = other_of(*group, text[at], stream);
      return utf8_of(text);
    }
  }
  if (text.size() > 2 && text[text.size() - 1] != text[text.size() - 2]) {
    std::swap(text[text.size() - 1], text[text.size() - 2]);
    return utf8_of(text);
  }
  if (text.size() > 2) return utf8_of(text.substr(0, text.size() - 1));
  return utf8_of(text + text.back());  // 李娜 → 李娜娜
}

bool Variants::has_parts(std::string_view name) const {
  return code_points(name).find(separators_.front()) != std::u32string::npos;
}

std::string Variants::separated(std::string_view name, RandomStream stream) const {
  std::u32string text = code_points(name);
  const std::size_t at = text.find(separators_.front());
  if (at == std::u32string::npos) return std::string(name);
  // The last choice is no separator at all.
  const std::size_t choice = 1 + stream.below(separators_.size());
  text.replace(at, separators_.front().size(), choice < separators_.size() ? separators_[choice] : std::u32string());
  return utf8_of(text);
}

std::string Variants::cut(std::string_view name, RandomStream stream) const {
  const std::u32string text = code_points(name);
  const std::size_t at = text.find(separators_.front());
  if (at == std::u32string::npos) return std::string(name);
  return stream.below(4) == 0 ? utf8_of(text.substr(0, at)) : utf8_of(text.substr(at + separators_.front().size()));
}

std::string Variants::transliterated(std::string_view name, RandomStream stream) const {
  std::u32string text = code_points(name);
  for (char32_t& character : text) {
    const auto found = syllables_.find(character);
    if (found != syllables_.end() && stream.below(2) == 0) character = other_of(found->second, character, stream);
  }
  return utf8_of(text);
}

std::string Variants::address(std::string_view address, RandomStream stream) const {
  std::string text(address);
  if (address_forms_.empty()) return text;
  const std::size_t start = stream.below(address_forms_.size());
  std::uint64_t wanted = 1 + stream.below(3);
  for (std::size_t i = 0; i < address_forms_.size() && wanted > 0; ++i) {
    const auto& [from, to] = address_forms_[(start + i) % address_forms_.size()];
    const std::size_t at = text.find(from);
    if (at == std::string::npos) continue;
    text.replace(at, from.size(), to);
    --wanted;
  }
  return text;
}

}  // namespace songtan::synth
