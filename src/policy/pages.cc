#include "policy/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "policy/detail/check_state.h"
#include "policy/detail/declaration_text.h"
#include "policy/detail/page_style.h"
#include "policy/detail/parser.h"
#include "policy/detail/picture.h"
#include "policy/detail/reach.h"
#include "policy/detail/table_words.h"

namespace songtan::policy {
namespace {

using namespace detail;

std::string file_of(std::string_view code, bool zh) { return std::string(code) + (zh ? ".html" : ".en.html"); }

/// What every page of a pack shares.
struct Book {
  const Program& program;
  const Law& law;
  const PackText& pack;
  const LawTexts& texts;
  std::map<std::string, std::string> office_of;  ///< by the policy's name
  std::map<std::string, std::string> link_of;    ///< name → anchor, where one anchor bears the name
};

/// One page in one language.
class Page {
 public:
  Page(const Book& book, bool zh) : book_(book), zh_(zh) {}

  std::string programme(const Award& award) {
    const std::vector<int> reached = reached_from(book_.law, {award.info.status, award.info.amount});
    head(award.info.name.in(zh_ ? "zh" : "en"), award.info.code);
    title(award);
    for (const std::string& citation : citations_of(award.info.article)) article(citation);
    picture(award);
    conditions(award);
    section("规则和依据", "Rules and their articles");
    for (const int v : reached) {
      if (!book_.law.variable(v).versions.empty()) rule(v);
    }
    parameters(reached);
    facts(reached);
    cases(award);
    return foot();
  }

  std::string index() {
    head(say("政策包", "The pack"), "index");
    out_ += fmt::format("<h1>{}</h1>\n<p class=\"subtitle\">{} {} · {} {}</p></header>\n<main>\n",
                        say("政策包", "The pack"), say("政策版本", "policies"), book_.law.policy_version,
                        say("参数版本", "parameters"), book_.law.parameter_version);
    out_ += "<ul class=\"cards\">\n";
    for (const Award& award : book_.law.awards) {
      out_ += fmt::format(
          "<li><h3><a href=\"{}\">{}</a></h3><span class=\"badge\">{}</span> {}<br><span "
          "class=\"soft\">{}</span></li>\n",
          escaped(file_of(award.info.code, zh_)), escaped(award.info.name.in(zh_ ? "zh" : "en")),
          escaped(award.info.code), escaped(entity_name(award.info.entity)), escaped(award.info.article));
    }
    out_ += "</ul>\n";
    return foot();
  }

 private:
  const Book& book_;
  bool zh_;
  std::string out_;

  std::string_view say(std::string_view zh, std::string_view en) const { return zh_ ? zh : en; }
  const std::string& entity_name(int entity) const {
    return book_.law.entities[static_cast<std::size_t>(entity)].info.name;
  }
  const VariableInfo& info(int v) const { return book_.law.variable(v).info; }
  std::string link_to(int v) const {
    return fmt::format("<a href=\"#{}\">{}</a>", escaped(anchor_of(book_.law, v)), escaped(info(v).name));
  }
  void section(std::string_view zh, std::string_view en) { out_ += fmt::format("<h2>{}</h2>\n", say(zh, en)); }

  void head(std::string_view name, std::string_view code) {
    out_ += fmt::format(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>{}</title>\n<style>{}</style></head>\n<body>\n<header><nav><a href=\"{}\">{}</a>"
        "<a href=\"{}\" hreflang=\"{}\">{}</a></nav>\n",
        zh_ ? "zh-Hans" : "en", escaped(name), kPageStyle, file_of("index", zh_), say("全部项目", "All programmes"),
        escaped(file_of(code, !zh_)), zh_ ? "en" : "zh-Hans", zh_ ? "English" : "中文");
  }

  std::string foot() {
    out_ += fmt::format("</main>\n<footer><main>{} {} · {} {}</main></footer>\n</body>\n</html>\n",
                        say("政策版本", "policies"), book_.law.policy_version, say("参数版本", "parameters"),
                        book_.law.parameter_version);
    return std::move(out_);
  }

