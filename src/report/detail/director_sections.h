// The sheets of the director's page, one function each. In: figures and words. Out: a section with its finding as title.
#pragma once

#include <string>
#include <vector>

#include "page/sheet.h"
#include "page/small_cells.h"
#include "report/director_figures.h"

namespace songtan::report {

struct DirectorView {
  const DirectorInputs& inputs;
  const DirectorFigures& figures;
  std::vector<std::string> classes;     ///< in the order of the page
  std::vector<CountyFigures> counties;  ///< large enough for a row of its own; the rest together last, code "other"
  page::CountTable county_findings;     ///< counties × classes, with totals
  std::vector<page::Cell> county_cells;

  const PageNight& night() const { return inputs.nights.back(); }
  Text place(const std::string& code) const;  ///< a county's or town's name; its code if it has none
  Text class_word(const std::string& name) const;
  Text programme_word(const std::string& code) const;
  /// Whether families that wait in county `row` may be counted in public.
  bool waiting_shown(std::size_t row) const;
};

DirectorView view_of(const DirectorInputs& inputs, const DirectorFigures& figures);

/// Tone of a class: a state of the design guide.
std::string tone_of(const std::string& class_name);

inline bool is_small(std::int64_t count) { return count > 0 && count < page::kSmallCell; }

/// Below so many families a division has no rate and no row of its own.
inline constexpr std::int64_t kFewFamilies = 30;

page::Section steps_section(const DirectorView& view);
page::Section map_section(const DirectorView& view);
page::Section towns_section(const DirectorView& view);
page::Section classes_section(const DirectorView& view);
page::Section coverage_section(const DirectorView& view);
page::Section missing_section(const DirectorView& view);
page::Section trend_section(const DirectorView& view);
page::Section fairness_section(const DirectorView& view);
page::Section freshness_section(const DirectorView& view);
page::Section held_section(const DirectorView& view);

/// Sources that are older than their rhythm, or did not come at all though required.
std::int64_t late_sources(const DirectorView& view);

}  // namespace songtan::report
