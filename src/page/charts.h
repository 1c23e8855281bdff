// Charts as inline SVG and plain boxes. In: figures that are ready to be shown (a hidden count arrives as "not shown").
// Out: markup. Text is drawn at its real size and is never scaled; colours come from classes of the sheet, so that
// light, dark and print each have their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::page {

/// A part of a bar. `tone` is a class of the sheet: entitled, verify, over, warning, arrived, neutral, ink.
struct BarPart {
  double value = 0;
  std::string tone;
  bool hatched = false;  ///< not certain
};

struct BarRow {
  std::string label;  ///< markup
  std::vector<BarPart> parts;
  std::string value;                ///< markup, right of the bar
  std::optional<double> mark = {};  ///< a line across the bar, e.g. a limit
  bool hidden = false;              ///< no bar: the figure is not shown
};

/// Horizontal bars on one scale from zero.
std::string bar_chart(const std::vector<BarRow>& rows);

/// Glyph and word of a state.
std::string state_tag(const std::string& tone, const Text& word);

/// A key of tones: glyph or swatch and word.
struct KeyEntry {
  std::string tone;
  bool hatched = false;
  Text word;
};
std::string chart_key(const std::vector<KeyEntry>& entries);

/// A figure over days. A missing value is a gap in the line.
struct TrendPoint {
  std::int32_t day = 0;
  std::optional<double> value;
};

struct Trend {
  std::string title;  ///< markup
  std::string tone;
  std::vector<TrendPoint> points;
  std::string last;  ///< markup of the last value
};

/// Small multiples on one scale of days and one of values; `days` are the first and the last day in words.
std::string trend_charts(const std::vector<Trend>& trends, const Text& first_day, const Text& last_day);

/// 96 × 24, its own scale from zero to `most`.
std::string sparkline(const std::vector<std::optional<double>>& values, double most, const std::string& tone);

/// A place of a Dorling map on a sheet 1000 wide.
struct MapCircle {
  Text name;
  double x = 0;
  double y = 0;
  double radius = 0;
  int step = -1;      ///< 0–5 of the ramp; -1 no data, -2 not shown because small
  std::string value;  ///< plain, for the tooltip
};

/// `width` in px. Names stand inside the circles that are wide enough for them.
std::string dorling_map(const std::vector<MapCircle>& circles, double width, const std::string& css_class);

/// One step of a waterfall, in log2 units.
struct WaterfallStep {
  std::string label;  ///< markup
  double value = 0;
};

/// From `start` by the steps to the total; `threshold` is a dashed line.
std::string waterfall(double start, const std::vector<WaterfallStep>& steps, double threshold);

/// A curve of points in [0, 1] × [0, 1] with axis words.
struct CurvePoint {
  double x = 0;
  double y = 0;
  bool marked = false;
};
std::string curve(const std::vector<CurvePoint>& points, const Text& x_axis, const Text& y_axis);

}  // namespace songtan::page
