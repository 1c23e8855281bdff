#include "policy/detail/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "policy/detail/layout.h"
#include "policy/detail/reach.h"

namespace songtan::policy::detail {
namespace {

constexpr int kBoxWidth = 168;
constexpr int kBoxHeight = 30;
constexpr int kColumnStep = 232;
constexpr int kRowStep = 42;
constexpr int kWidestLabel = 20;  ///< columns of a terminal

struct Box {
  std::string label;
  std::string kind;  ///< class of the box: rule, fact, parameter
  std::string link;
  int column = 0;
  int row = 0;
  std::vector<int> to = {};
};

std::string shortened(const std::string& label) {
  std::u32string kept;
  for (const char32_t c : code_points(label)) {
    if (display_width(utf8_of(kept + c)) > kWidestLabel - 1) return utf8_of(kept) + "…";
    kept += c;
  }
  return label;
}

/// Boxes and lines of one picture.
class Drawing {
 public:
  Drawing(const Law& law, const Award& award) : law_(law) {
    for (const int v : reached_from(law, {award.info.status, award.info.amount})) box_of(v);
    for (std::size_t i = 0; i < variables_.size(); ++i) connect(static_cast<int>(i));
    columns();
    rows();
  }

  std::string svg(std::string_view language) const {
    int width = 0;
    int height = 0;
    for (const Box& box : boxes_) {
      width = std::max(width, box.column * kColumnStep + kBoxWidth);
      height = std::max(height, box.row * kRowStep + kBoxHeight);
    }
    std::string out = fmt::format(
        "<svg class=\"picture\" viewBox=\"-2 -2 {} {}\" width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"{}\">\n",
        width + 4, height + 4, width + 4, height + 4,
        language == "zh" ? "从决定到事实和参数的依赖图" : "From the decision to its facts and parameters");
    for (const Box& from : boxes_) {
      for (const int to : from.to) out += line(from, boxes_[static_cast<std::size_t>(to)]);
    }
    for (const Box& box : boxes_) out += rectangle(box);
    return out + "</svg>\n";
  }

 private:
  const Law& law_;
  std::vector<Box> boxes_;
  std::vector<int> variables_;
  std::map<int, int> variable_box_;
  std::map<int, int> parameter_box_;

  void box_of(int v) {
    const Variable& variable = law_.variable(v);
    variable_box_[v] = static_cast<int>(boxes_.size());
    variables_.push_back(v);
    boxes_.push_back({variable.info.name, variable.versions.empty() ? "fact" : "rule", anchor_of(law_, v)});
  }

  void connect(int index) {
    const Uses uses = uses_of(law_, variables_[static_cast<std::size_t>(index)]);
    std::vector<int> to;
    for (const int v : uses.variables) {
      if (v != variables_[static_cast<std::size_t>(index)]) to.push_back(variable_box_.at(v));
    }
    for (const int p : uses.parameters) {
      const auto [at, fresh] = parameter_box_.emplace(p, static_cast<int>(boxes_.size()));
      const std::string& name = law_.parameters[static_cast<std::size_t>(p)].name;
      if (fresh) boxes_.push_back({name, "parameter", "parameter-" + name});
      to.push_back(at->second);
    }
    boxes_[static_cast<std::size_t>(index)].to = std::move(to);
  }

  // A box stands right of everything that rests on it. Rules that rest on their own past would push one another for
  // ever, so the number of rounds is limited.
  void columns() {
    for (std::size_t round = 0; round < boxes_.size(); ++round) {
      bool moved = false;
      for (const Box& box : boxes_) {
        for (const int to : box.to) {
          Box& next = boxes_[static_cast<std::size_t>(to)];
          if (next.column > box.column || box.column >= kMostColumns) continue;
          next.column = box.column + 1;
          moved = true;
        }
      }
      if (!moved) return;
    }
  }
  static constexpr int kMostColumns = 14;

  // In each column by the middle of what points to a box, so that lines cross little.
  void rows() {
    std::map<int, std::vector<int>> columns;
    for (std::size_t i = 0; i < boxes_.size(); ++i) columns[boxes_[i].column].push_back(static_cast<int>(i));
    for (auto& [column, members] : columns) {
      std::map<int, std::pair<int, int>> middle;
      for (const Box& box : boxes_) {
        for (const int to : box.to) {
          if (box.column >= column) continue;
          middle[to].first += box.row;
          ++middle[to].second;
        }
      }
      const auto key = [&](int i) { return middle[i].second == 0 ? 0 : middle[i].first * 100 / middle[i].second; };
      std::ranges::stable_sort(members, {}, key);
      for (std::size_t row = 0; row < members.size(); ++row)
        boxes_[static_cast<std::size_t>(members[row])].row = static_cast<int>(row);
    }
  }

  static std::string line(const Box& from, const Box& to) {
    const int x1 = from.column * kColumnStep + kBoxWidth;
    const int y1 = from.row * kRowStep + kBoxHeight / 2;
    const int x2 = to.column * kColumnStep;
    const int y2 = to.row * kRowStep + kBoxHeight / 2;
    const int bend = std::max((x2 - x1) / 2, 24);
    return fmt::format("<path d=\"M{} {}C{} {} {} {} {} {}\"/>\n", x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2);
  }

  static std::string rectangle(const Box& box) {
    const int x = box.column * kColumnStep;
    const int y = box.row * kRowStep;
    return fmt::format(
        "<a href=\"#{}\" class=\"{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>"
        "<text x=\"{}\" y=\"{}\">{}</text></a>\n",
        escaped(box.link), box.kind, escaped(box.label), x, y, kBoxWidth, kBoxHeight, x + kBoxWidth / 2,
        y + kBoxHeight / 2 + 5, escaped(shortened(box.label)));
  }
};

}  // namespace

std::string dependency_picture(const Law& law, const Award& award, std::string_view language) {
  return Drawing(law, award).svg(language);
}

std::string anchor_of(const Law& law, int variable) {
  const VariableInfo& info = law.variable(variable).info;
  return law.entities[static_cast<std::size_t>(info.entity)].info.name + "-" + info.name;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace songtan::policy::detail
