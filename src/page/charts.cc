#include "page/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "page/markup.h"

namespace songtan::page {
namespace {

double total_of(const BarRow& row) {
  double total = 0;
  for (const BarPart& part : row.parts) total += part.value;
  return total;
}

std::string bar_of(const BarRow& row, double most) {
  if (row.hidden || most <= 0) return "<span class=\"track none\"></span>";
  std::string out = "<span class=\"track\"><svg width=\"100%\" height=\"14\" aria-hidden=\"true\">";
  double from = 0;
  for (const BarPart& part : row.parts) {
    if (part.value <= 0) continue;
    const double width = part.value / most * 100;
    out += fmt::format("<rect x=\"{:.2f}%\" y=\"1\" width=\"{:.2f}%\" height=\"12\" class=\"fill-{}\"/>", from, width,
                       part.tone);
    if (part.hatched)
      out += fmt::format("<rect x=\"{:.2f}%\" y=\"1\" width=\"{:.2f}%\" height=\"12\" fill=\"url(#hatch)\"/>", from,
                         width);
    from += width;
  }
  if (row.mark)
    out += fmt::format("<line x1=\"{0:.2f}%\" x2=\"{0:.2f}%\" y1=\"0\" y2=\"14\" class=\"mark\"/>",
                       std::min(*row.mark / most * 100, 99.8));
  return out + "</svg></span>";
}

std::string glyph_of(const std::string& tone) {
  static const std::string kOpen =
      "<svg class=\"glyph\" width=\"14\" height=\"14\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">";
  if (tone == "entitled") return kOpen + "<circle cx=\"7\" cy=\"7\" r=\"5\" class=\"fill-entitled\"/></svg>";
  if (tone == "verify")
    return kOpen +
           "<circle cx=\"7\" cy=\"7\" r=\"5.6\" class=\"ring-verify\"/><path d=\"M5.3 5.6a1.7 1.7 0 1 1 2.5 "
           "1.5q-.8.4-.8 1.1M7 9.8v.4\" class=\"ring-verify solid\"/></svg>";
  if (tone == "over")
    return kOpen +
           "<rect x=\"2\" y=\"2\" width=\"10\" height=\"10\" class=\"fill-over\"/><path d=\"M4.5 7h5\" "
           "class=\"on-mark\"/></svg>";
  if (tone == "warning") return kOpen + "<path d=\"M7 1.6 13 12.4H1Z\" class=\"fill-warning\"/></svg>";
  if (tone == "arrived") return kOpen + "<path d=\"M2 7.4 5.6 11 12 3.4\" class=\"tick\"/></svg>";
  return kOpen + "<path d=\"M7 1 13 7 7 13 1 7Z\" class=\"fill-neutral\"/></svg>";
}

bool fits(std::size_t characters, double letter, double radius) {
  return characters > 0 && static_cast<double>(characters) * letter <= radius * 1.9;
}

// The bare name: "朝天区" → "朝天", "Chaotian District" → "Chaotian".
Text bare_name(const Text& name) {
  Text bare = name;
  if (bare.zh.size() > 6) bare.zh.resize(bare.zh.size() - 3);
  bare.en = bare.en.substr(0, bare.en.rfind(' '));
  return bare;
}

}  // namespace

std::string bar_chart(const std::vector<BarRow>& rows) {
  double most = 0;
  for (const BarRow& row : rows) most = std::max({most, row.hidden ? 0 : total_of(row), row.mark.value_or(0)});
  std::string out = "<div class=\"bars\">";
  for (const BarRow& row : rows)
    out += fmt::format("<div class=\"bar-row\"><span class=\"label\">{}</span>{}<span class=\"value\">{}</span></div>",
                       row.label, bar_of(row, most), row.value);
  return out + "</div>";
}

std::string state_tag(const std::string& tone, const Text& word) {
  return fmt::format("<span class=\"tag\">{}{}</span>", glyph_of(tone), both(word));
}

std::string chart_key(const std::vector<KeyEntry>& entries) {
  std::string out = "<p class=\"key\">";
  for (const KeyEntry& entry : entries) {
    const std::string hatch = entry.hatched ? "<rect width=\"14\" height=\"14\" fill=\"url(#hatch)\"/>" : "";
    out += fmt::format(
        "<span><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect width=\"14\" height=\"14\" "
        "class=\"fill-{}\"/>{}</svg>{}</span>",
        entry.tone, hatch, both(entry.word));
  }
  return out + "</p>";
}

std::string trend_charts(const std::vector<Trend>& trends, const Text& first_day, const Text& last_day) {
  constexpr double kWidth = 232;
  constexpr double kHeight = 72;
  constexpr double kEdge = 6;
  std::int32_t first = INT32_MAX;
  std::int32_t last = INT32_MIN;
  double most = 1;
  for (const Trend& trend : trends) {
    for (const TrendPoint& point : trend.points) {
      first = std::min(first, point.day);
      last = std::max(last, point.day);
      most = std::max(most, point.value.value_or(0));
    }
  }
  const double span = std::max(1, last - first);
  std::string out = "<div class=\"multiples\">";
  for (const Trend& trend : trends) {
    std::string path;
    std::string dots;
    bool gap = true;
    for (const TrendPoint& point : trend.points) {
      if (!point.value) {
        gap = true;
        continue;
      }
      const double x = kEdge + (point.day - first) / span * (kWidth - 2 * kEdge);
      const double y = kHeight - kEdge - *point.value / most * (kHeight - 2 * kEdge);
      path += fmt::format("{}{:.1f} {:.1f}", gap ? "M" : "L", x, y);
      dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" class=\"fill-{}\"/>", x, y, trend.tone);
      gap = false;
    }
    out += fmt::format(
        "<figure class=\"multiple\"><figcaption>{}<b>{}</b></figcaption><svg width=\"{:.0f}\" height=\"{:.0f}\" "
        "aria-hidden=\"true\">"
        "<line x1=\"0\" x2=\"{:.0f}\" y1=\"{:.0f}\" y2=\"{:.0f}\" class=\"axis\"/><path d=\"{}\" "
        "class=\"line-{}\"/>{}</svg>"
        "<div class=\"ticks\"><span>{}</span><span>{}</span></div></figure>",
        trend.title, trend.last, kWidth, kHeight, kWidth, kHeight - kEdge, kHeight - kEdge, path, trend.tone, dots,
        both(first_day), both(last_day));
  }
  return out + "</div>";
}

