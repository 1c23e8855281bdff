#include "policy/language_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "base/text.h"
#include "policy/detail/declaration_text.h"
#include "policy/detail/parser.h"
#include "policy/detail/token.h"

namespace songtan::policy {
namespace {

using namespace detail;

/// A name that a declaration brings in.
struct Symbol {
  std::string kind;    ///< canonical keyword: 事实, 变量, 参数 …
  std::string entity;  ///< "" for names without an entity
  std::string name;
  std::string type;
  std::string file;
  int line = 0;  ///< of the declaration, 1-based
  Place place;   ///< of the name
};

constexpr std::array<std::string_view, 9> kNamed = {"事实", "变量", "规则", "参数", "级距",
                                                    "枚举", "联系", "实体", "群体"};
constexpr std::array<std::string_view, 29> kFunctions = {
    "合计", "人数", "最大",           "最小",           "平均",     "有任一",   "全部", "全无", "第一个", "有",
    "至少", "至多", "较大",           "较小",           "绝对值",   "取整",     "累进", "全额", "档次",   "上月",
    "上年", "前",   "过去12个月合计", "过去12个月平均", "全年合计", "平均到月", "周岁", "日数", "月数"};
constexpr std::array<std::string_view, 14> kKeywords = {
    "且", "或", "非", "若", "则", "否则", "当", "属于", "不属于", "是", "否", "依据", "须满足全部", "须满足任一"};

int utf16_length(std::string_view text) {
  int length = 0;
  for (const char32_t c : code_points(text)) length += c > 0xFFFF ? 2 : 1;
  return length;
}

/// One policy file cut into tokens; empty where it cannot be.
struct Source {
  std::string text;
  TokenList list;
  std::vector<std::string_view> lines;
  std::vector<std::size_t> line_begins;
};

Source source_of(const std::string& text, int file, const std::string& name) {
  Source made{text, {}, {}, {}};
  if (auto tokens = tokenize(made.text, file, name)) made.list = std::move(*tokens);
  return made;
}

}  // namespace

struct LanguageService::State {
  PackText pack;
  LawTexts texts;
  std::map<std::string, Source> sources;
  std::vector<Symbol> symbols;

  void read();
  void read_symbols(const std::string& file, const Source& source);
  Span span_of(const std::string& file, const Token& token) const;
  const Token* token_at(const std::string& file, Position at) const;
  std::vector<const Symbol*> named(std::string_view name) const;
  std::string entity_at(const std::string& file, int line) const;
  std::string word_before(const std::string& file, Position at) const;
  std::string articles_of(std::string_view text) const;
};

void LanguageService::State::read() {
  sources.clear();
  symbols.clear();
  for (const PackFile& file : pack.files) {
    if (!file.name.ends_with(".policy")) continue;
    const auto at = sources.emplace(file.name, source_of(file.text, 0, file.name)).first;
    Source& source = at->second;
    source.lines = split(source.text, '\n');
    std::size_t begin = 0;
    for (const std::string_view line : source.lines) {
      source.line_begins.push_back(begin);
      begin += line.size() + 1;
    }
    read_symbols(file.name, source);
  }
}

void LanguageService::State::read_symbols(const std::string& file, const Source& source) {
  const auto& tokens = source.list.tokens;
  const auto is = [&](std::size_t i, std::string_view mark) {
    return i < tokens.size() && tokens[i].kind == TokenKind::mark && tokens[i].text == mark;
  };
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].kind != TokenKind::name || !tokens[i].first_on_line) continue;
    const std::string kind{canonical(tokens[i].text)};
    const bool role = kind == "角色";
    if (!role && (tokens[i].place.column != 1 || std::ranges::find(kNamed, kind) == kNamed.end())) continue;
    std::size_t at = i + 1;
    Symbol made{kind, "", "", "", file, tokens[i].place.line, {}};
    if (is(at + 1, "·")) {
      made.entity = tokens[at].text;
      at += 2;
    }
    if (at >= tokens.size() || tokens[at].kind != TokenKind::name) continue;
    made.name = tokens[at].text;
    made.place = tokens[at].place;
    for (std::size_t t = at + 2; is(at + 1, ":") && t < tokens.size() && (t == at + 2 || tokens[t].glued); ++t)
      made.type += tokens[t].text;
    symbols.push_back(std::move(made));
  }
}

