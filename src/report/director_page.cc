#include "report/director_page.h"

#include <fmt/format.h>

#include "page/markup.h"
#include "report/detail/director_sections.h"

namespace songtan::report {
namespace {

using page::both;
using page::both_markup;
using page::grouped;

// "27" or "fewer than 10", for a sentence.
Text counted(std::int64_t count) {
  if (is_small(count)) return {"不足10", "fewer than 10"};
  return {grouped(count), grouped(count)};
}

Text lead_of(const DirectorView& view) {
  const DirectorFigures& figures = view.figures;
  const Text day = page::day_words(view.night().date, view.night().date.year());
  const Text certain = counted(figures.waiting.certain);
  const Text probable = counted(figures.waiting.probable);
  Text lead{
      fmt::format("{}夜里看过{}户、{}人：{}户确定符合条件而没有领到，另有{}户很可能也是。", day.zh,
                  grouped(figures.families), grouped(figures.persons), certain.zh, probable.zh),
      fmt::format(
          "On the night of {}, {} families and {} people were looked at: {} families are certainly entitled and do not "
          "receive, and {} more probably are.",
          day.en, grouped(figures.families), grouped(figures.persons), certain.en, probable.en)};
  if (figures.waiting.certain >= page::kSmallCell) {
    const Text due = page::money_words(figures.certain_due, view.inputs.currency);
    lead.zh += fmt::format("确定的这些户每月合计该领{}。", due.zh);
    lead.en += fmt::format(" The certain ones are owed {} a month together.", due.en);
  }
  if (view.inputs.held) {
    lead.zh = "这一夜已扣留，尚未放行。" + lead.zh;
    lead.en = "This night is held and not released. " + lead.en;
  }
  return lead;
}

std::string rests_on(const DirectorView& view) {
  const auto late = late_sources(view);
  const auto sources = static_cast<std::int64_t>(view.figures.sources.size());
  const DirectorInputs& inputs = view.inputs;
  const std::string zh = fmt::format(
      "依据<b>{}</b>的夜间运行 · 政策包{} {} · <a href=\"#sources\">{}个来源</a>，{} · "
      "<a href=\"#notes\">怎样读这些数</a>",
      view.night().date.text(), page::escaped(inputs.pack_title.zh), page::escaped(inputs.pack_version), sources,
      late == 0 ? std::string("都按时") : fmt::format("{}个过期或未到", late));
  const std::string en = fmt::format(
      "Rests on the night of <b>{}</b> · pack {} {} · <a href=\"#sources\">{} sources</a>, {} · "
      "<a href=\"#notes\">how to read these figures</a>",
      view.night().date.text(), page::escaped(inputs.pack_title.en), page::escaped(inputs.pack_version), sources,
      late == 0 ? std::string("all on time") : fmt::format("{} late or missing", late));
  return both_markup(zh, en);
}

std::string notes() {
  static const std::vector<Text> kNotes = {
      {"系统只提出，人来决定：没有一项待遇由它自动给予、减少或停止；停发、减发之前先听取本人意见。",
       "The engine proposes, people decide: nothing is awarded, cut or stopped by it; before a cut or a stop the "
       "person is heard."},
      {"“确定”：缺的事实无论怎样取值，结论都不变；“很可能”：在政策包写明的推定下成立，须走访核实。缺少事实是“待核”，不"
       "是“不符合”。",
       "“Certain” holds under every value of what is not known; “probable” holds under presumptions that the pack "
       "states and wants a visit. "
       "A missing fact means “to verify”, never “no”."},
      {"1到9写作“不足10”；能由它推算出来的写作“略”。少于30户的地方不单列，少于30人不算百分比。零就是零。",
       "Counts from 1 to 9 read “under 10”; what would give them away reads “withheld”. Places of fewer than 30 "
       "families have no row, "
       "and under 30 people there are no percentages. Zero is zero."},
      {"本页没有任何人的姓名、证件号码、住址和家庭编号；名单在 songtan worklist，逐户理由在 songtan explain。",
       "This page holds nobody's name, number, address or family id; the list is in songtan worklist, each family's "
       "reasons in songtan explain."}};
  std::string out = "<h2 id=\"notes\">" + both({"怎样读这些数", "How to read these figures"}) + "</h2><ul>";
  for (const Text& note : kNotes) out += "<li>" + both(note) + "</li>";
  return out + "</ul>";
}

}  // namespace

std::string director_page(const DirectorInputs& inputs, const DirectorFigures& figures) {
  const DirectorView view = view_of(inputs, figures);
  const Text day = page::day_words(view.night().date, 0);
  page::Sheet sheet;
  sheet.title = {day.zh + "夜间运行", "Night of " + day.en};
  sheet.lead = lead_of(view);
  sheet.rests_on = rests_on(view);
  sheet.language = inputs.language;
  sheet.notes = notes();
  sheet.sections = {steps_section(view),    map_section(view),     towns_section(view),    classes_section(view),
                    coverage_section(view), missing_section(view), fairness_section(view), freshness_section(view),
                    trend_section(view),    held_section(view)};
  return page::page_of(sheet);
}

Result<std::string> director_page(table::Session& session, const DirectorInputs& inputs) {
  TRY(const DirectorFigures figures, director_figures(session, inputs));
  return director_page(inputs, figures);
}

}  // namespace songtan::report