std::string sparkline(const std::vector<std::optional<double>>& values, double most, const std::string& tone) {
  const double step = values.size() > 1 ? 88.0 / static_cast<double>(values.size() - 1) : 0;
  std::string path;
  std::string dot;
  bool gap = true;
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (!values[at]) {
      gap = true;
      continue;
    }
    const double x = values.size() > 1 ? 4 + step * static_cast<double>(at) : 92;
    const double y = 20 - (most > 0 ? *values[at] / most * 16 : 0);
    path += fmt::format("{}{:.1f} {:.1f}", gap ? "M" : "L", x, y);
    dot = fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.5\" class=\"fill-{}\"/>", x, y, tone);
    gap = false;
  }
  return fmt::format(
      "<svg class=\"spark\" width=\"96\" height=\"24\" aria-hidden=\"true\"><path d=\"{}\" class=\"line-{}\"/>{}</svg>",
      path, tone, dot);
}

std::string dorling_map(const std::vector<MapCircle>& circles, double width, const std::string& css_class) {
  if (circles.empty()) return {};
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const MapCircle& circle : circles) {
    left = std::min(left, circle.x - circle.radius);
    right = std::max(right, circle.x + circle.radius);
    top = std::min(top, circle.y - circle.radius);
    bottom = std::max(bottom, circle.y + circle.radius);
  }
  constexpr double kEdge = 4;
  const double scale = std::min((width - 2 * kEdge) / (right - left), width * 0.9 / (bottom - top));
  const double shift = (width - (right - left) * scale) / 2;
  const double height = (bottom - top) * scale + 2 * kEdge;
  std::string marks;
  std::string words;
  for (const MapCircle& circle : circles) {
    const double x = shift + (circle.x - left) * scale;
    const double y = kEdge + (circle.y - top) * scale;
    const double radius = circle.radius * scale;
    const std::string tone = circle.step >= 0    ? fmt::format("need-{}", circle.step)
                             : circle.step == -1 ? "no-data"
                                                 : "small-cell";
    marks += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" class=\"place {}\"><title>{} {}: {}</title></circle>", x, y,
        radius, tone, escaped(circle.name.zh), escaped(circle.name.en), escaped(circle.value));
    if (circle.step < 0)
      marks += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"url(#{})\"/>", x, y, radius,
                           circle.step == -1 ? "hatch-line" : "dots");
    const Text bare = bare_name(circle.name);
    const std::string ink = circle.step >= 3 ? "map-text on-dark" : "map-text";
    if (fits(bare.zh.size() / 3, 13, radius))
      words += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"zh {}\" lang=\"zh\">{}</text>", x, y + 4.5, ink,
                           escaped(bare.zh));
    if (fits(bare.en.size(), 7, radius))
      words += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"en {}\" lang=\"en\">{}</text>", x, y + 4.5, ink,
                           escaped(bare.en));
  }
  return fmt::format("<svg class=\"map {}\" width=\"{:.0f}\" height=\"{:.0f}\" aria-hidden=\"true\">{}{}</svg>",
                     css_class, width, height, marks, words);
}