Span LanguageService::State::span_of(const std::string& file, const Token& token) const {
  const Source& source = sources.at(file);
  const auto line = static_cast<std::size_t>(token.place.line - 1);
  const std::size_t begin = source.line_begins[line];
  const std::string_view text = source.text;
  const int column = utf16_length(text.substr(begin, token.begin - begin));
  return {file, token.place.line - 1, column, column + utf16_length(text.substr(token.begin, token.end - token.begin))};
}

const Token* LanguageService::State::token_at(const std::string& file, Position at) const {
  const auto source = sources.find(file);
  if (source == sources.end()) return nullptr;
  const Token* found = nullptr;
  for (const Token& token : source->second.list.tokens) {
    if (token.kind == TokenKind::end || token.place.line - 1 != at.line) continue;
    const Span span = span_of(file, token);
    if (span.begin <= at.column && at.column <= span.end && (found == nullptr || token.kind == TokenKind::name))
      found = &token;
  }
  return found;
}

std::vector<const Symbol*> LanguageService::State::named(std::string_view name) const {
  std::vector<const Symbol*> found;
  for (const Symbol& each : symbols) {
    if (each.name == name) found.push_back(&each);
  }
  return found;
}

// The entity of the declaration that a line belongs to.
std::string LanguageService::State::entity_at(const std::string& file, int line) const {
  std::string entity;
  for (const Symbol& each : symbols) {
    if (each.file == file && each.line <= line + 1 && !each.entity.empty()) entity = each.entity;
  }
  return entity;
}

// What stands right before the word at a place: the entity of "家庭·收…", without the word itself.
std::string LanguageService::State::word_before(const std::string& file, Position at) const {
  const auto source = sources.find(file);
  if (source == sources.end() || at.line >= std::ssize(source->second.lines)) return {};
  std::u32string left;
  int column = 0;
  for (const char32_t c : code_points(source->second.lines[static_cast<std::size_t>(at.line)])) {
    if (column >= at.column) break;
    column += c > 0xFFFF ? 2 : 1;
    left += c;
  }
  constexpr std::u32string_view kEnds = U" \t()（）,，、:：+-×*/÷<>=";
  const std::size_t begin = left.find_last_of(kEnds);
  const std::u32string whole = begin == std::u32string::npos ? left : left.substr(begin + 1);
  const std::size_t dot = whole.find_last_of(U"·.・•");
  return dot == std::u32string::npos ? std::string() : utf8_of(whole.substr(0, dot));
}

std::string LanguageService::State::articles_of(std::string_view text) const {
  std::string out;
  for (const std::string& citation : citations_of(text)) {
    const Article* article = texts.find(citation);
    out += fmt::format("\n\n**{}**", citation);
    if (article == nullptr) continue;
    if (article->unseen) out += fmt::format(" 未见原文：{} {}", article->law, article->title);
    for (const std::string_view line : split(article->text, '\n')) out += fmt::format("\n\n> {}", line);
  }
  return out;
}

LanguageService::LanguageService(PackText pack, LawTexts texts) : state_(std::make_unique<State>()) {
  state_->pack = std::move(pack);
  state_->texts = std::move(texts);
  state_->read();
}

LanguageService::~LanguageService() = default;

const PackText& LanguageService::pack() const { return state_->pack; }

void LanguageService::change(const std::string& file, std::string text) {
  const auto found = std::ranges::find(state_->pack.files, file, &PackFile::name);
  if (found == state_->pack.files.end()) {
    state_->pack.files.push_back({file, std::move(text)});
  } else {
    found->text = std::move(text);
  }
  state_->read();
}

