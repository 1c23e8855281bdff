#include "page/sheet.h"

#include <fmt/format.h>

#include "page/detail/look.h"
#include "page/markup.h"

namespace songtan::page {
namespace {

// Patterns that every chart may name; the SVG that holds them is never display:none, or they would vanish.
constexpr const char* kPatterns =
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>"
    "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect width=\"3\" height=\"6\" style=\"fill:var(--st-hatch)\"/></pattern>"
    "<pattern id=\"hatch-line\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
    "patternTransform=\"rotate(45)\">"
    "<rect width=\"1\" height=\"6\" style=\"fill:var(--st-line-strong)\"/></pattern>"
    "<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
    "<circle cx=\"2\" cy=\"2\" r=\"1\" style=\"fill:var(--st-line-strong)\"/></pattern></defs></svg>";

// A hexagon with a coal in it: the one ornament.
constexpr const char* kLogo =
    "<svg width=\"22\" height=\"24\" viewBox=\"0 0 22 24\" aria-hidden=\"true\"><path d=\"M11 1 21 6.5v11L11 23 1 "
    "17.5v-11Z\" "
    "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/><path d=\"M11 6.5 16 12l-5 5.5L6 12Z\" "
    "style=\"fill:var(--st-coal)\"/></svg>";

std::string section_markup(const Section& section) {
  std::string out =
      fmt::format("<section id=\"{}\" class=\"{}\" aria-labelledby=\"{}-title\"><h2 id=\"{}-title\">{}</h2>",
                  section.id, section.half ? "half" : "whole", section.id, section.id, both(section.title));
  out += fmt::format("<p class=\"sub\">{}</p>{}", both(section.subtitle), section.body);
  if (!section.table.empty())
    out += fmt::format("<details><summary>{}</summary>{}</details>", both({"看表格", "The same as a table"}),
                       section.table);
  return out + "</section>\n";
}

std::string bar_markup(const Sheet& sheet) {
  return fmt::format(
      "<header class=\"bar\">{}<strong>送炭 Songtan</strong><span class=\"meta\">{}</span><span class=\"acts\">"
      "<button id=\"language\" type=\"button\"><span class=\"zh\" lang=\"en\">English</span><span class=\"en\" "
      "lang=\"zh\">中文</span></button>"
      "<button id=\"shade\" type=\"button\">{}</button><button id=\"print\" type=\"button\" "
      "class=\"primary\">{}</button></span></header>\n",
      kLogo, both(sheet.title), both({"明暗", "Light or dark"}), both({"打印本页", "Print this page"}));
}

}  // namespace

std::string page_of(const Sheet& sheet) {
  const bool zh = sheet.language == "zh";
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\" data-title-zh=\"{}\" data-title-en=\"{}\">\n<head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>{}</title>\n<style>{}</style></head>\n<body>\n",
      sheet.language, escaped(sheet.title.zh), escaped(sheet.title.en), escaped(zh ? sheet.title.zh : sheet.title.en),
      page_style());
  out += kPatterns + bar_markup(sheet);
  out += fmt::format("<main><h1>{}</h1><p class=\"rests\">{}</p>\n<div class=\"grid\">\n", both(sheet.lead),
                     sheet.rests_on);
  for (const Section& section : sheet.sections) out += section_markup(section);
  return out + "</div></main>\n<footer>" + sheet.notes + "</footer>\n<script>" + page_script() +
         "</script>\n</body></html>\n";
}

}  // namespace songtan::page
