// Dictionary of names: each distinct coded name has a number from 1; 0 is no name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/mix.h"
#include "link/kernel/name_grade.h"

namespace songtan::link {

class NameBook {
 public:
  NameBook() : offsets_{0, 0}, sounds_{0} {}

  /// Number of a name in its coded form (code_of_name); 0 for the empty name.
  std::uint32_t add(std::u32string_view name) {
    if (name.empty()) return 0;
    const auto [at, added] = numbers_.try_emplace(std::u32string(name), static_cast<std::uint32_t>(size() + 1));
    if (added) {
      letters_.append(name);
      offsets_.push_back(static_cast<std::uint32_t>(letters_.size()));
      sounds_.push_back(sound_key_of_name(name));
    }
    return at->second;
  }

  std::u32string_view name(std::uint32_t number) const {
    return std::u32string_view(letters_).substr(offsets_[number], offsets_[number + 1] - offsets_[number]);
  }
  std::uint64_t sound_key(std::uint32_t number) const { return sounds_[number]; }
  NameGrade grade(std::uint32_t a, std::uint32_t b) const {
    if (a == 0 || b == 0) return NameGrade::missing;
    return a == b ? NameGrade::same : grade_of_names(name(a), name(b));
  }
  /// Distinct names.
  std::size_t size() const { return sounds_.size() - 1; }

 private:
  std::unordered_map<std::u32string, std::uint32_t> numbers_;
  std::u32string letters_;
  std::vector<std::uint32_t> offsets_;
  std::vector<std::uint64_t> sounds_;
};

}  // namespace songtan::link