std::vector<std::pair<Span, Error>> LanguageService::mistakes() const {
  std::vector<std::pair<Span, Error>> found;
  for (Error& error : check_pack(state_->pack)) {
    Span span{error.file, static_cast<int>(std::max<std::int64_t>(error.line - 1, 0)), 0, 1};
    const bool numbered = !error.column.empty() && error.column.find_first_not_of("0123456789") == std::string::npos;
    if (numbered) span.begin = std::stoi(error.column) - 1;
    span.end = span.begin + 1;
    if (const Token* token = state_->token_at(error.file, {span.line, span.begin})) {
      const Span whole = state_->span_of(error.file, *token);
      if (whole.begin == span.begin) span.end = whole.end;
    }
    found.emplace_back(std::move(span), std::move(error));
  }
  return found;
}

std::optional<std::string> LanguageService::hover(const std::string& file, Position at) const {
  const Token* token = state_->token_at(file, at);
  if (token == nullptr) return std::nullopt;
  if (token->kind == TokenKind::raw) return state_->articles_of(token->text).substr(2);
  if (token->kind != TokenKind::name) return std::nullopt;
  std::string out;
  for (const Symbol* symbol : state_->named(token->text)) {
    const std::string text = declaration_text(state_->pack, symbol->file, symbol->line);
    out += fmt::format("{}```\n{}\n```", out.empty() ? "" : "\n\n", text);
    const auto tokens = tokenize(text, 0, symbol->file);
    std::set<std::string> told;
    for (std::size_t i = 0; tokens && i < tokens->tokens.size(); ++i) {
      const Token& each = tokens->tokens[i];
      if (each.kind == TokenKind::raw && told.insert(each.text).second) out += state_->articles_of(each.text);
    }
  }
  if (!out.empty()) return out;
  const std::string_view english = english_keyword(token->text);
  if (english != token->text) return fmt::format("`{}` = `{}`", token->text, english);
  return std::nullopt;
}

std::optional<Span> LanguageService::definition(const std::string& file, Position at) const {
  const Token* token = state_->token_at(file, at);
  if (token == nullptr || token->kind != TokenKind::name) return std::nullopt;
  std::vector<const Symbol*> found = state_->named(token->text);
  if (found.empty()) return std::nullopt;
  const std::string before = state_->word_before(file, {at.line, state_->span_of(file, *token).end});
  const std::string entity = before.empty() ? state_->entity_at(file, at.line) : before;
  const auto own = std::ranges::find_if(found, [&](const Symbol* each) {
    return !each->entity.empty() && (each->entity == entity || "所在" + each->entity == entity);
  });
  const Symbol& symbol = own == found.end() ? *found[0] : **own;
  for (const Token& each : state_->sources.at(symbol.file).list.tokens) {
    if (each.place.line == symbol.place.line && each.place.column == symbol.place.column)
      return state_->span_of(symbol.file, each);
  }
  return std::nullopt;
}