  void title(const Award& award) {
    const ProgrammeInfo& own = award.info;
    out_ += fmt::format("<h1>{}</h1>\n<p class=\"subtitle\">{}</p>\n<dl>\n", escaped(own.name.in(zh_ ? "zh" : "en")),
                        escaped(own.name.in(zh_ ? "en" : "zh")));
    const auto entry = [&](std::string_view term, const std::string& text) {
      if (!text.empty()) out_ += fmt::format("<dt>{}</dt><dd>{}</dd>\n", term, text);
    };
    entry(say("代码", "Code"), escaped(own.code));
    const auto office = book_.office_of.find(own.name.zh);
    entry(say("主管", "Office"), office == book_.office_of.end() ? "" : escaped(office->second));
    entry(say("给谁", "For"), escaped(entity_name(own.entity)));
    entry(say("资格", "Status"), link_to(own.status));
    entry(say("金额", "Amount"),
          own.amount >= 0 ? link_to(own.amount) : std::string(say("只认定身份", "a status only")));
    entry(say("依据", "Article"), escaped(own.article));
    out_ += "</dl>\n</header>\n<main>\n";
  }

  void picture(const Award& award) {
    section("依赖图", "What it rests on");
    out_ += "<div class=\"scroll\">" + dependency_picture(book_.law, award, zh_ ? "zh" : "en") + "</div>\n";
    out_ += fmt::format(
        "<p class=\"soft\">{}</p>\n",
        say("左边是决定，右边是它最终依靠的事实（灰框）和参数（虚线框）。",
            "The decision is on the left; the facts (grey) and parameters (dashed) it rests on are on the right."));
  }

  void conditions(const Award& award) {
    section("条件", "Conditions");
    out_ += fmt::format("<div class=\"scroll\"><table><tr><th>{}</th><th>{}</th><th>{}</th></tr>\n",
                        say("条件", "Condition"), say("规则", "Rule"), say("依据", "Article"));
    for (const ConditionInfo& each : award.info.conditions) {
      out_ += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(each.label.in(zh_ ? "zh" : "en")),
                          link_to(each.variable), escaped(each.article));
    }
    out_ += "</table></div>\n";
  }

  void article(const std::string& citation) {
    const Article* found = book_.texts.find(citation);
    out_ += "<details class=\"article\"";
    if (found == nullptr) {
      out_ += fmt::format("><summary>{}</summary></details>\n", escaped(citation));
      return;
    }
    constexpr std::size_t kShort = 900;  // longer ones are opened by the reader
    out_ += fmt::format(
        "{}><summary><strong>{}</strong>{}</summary>", found->text.size() <= kShort ? " open" : "", escaped(citation),
        found->unseen ? fmt::format(" <span class=\"badge warn\">{}</span>", say("未见原文", "text not seen"))
                      : std::string());
    if (found->unseen) out_ += fmt::format("<p class=\"soft\">{} {}</p>", escaped(found->law), escaped(found->title));
    for (const std::string_view line : split(found->text, '\n')) out_ += fmt::format("<p>{}</p>", escaped(line));
    out_ += "</details>\n";
  }

  void rule(int v) {
    const Variable& variable = book_.law.variable(v);
    std::set<std::string> cited;
    std::vector<std::string> order;
    const auto cite = [&](const std::string& article) {
      for (std::string& each : citations_of(article)) {
        if (cited.insert(each).second) order.push_back(std::move(each));
      }
    };
    out_ += fmt::format("<div class=\"rule\" id=\"{}\"><div><h3>{} <span class=\"soft\">{}</span></h3>\n",
                        escaped(anchor_of(book_.law, v)), escaped(variable.info.name),
                        escaped(entity_name(variable.info.entity)));
    for (const Version& version : variable.versions) {
      cite(version.article);
      for (const LawCondition& condition : version.conditions) cite(condition.article);
      const std::string text = declaration_text(
          book_.pack, book_.law.file_names[static_cast<std::size_t>(version.place.file)], version.place.line);
      out_ += "<pre>" +
              marked_text(text,
                          [&](std::string_view name) {
                            const auto found = book_.link_of.find(std::string(name));
                            return found == book_.link_of.end() || name == variable.info.name ? std::string()
                                                                                              : found->second;
                          }) +
              "</pre>\n";
    }
    out_ += "</div>\n<div>\n";
    for (const std::string& each : order) article(each);
    out_ += "</div></div>\n";
  }

  void parameters(const std::vector<int>& reached) {
    std::set<int> used;
    for (const int v : reached) used.merge(uses_of(book_.law, v).parameters);
    if (used.empty()) return;
    section("参数", "Parameters");
    for (const int p : used) parameter(book_.law.parameters[static_cast<std::size_t>(p)]);
  }