std::string waterfall(double start, const std::vector<WaterfallStep>& steps, double threshold) {
  double low = std::min({0.0, start, threshold});
  double high = std::max({0.0, start, threshold});
  double at = start;
  for (const WaterfallStep& step : steps) {
    at += step.value;
    low = std::min(low, at);
    high = std::max(high, at);
  }
  const double span = std::max(1.0, high - low) * 1.02;
  const auto place = [&](double value) { return (value - low) / span * 100; };
  const auto row = [&](const std::string& label, double from, double to, const std::string& tone,
                       const std::string& value) {
    return fmt::format(
        "<div class=\"bar-row\"><span class=\"label\">{}</span><span class=\"track\"><svg width=\"100%\" height=\"18\" "
        "aria-hidden=\"true\">"
        "<line x1=\"{:.2f}%\" x2=\"{:.2f}%\" y1=\"0\" y2=\"18\" class=\"axis\"/><line x1=\"{:.2f}%\" x2=\"{:.2f}%\" "
        "y1=\"0\" y2=\"18\" class=\"threshold\"/>"
        "<rect x=\"{:.2f}%\" y=\"3\" width=\"{:.2f}%\" height=\"12\" class=\"{}\"/></svg></span><span "
        "class=\"value\">{}</span></div>",
        label, place(0), place(0), place(threshold), place(threshold), place(std::min(from, to)),
        std::max(std::abs(to - from) / span * 100, 0.4), tone, value);
  };
  const auto number = [](double value) { return fmt::format("{}{:.2f}", value < 0 ? "−" : "+", std::abs(value)); };
  std::string out = "<div class=\"bars waterfall\">" +
                    row(both({"起点（先验）", "start (prior)"}), 0, start, "fill-neutral", number(start));
  at = start;
  for (const WaterfallStep& step : steps) {
    out += row(step.label, at, at + step.value, step.value < 0 ? "against" : "fill-ink", number(step.value));
    at += step.value;
  }
  return out + row(both({"合计", "total"}), 0, at, at >= threshold ? "fill-arrived" : "fill-neutral", number(at)) +
         "</div>";
}

std::string curve(const std::vector<CurvePoint>& points, const Text& x_axis, const Text& y_axis) {
  constexpr double kSide = 260;
  constexpr double kEdge = 34;
  std::string path;
  std::string dots;
  for (const CurvePoint& point : points) {
    const double x = kEdge + point.x * (kSide - kEdge - 8);
    const double y = kSide - kEdge - point.y * (kSide - kEdge - 8);
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x, y);
    if (point.marked)
      dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" class=\"fill-entitled\"/>", x, y);
  }
  std::string ticks;
  for (const double tick : {0.0, 0.5, 1.0}) {
    const double x = kEdge + tick * (kSide - kEdge - 8);
    const double y = kSide - kEdge - tick * (kSide - kEdge - 8);
    ticks += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"tick-text\">{}</text><text x=\"{:.1f}\" y=\"{:.1f}\" "
        "class=\"tick-text end\">{}</text>",
        x, kSide - kEdge + 14, tick, kEdge - 5, y + 4, tick);
  }
  return fmt::format(
      "<figure class=\"multiple\"><figcaption>{}</figcaption><svg width=\"{:.0f}\" height=\"{:.0f}\" "
      "aria-hidden=\"true\"><line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" class=\"axis\"/>"
      "<line x1=\"{}\" x2=\"{}\" y1=\"8\" y2=\"{}\" class=\"axis\"/><path d=\"{}\" class=\"line-ink\"/>{}{}</svg><div "
      "class=\"ticks\"><span></span><span>{}</span></div></figure>",
      both(y_axis), kSide, kSide - kEdge + 18, kEdge, kSide - 8, kSide - kEdge, kSide - kEdge, kEdge, kEdge,
      kSide - kEdge, path, dots, ticks, both(x_axis));
}

}  // namespace songtan::page
