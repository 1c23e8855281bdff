#include "policy/detail/parse_declaration.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace songtan::policy::detail {
namespace {

constexpr std::array<std::string_view, 24> kStarts = {"实体", "群体", "联系", "单位", "货币", "枚举", "事实", "政策",
                                                      "自",   "至",   "参数", "级距", "变量", "规则", "给付", "预警",
                                                      "互斥", "叠加", "择高", "抵扣", "情景", "测试", "检验", "取整"};

constexpr std::array<std::string_view, 9> kTimes = {"恒定", "状态", "月流量", "年流量", "存量",
                                                    "按日", "按周", "按月",   "按年"};

bool start_word(const Token& token) {
  const std::string_view word = token.kind == TokenKind::name ? canonical(token.text) : std::string_view{};
  return std::ranges::find(kStarts, word) != kStarts.end();
}

bool is_time(const Token& token) {
  return token.kind == TokenKind::name && std::ranges::find(kTimes, canonical(token.text)) != kTimes.end();
}

}  // namespace

bool DeclarationParser::starts_declaration() const {
  const Token& token = in_.peek();
  return token.kind == TokenKind::name && token.first_on_line && token.place.column == 1 &&
         std::ranges::find(kStarts, canonical(token.text)) != kStarts.end();
}

void DeclarationParser::skip_to_next_declaration() {
  in_.take();
  while (!in_.at_end() && !starts_declaration()) in_.take();
}

Result<void> DeclarationParser::declaration() {
  const std::string_view word = in_.peek().kind == TokenKind::name ? canonical(in_.peek().text) : std::string_view{};
  if (word == "实体") return entity();
  if (word == "群体") return group();
  if (word == "联系") return link();
  if (word == "单位") return unit(false);
  if (word == "货币") return unit(true);
  if (word == "枚举") return enumeration();
  if (word == "事实") return fact();
  if (word == "政策") return policy();
  if (word == "参数") return parameter();
  if (word == "级距") return scale();
  if (word == "变量") return variable(false);
  if (word == "规则") return variable(true);
  if (word == "给付") return award(false);
  if (word == "预警") return award(true);
  if (word == "互斥") return stack(StackDecl::Kind::exclusive);
  if (word == "叠加") return stack(StackDecl::Kind::allowed);
  if (word == "择高") return stack(StackDecl::Kind::higher);
  if (word == "抵扣") return stack(StackDecl::Kind::offset);
  if (word == "情景") return scenario();
  if (word == "测试") return test();
  if (word == "检验") return property();
  if (word == "取整") return rounding_or_default();
  if (word == "自" || word == "至") {
    DateRange range;
    TRY_VOID(dates(range));
    for (;;) {
      TRY(const bool read, date_clause(range));
      if (!read) break;
    }
    dates_ = range;
    return {};
  }
  const std::string seen = in_.peek().text;
  const std::string near = in_.peek().kind == TokenKind::name ? nearest_keyword(seen) : std::string();
  return in_.refuse("policy.declaration", in_.peek().place,
                    {fmt::format("“{}”不是声明的开头", seen), fmt::format("'{}' does not begin a declaration", seen)},
                    near.empty()
                        ? Text{"行首写 事实、参数、变量、规则、政策、给付、测试 等；续行要缩进",
                               "begin the line with fact, parameter, variable, rule, policy, award, test …; indent "
                               "continued lines"}
                        : Text{fmt::format("是不是 {}？续行要缩进", near),
                               fmt::format("did you mean {}? Indent continued lines", near)});
}

