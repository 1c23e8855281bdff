#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/detail/check_state.h"

namespace songtan::policy::detail {
namespace {

constexpr int kMoneyDecimals = 4;
constexpr int kRatioDecimals = 6;
constexpr int kMostDecimals = 9;

bool is_ratio(std::string_view word) { return word == "倍" || word == "%" || word == "数" || word == "number"; }

std::string period_word(std::string_view word) {
  const std::string_view zh = canonical(word);
  return zh == "月" || zh == "年" || zh == "日" || zh == "周" ? std::string(zh) : std::string{};
}

std::size_t distance(std::u32string_view a, std::u32string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace

Wide power_of_ten(int n) {
  Wide value = 1;
  for (int i = 0; i < n; ++i) value *= 10;
  return value;
}

bool CheckState::known_unit(std::string_view word) const {
  return is_ratio(word) || counts.contains(word) || currencies.contains(word);
}

Result<Unit> CheckState::unit_of(std::string_view word, Place place) const {
  const std::size_t slash = word.find('/');
  const std::string_view base = word.substr(0, slash);
  Unit unit;
  if (slash != std::string_view::npos) {
    unit.per = period_word(word.substr(slash + 1));
    if (unit.per.empty()) {
      return refuse(
          "policy.unit", place,
          {fmt::format("单位“{}”的“/”后不是期间", word), fmt::format("the unit '{}' has no period after '/'", word)},
          {"写成 元/月、元/年、元/日 或 元/周", "write 元/month, 元/year, 元/day or 元/week"});
    }
  }
  if (is_ratio(base)) return unit;
  unit.base = std::string(base);
  if (currencies.contains(base)) {
    unit.money = true;
    return unit;
  }
  if (counts.contains(base)) return unit;
  std::vector<std::string> known(counts.begin(), counts.end());
  known.insert(known.end(), currencies.begin(), currencies.end());
  for (const Enumeration& each : law.enums) known.push_back(each.name);
  const std::string near = nearest_names(base, known);
  return refuse(
      "policy.unit", place,
      {fmt::format("不认识的类型或单位“{}”", word), fmt::format("unknown type or unit '{}'", word)},
      {near.empty() ? fmt::format("先声明：单位 {}", base) : fmt::format("是不是 {}？否则先声明：单位 {}", near, base),
       near.empty() ? fmt::format("declare it first: unit {}", base)
                    : fmt::format("did you mean {}? otherwise declare it: unit {}", near, base)});
}

Result<Type> CheckState::type_of(const TypeClause& clause) const {
  Type type;
  const std::string_view word = canonical(clause.word);
  if (word == "是否") {
    type.kind = ValueKind::boolean;
  } else if (word == "日期") {
    type.kind = ValueKind::date;
  } else if (const auto found = enum_index.find(clause.word); found != enum_index.end()) {
    type.kind = ValueKind::enumeration;
    type.enumeration = found->second;
  } else {
    TRY(type.unit, unit_of(clause.word, clause.place));
    const std::string_view base = std::string_view(clause.word).substr(0, clause.word.find('/'));
    type.scale = type.unit.money ? kMoneyDecimals : is_ratio(base) ? kRatioDecimals : 0;
  }
  if (clause.decimals) {
    if (type.kind != ValueKind::number || *clause.decimals > kMostDecimals) {
      return refuse("policy.decimals", clause.place,
                    {fmt::format("小数位数只能用于数，且不超过 {}", kMostDecimals),
                     fmt::format("decimals belong to numbers and are at most {}", kMostDecimals)},
                    {"删去或改小", "remove or lower it"});
    }
    type.scale = *clause.decimals;
  }
  return type;
}

int CheckState::constant(Wide value, Type type, Place place) {
  Node made;
  made.op = Op::constant;
  made.type = type;
  made.value = value;
  made.place = place;
  return add(std::move(made));
}

std::string type_text(const Type& type, const Law& law) {
  switch (type.kind) {
    case ValueKind::boolean: return "是否";
    case ValueKind::date: return "日期";
    case ValueKind::enumeration:
      return type.enumeration >= 0 ? law.enums[static_cast<std::size_t>(type.enumeration)].name : "词";
    case ValueKind::number: return type.unit.text().empty() ? "数" : type.unit.text();
  }
  return {};
}

std::string nearest_names(std::string_view name, const std::vector<std::string>& known) {
  const std::u32string wanted = code_points(name);
  std::string best;
  std::size_t least = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& each : known) {
    const std::u32string candidate = code_points(each);
    const std::size_t longer = std::max(candidate.size(), wanted.size());
    if (candidate == wanted || longer > 64) continue;
    const std::size_t apart = distance(wanted, candidate);
    if (apart < least && apart < longer) {
      least = apart;
      best = each;
    }
  }
  return best;
}

std::optional<Decimal> decimal_of(std::string_view digits) {
  Decimal out;
  bool negative = false;
  bool fraction = false;
  bool any = false;
  Wide value = 0;
  for (const char c : digits) {
    if (c == '-' && !any && !negative) {
      negative = true;
    } else if (c == '.' && !fraction) {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      value = value * 10 + (c - '0');
      if (fraction) ++out.scale;
      if (value > (Wide{1} << 61)) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  if (!any) return std::nullopt;
  while (out.scale > 0 && value % 10 == 0) {
    value /= 10;
    --out.scale;
  }
  out.value = static_cast<std::int64_t>(negative ? -value : value);
  return out;
}

const Version* version_on(const Variable& variable, Day day) {
  for (const Version& version : variable.versions) {
    if (holds_on(version.dates, day)) return &version;
  }
  return nullptr;
}

const ScaleVersion* scale_on(const Scale& scale, Day day) {
  for (const ScaleVersion& version : scale.versions) {
    if (holds_on(version.dates, day)) return &version;
  }
  return nullptr;
}

std::vector<const ParameterRow*> rows_on(const Parameter& parameter, Day day) {
  std::vector<const ParameterRow*> rows;
  for (const ParameterRow& row : parameter.rows) {
    if (holds_on(row.dates, day)) rows.push_back(&row);
  }
  return rows;
}

}  // namespace songtan::policy::detail