  void parameter(const Parameter& found) {
    constexpr std::size_t kShown = 12;
    out_ += fmt::format("<h3 id=\"parameter-{}\">{} <span class=\"soft\">{}</span></h3>\n", escaped(found.name),
                        escaped(found.name), escaped(found.type.unit.text()));
    const auto rows = [&](std::size_t from, std::size_t to) {
      out_ += "<div class=\"scroll\"><table><tr>";
      for (const ParameterKey& key : found.keys) out_ += fmt::format("<th>{}</th>", escaped(key.name.back()));
      out_ += fmt::format("<th>{}</th><th>{}</th><th>{}</th><th>{}</th><th></th></tr>\n", say("值", "Value"),
                          say("自", "From"), say("至", "To"), say("文号", "Document"));
      for (std::size_t i = from; i < to; ++i) row(found, found.rows[i]);
      out_ += "</table></div>\n";
    };
    rows(0, std::min(kShown, found.rows.size()));
    if (found.rows.size() > kShown) {
      out_ += fmt::format("<details><summary>{}</summary>\n",
                          zh_ ? fmt::format("其余 {} 行", found.rows.size() - kShown)
                              : fmt::format("{} more rows", found.rows.size() - kShown));
      rows(kShown, found.rows.size());
      out_ += "</details>\n";
    }
  }

  void row(const Parameter& parameter, const ParameterRow& row) {
    out_ += "<tr>";
    for (std::size_t k = 0; k < row.keys.size(); ++k)
      out_ += fmt::format("<td>{}</td>", escaped(key_words(book_.program, parameter.keys[k].type, row.keys[k])));
    out_ += fmt::format(
        "<td class=\"amount\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escaped(stored_words(book_.program, parameter.type, row.value)), row.dates.from ? row.dates.from->text() : "",
        row.dates.to ? row.dates.to->text() : "", escaped(row.document),
        row.unconfirmed ? fmt::format("<span class=\"badge warn\">{}</span>", say("待核", "to be confirmed"))
                        : std::string());
  }

  void facts(const std::vector<int>& reached) {
    section("事实", "Facts");
    out_ += fmt::format("<div class=\"scroll\"><table><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>\n",
                        say("事实", "Fact"), say("类型", "Type"), say("采集难度 1–9", "Cost to collect 1–9"),
                        say("推定", "Presumed"));
    for (const int v : reached) {
      const Variable& variable = book_.law.variable(v);
      if (!variable.info.input) continue;
      out_ += fmt::format("<tr id=\"{}\"><td>{}·{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                          escaped(anchor_of(book_.law, v)), escaped(entity_name(variable.info.entity)),
                          escaped(variable.info.name), escaped(type_text(variable.type, book_.law)),
                          variable.info.collect_cost, variable.info.uncheckable ? say("有", "yes") : say("—", "—"));
    }
    out_ += "</table></div>\n";
  }

  void cases(const Award& award) {
    std::string list;
    for (const TestDecl& test : book_.law.tests) {
      const bool about = std::ranges::any_of(test.expected, [&](const TestValue& value) {
        return std::ranges::find(value.name, award.info.code) != value.name.end() ||
               value.name.back() == info(award.info.status).name ||
               (award.info.amount >= 0 && value.name.back() == info(award.info.amount).name);
      });
      if (about)
        list += fmt::format("<li>{} <span class=\"soft\">{}</span></li>\n", escaped(test.name), escaped(test.time));
    }
    if (list.empty()) return;
    section("用例", "Cases");
    out_ += "<details><summary>" +
            std::string(say("这些用例检验资格或金额", "Cases that test the status or the amount")) +
            "</summary><ul>\n" + list + "</ul></details>\n";
  }
};

}  // namespace

std::vector<PackFile> render_pages(const Program& program, const PackText& pack, const LawTexts& texts) {
  const Law& law = program.law();
  Book book{program, law, pack, texts, {}, {}};
  for (const PolicyDecl& policy : parse_pack(pack).syntax.law.policies) book.office_of[policy.name] = policy.office;
  for (std::size_t v = 0; v < law.variables.size(); ++v)
    book.link_of.emplace(law.variables[v].info.name, anchor_of(law, static_cast<int>(v)));
  for (const Parameter& each : law.parameters) book.link_of.emplace(each.name, "parameter-" + each.name);
  std::vector<PackFile> pages;
  for (const bool zh : {true, false}) {
    pages.push_back({file_of("index", zh), Page(book, zh).index()});
    for (const Award& award : law.awards)
      pages.push_back({file_of(award.info.code, zh), Page(book, zh).programme(award)});
  }
  return pages;
}

}  // namespace songtan::policy