Result<void> DeclarationParser::entity() {
  EntityDecl decl;
  decl.place = in_.take().place;
  TRY(decl.name, in_.expect_name("实体的名称", "the entity's name"));
  out_->entities.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::group() {
  GroupDecl decl;
  decl.place = in_.take().place;
  TRY(decl.name, in_.expect_name("群体的名称", "the group's name"));
  if (!in_.take_word("成员")) TRY_VOID(in_.expect_word("的"));
  TRY(decl.person, in_.expect_name("成员的实体", "the entity of its members"));
  while (in_.word("角色")) {
    RoleDecl role;
    role.place = in_.take().place;
    TRY(role.name, in_.expect_name("角色的名称", "the role's name"));
    if (in_.take_word("至多")) {
      TRY(const int most, small_number("人数上限", "the largest number of members"));
      role.most = most;
    }
    decl.roles.push_back(std::move(role));
  }
  out_->groups.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::link() {
  LinkDecl decl;
  decl.place = in_.take().place;
  TRY(const std::vector<std::string> parts, in_.qualified());
  if (parts.size() != 2) return in_.expected("人·联系的名称", "person·name of the link");
  decl.person = parts[0];
  decl.name = parts[1];
  if (in_.take_word("多个")) {
    decl.many = true;
  } else {
    TRY_VOID(in_.expect_word("一个"));
  }
  out_->links.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::unit(bool currency) {
  UnitDecl decl;
  decl.place = in_.take().place;
  decl.currency = currency;
  TRY(decl.name, in_.expect_name("单位的名称", "the unit's name"));
  out_->units.push_back(std::move(decl));
  return {};
}

Result<std::string> DeclarationParser::words_list_item() {
  if (in_.peek().kind == TokenKind::string || in_.peek().kind == TokenKind::name ||
      in_.peek().kind == TokenKind::number) {
    return in_.take().text;
  }
  return in_.expected("一个词", "a word");
}

Result<void> DeclarationParser::enumeration() {
  EnumDecl decl;
  decl.place = in_.take().place;
  TRY(decl.name, in_.expect_name("枚举的名称", "the enumeration's name"));
  if (in_.take_word("开放")) {
    decl.open = true;
    if (!in_.mark("{")) {
      out_->enums.push_back(std::move(decl));
      return {};
    }
  }
  TRY_VOID(in_.expect_mark("{"));
  do {
    TRY(std::string word, words_list_item());
    decl.words.push_back(std::move(word));
  } while (in_.take_mark(","));
  TRY_VOID(in_.expect_mark("}"));
  out_->enums.push_back(std::move(decl));
  return {};
}

Result<TypeClause> DeclarationParser::type() {
  TypeClause clause;
  clause.place = in_.peek().place;
  if (in_.take_mark("%")) {
    clause.word = "%";
  } else {
    TRY(clause.word,
        in_.expect_name("类型（是否、日期、枚举或单位）", "a type (bool, date, an enumeration or a unit)"));
    if (in_.mark("/")) {
      in_.take();
      TRY(const std::string per,
          in_.expect_name("“/”后的期间（月、年、日、周）", "a period after '/' (month, year, day, week)"));
      clause.word += "/" + per;
    }
  }
  if (in_.take_word("小数")) {
    TRY(const int decimals, small_number("小数位数", "the number of decimals"));
    clause.decimals = decimals;
  }
  return clause;
}

Result<int> DeclarationParser::small_number(std::string_view zh, std::string_view en) {
  const Token& token = in_.peek();
  int value = 0;
  const char* end = token.text.data() + token.text.size();
  if (token.kind != TokenKind::number || std::from_chars(token.text.data(), end, value).ptr != end) {
    return in_.expected(zh, en);
  }
  in_.take();
  return value;
}

Result<std::string> DeclarationParser::article() {
  in_.take();
  if (in_.peek().kind != TokenKind::raw) return in_.expected("条文出处", "the source of the article");
  return in_.take().text;
}

Result<Day> DeclarationParser::day(bool end_of_period) {
  const Token& token = in_.peek();
  const auto period =
      token.kind == TokenKind::date || token.kind == TokenKind::number ? PeriodKey::parse(token.text) : std::nullopt;
  if (!period) return in_.expected("日期，如 2026-07-01", "a date such as 2026-07-01");
  in_.take();
  return end_of_period ? period->last() : period->first();
}

Result<bool> DeclarationParser::date_clause(DateRange& range) {
  // In the first column the dates stand above the declarations that follow, they do not end the one before.
  if (in_.peek().first_on_line && in_.peek().place.column == 1) return false;
  return dates(range);
}

Result<bool> DeclarationParser::dates(DateRange& range) {
  if (in_.take_word("自")) {
    if (in_.take_word("起始")) {
      range.from.reset();
      return true;
    }
    TRY(const Day from, day(false));
    range.from = from;
    return true;
  }
  if (in_.take_word("至")) {
    const Place place = in_.peek().place;
    TRY(const Day to, day(true));
    range.to = to;
    if (range.from && to < *range.from) {
      return in_.refuse("policy.dates", place, {"“至”早于“自”", "'to' lies before 'from'"},
                        {"改正其中一个日期", "correct one of the dates"});
    }
    return true;
  }
  return false;
}

Result<void> DeclarationParser::fact() {
  FactDecl decl;
  decl.place = in_.take().place;
  TRY(const std::vector<std::string> parts, in_.qualified());
  if (parts.size() != 2) {
    return in_.refuse("policy.entity", decl.place,
                      {fmt::format("事实“{}”没有写明属于谁", parts[0]),
                       fmt::format("the fact '{}' does not say whose it is", parts[0])},
                      {fmt::format("写成 人·{}", parts[0]), fmt::format("write person·{}", parts[0])});
  }
  decl.entity = parts[0];
  decl.name = parts[1];
  TRY_VOID(in_.expect_mark(":"));
  TRY(decl.type, type());
  while (!in_.at_end() && !start_word(in_.peek()) && !in_.mark("}")) TRY_VOID(fact_clause(decl));
  out_->facts.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::fact_clause(FactDecl& fact) {
  if (is_time(in_.peek())) {
    fact.time = canonical(in_.take().text);
    return {};
  }
  if (in_.take_word("缺省")) {
    TRY(fact.default_value, in_.expression());
    return {};
  }
  if (in_.take_word("推定")) {
    TRY(fact.presumption, in_.expression());
    return {};
  }
  if (in_.take_word("采集")) {
    const Place place = in_.peek().place;
    TRY(const int cost, small_number("采集难度 1 至 9", "a cost from 1 to 9"));
    if (cost < 1 || cost > 9) {
      return in_.refuse(
          "policy.collect", place, {"采集难度要在 1 至 9 之间", "the cost to collect lies between 1 and 9"},
          {"写 1 到 9：1 为查登记即可，9 为最难", "write 1 to 9: 1 = look it up in a register, 9 = hardest"});
    }
    fact.collect_cost = cost;
    return {};
  }
  if (in_.take_word("范围")) {
    TRY(const ExprId first, in_.expression());
    if (in_.take_word("以下")) {
      fact.highest = first;
      return {};
    }
    fact.lowest = first;
    if (in_.take_word("以上")) return {};
    if (!in_.take_word("至")) return in_.expected("“以上”“以下”或“至”", "'upwards', 'up_to' or 'to'");
    TRY(fact.highest, in_.expression());
    return {};
  }
  if (in_.word("依据")) {
    TRY(fact.article, article());
    return {};
  }
  return in_.expected("时间种类、缺省、范围、推定、采集 或 依据",
                      "a kind of time, default, range, presume, collect or article");
}

Result<void> DeclarationParser::policy() {
  PolicyDecl decl;
  decl.place = in_.take().place;
  TRY(decl.name, in_.expect_name("政策的名称", "the policy's name"));
  if (in_.peek().kind == TokenKind::string) decl.english = in_.take().text;
  for (;;) {
    if (in_.take_word("代码")) {
      TRY(decl.code, in_.expect_name("代码", "a code"));
    } else if (in_.take_word("主管")) {
      TRY(decl.office, in_.expect_name("主管部门", "the office"));
    } else if (in_.word("依据")) {
      TRY(decl.article, article());
    } else {
      break;
    }
  }
  policy_ = static_cast<int>(out_->policies.size());
  dates_ = {};
  out_->policies.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::parameter_keys(ParameterDecl& parameter) {
  do {
    TRY(std::vector<std::string> key, in_.qualified());
    parameter.keys.push_back(std::move(key));
    parameter.key_types.emplace_back();
    if (in_.take_mark(":")) {
      TRY(TypeClause own, type());
      parameter.key_types.back() = std::move(own);
    }
  } while (in_.take_mark(","));
  return {};
}

Result<void> DeclarationParser::parameter() {
  ParameterDecl decl;
  decl.place = in_.take().place;
  decl.dates = dates_;
  TRY(decl.name, in_.expect_name("参数的名称", "the parameter's name"));
  if (in_.take_mark("×")) {
    TRY(decl.factor, in_.expression());
  } else {
    TRY_VOID(in_.expect_mark(":"));
    TRY(decl.type, type());
  }
  for (;;) {
    TRY(const bool dated, date_clause(decl.dates));
    if (dated) continue;
    if (in_.take_word("按")) {
      TRY_VOID(parameter_keys(decl));
    } else if (in_.take_word("取自")) {
      decl.table = in_.peek().kind == TokenKind::string ? in_.take().text : in_.glued_text();
    } else if (in_.take_mark("=")) {
      TRY(decl.value, in_.expression());
    } else if (in_.take_word("待核")) {
      decl.unconfirmed = true;
    } else if (in_.word("依据")) {
      TRY(decl.article, article());
    } else {
      break;
    }
  }
  if (dated_line()) return parameter_series(decl);
  out_->parameters.push_back(std::move(decl));
  return {};
}

bool DeclarationParser::dated_line() const {
  return (in_.peek().kind == TokenKind::date || in_.peek().kind == TokenKind::number) && in_.mark(":", 1);
}

// 2017-01-01: 400元/月 … one below the other: each holds until the day before the next.
Result<void> DeclarationParser::parameter_series(const ParameterDecl& decl) {
  const std::size_t first = out_->parameters.size();
  while (dated_line()) {
    ParameterDecl made = decl;
    made.place = in_.peek().place;
    TRY(const Day from, day(false));
    in_.take();
    made.dates = {from, decl.dates.to};
    TRY(made.value, in_.expression());
    made.unconfirmed = in_.take_word("待核") || decl.unconfirmed;
    if (in_.word("依据")) {
      TRY(made.article, article());
    }
    if (out_->parameters.size() > first) {
      ParameterDecl& before = out_->parameters.back();
      if (from <= *before.dates.from) {
        return in_.refuse("policy.date", made.place, {"日期要从早到晚，一行一个", "the dates must rise, one a line"},
                          {"把这一行移到它该在的地方", "move this line to where it belongs"});
      }
      before.dates.to = from.plus(-1);
    }
    out_->parameters.push_back(std::move(made));
  }
  return {};
}

Result<void> DeclarationParser::scale() {
  ScaleDecl decl;
  decl.place = in_.take().place;
  decl.dates = dates_;
  TRY(decl.name, in_.expect_name("级距的名称", "the scale's name"));
  TRY_VOID(in_.expect_mark(":"));
  TRY(decl.from_type, type());
  if (!in_.take_word("至")) TRY_VOID(in_.expect_word("到"));
  TRY(decl.to_type, type());
  for (;;) {
    TRY(const bool dated, date_clause(decl.dates));
    if (dated) continue;
    if (in_.take_word("取自")) {
      decl.table = in_.peek().kind == TokenKind::string ? in_.take().text : in_.glued_text();
    } else if (in_.take_word("待核")) {
      decl.unconfirmed = true;
    } else if (in_.word("依据")) {
      TRY(decl.article, article());
    } else {
      break;
    }
  }
  TRY_VOID(scale_levels(decl));
  out_->scales.push_back(std::move(decl));
  return {};
}

Result<void> DeclarationParser::scale_levels(ScaleDecl& scale) {
  while (in_.peek().kind == TokenKind::number || in_.mark("-")) {
    TRY(const ExprId from, in_.expression());
    TRY_VOID(in_.expect_mark(":"));
    TRY(const ExprId to, in_.expression());
    scale.levels.emplace_back(from, to);
    in_.take_mark(";");
  }
  return {};
}

}  // namespace songtan::policy::detail