Result<std::vector<Span>> LanguageService::rename(const std::string& file, Position at,
                                                  const std::string& fresh) const {
  const auto refuse = [](std::string zh, std::string en, Text mend = {}) {
    return fail(Outcome::refused, "policy.rename", {std::move(zh), std::move(en)}, std::move(mend));
  };
  const Token* token = state_->token_at(file, at);
  const auto found =
      token != nullptr && token->kind == TokenKind::name ? state_->named(token->text) : std::vector<const Symbol*>();
  if (found.empty()) return refuse("这里没有声明过的名称", "there is no declared name here");
  const std::string name = token->text;
  std::set<std::string> entities;
  for (const Symbol* each : found) entities.insert(each->entity);
  if (entities.size() > 1)
    return refuse(fmt::format("几个实体都有“{}”", name), fmt::format("several entities have a '{}'", name),
                  {"先用别的办法区分它们", "tell them apart by hand first"});
  const auto tokens = tokenize(fresh, 0, "");
  if (!tokens || tokens->tokens.size() != 2 || tokens->tokens[0].kind != TokenKind::name ||
      tokens->tokens[0].text != fresh || canonical(fresh) != fresh || english_keyword(fresh) != fresh)
    return refuse(
        fmt::format("“{}”不能作名称", fresh), fmt::format("'{}' cannot be a name", fresh),
        {"用字母、数字和 _，不以数字开头，不用关键词", "use letters, digits and _, no digit first, no keyword"});
  if (!state_->named(fresh).empty())
    return refuse(fmt::format("“{}”已经有了", fresh), fmt::format("'{}' is taken", fresh));
  for (const PackFile& each : state_->pack.files) {
    const std::string header = each.text.substr(0, each.text.find('\n'));
    if (!each.name.ends_with(".csv")) continue;
    for (const std::string_view column : split(header, ',')) {
      if (trimmed(column) == name)
        return refuse(fmt::format("表 {} 有列“{}”", each.name, name),
                      fmt::format("the table {} has a column '{}'", each.name, name),
                      {"先改表头", "change the header first"});
    }
  }
  std::vector<Span> spans;
  for (const auto& [source_name, source] : state_->sources) {
    for (const Token& each : source.list.tokens) {
      if (each.kind == TokenKind::name && each.text == name) spans.push_back(state_->span_of(source_name, each));
      if (each.kind != TokenKind::string) continue;
      const std::string_view raw = std::string_view(source.text).substr(each.begin, each.end - each.begin);
      const std::string inside = "{" + name + "}";
      const int begin = state_->span_of(source_name, each).begin;
      for (std::size_t i = raw.find(inside); i != raw.npos; i = raw.find(inside, i + 1)) {
        const int column = begin + utf16_length(raw.substr(0, i)) + 1;
        spans.push_back({source_name, each.place.line - 1, column, column + utf16_length(name)});
      }
    }
  }
  return spans;
}

std::vector<Suggestion> LanguageService::complete(const std::string& file, Position at) const {
  std::string entity = state_->word_before(file, at);
  const bool qualified = !entity.empty();
  constexpr std::string_view kOwn = "所在";
  if (entity.starts_with(kOwn)) entity = entity.substr(kOwn.size());
  if (!qualified) entity = state_->entity_at(file, at.line);
  bool known = false;
  std::string person;
  for (const Symbol& each : state_->symbols) {
    known |= (each.kind == "实体" || each.kind == "群体") && each.name == entity;
    if (each.kind == "实体") person = each.name;
  }
  if (qualified && !known) entity = person;  // a role or a link leads to a person
  std::vector<Suggestion> found;
  std::set<std::string> told;
  const auto add = [&](std::string_view word, Suggestion::Kind kind, std::string detail) {
    if (told.emplace(word).second) found.push_back({std::string(word), kind, std::move(detail)});
  };
  for (const Symbol& each : state_->symbols) {
    const bool variable = each.kind == "事实" || each.kind == "变量" || each.kind == "规则";
    if (variable && each.entity == entity) add(each.name, Suggestion::Kind::variable, each.entity + "·" + each.type);
    if (qualified) continue;
    if (each.kind == "参数" || each.kind == "级距") add(each.name, Suggestion::Kind::parameter, each.type);
    if (each.kind == "角色" && entity != person) add(each.name, Suggestion::Kind::role, "角色");
    if (each.kind == "联系" && entity == person) add(each.name, Suggestion::Kind::link, "联系");
    if (each.kind == "群体" && entity == person) add("所在" + each.name, Suggestion::Kind::role, "群体");
  }
  if (qualified) return found;
  for (const std::string_view each : kFunctions) add(each, Suggestion::Kind::function, "函数");
  for (const std::string_view each : kKeywords)
    add(each, Suggestion::Kind::keyword, std::string(english_keyword(each)));
  return found;
}

}  // namespace songtan::policy
