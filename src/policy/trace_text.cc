#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "policy/trace.h"

namespace songtan::policy {
namespace {

std::string_view word_of(Status status, bool zh) {
  switch (status) {
    case Status::no: return zh ? "不符合" : "no";
    case Status::yes: return zh ? "符合" : "yes";
    case Status::to_verify: return zh ? "待核" : "to verify";
  }
  return {};
}

std::string_view word_of(TraceNode::What what) {
  switch (what) {
    case TraceNode::What::rule: return "rule";
    case TraceNode::What::condition: return "condition";
    case TraceNode::What::parameter: return "parameter";
    case TraceNode::What::fact: return "fact";
  }
  return {};
}

std::string value_in(const std::string& value, bool zh) {
  if (zh) return value;
  if (value == "是") return "yes";
  if (value == "否") return "no";
  const std::size_t bound = value.find("（至少 ");
  if (bound != std::string::npos)
    return "to verify (at least " +
           value.substr(bound + std::string_view("（至少 ").size(),
                        value.size() - bound - std::string_view("（至少 ）").size()) +
           ")";
  return value.starts_with("待核") ? "to verify" : value;
}

std::string yuan(std::int64_t fen) { return fmt::format("{}.{:02}", fen / 100, fen % 100); }

void write_step(const TraceNode& step, bool zh, int depth, std::int64_t above, std::string& out) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  const std::string value = value_in(step.value, zh);
  if (step.what == TraceNode::What::condition) {
    out += fmt::format("{}[{}] {}", indent, value, zh ? step.label.zh : step.label.en);
  } else {
    out += fmt::format("{}{} = {}", indent, zh ? step.label.zh : step.label.en, value);
  }
  if (step.subject != 0 && step.subject != above) out += fmt::format(" [{}]", step.subject);
  const std::string& why_not = zh ? step.why_not.zh : step.why_not.en;
  if (!why_not.empty()) out += (zh ? "：" : ": ") + why_not;
  if (!step.period.empty() && step.what != TraceNode::What::condition) out += "  " + step.period;
  if (!step.article.empty()) out += zh ? "（" + step.article + "）" : " (" + step.article + ")";
  if (step.to_confirm) out += zh ? " 参数待核" : " parameter to be confirmed";
  out += '\n';
  for (const TraceNode& child : step.children) write_step(child, zh, depth + 1, step.subject, out);
}

nlohmann::ordered_json step_json(const TraceNode& step) {
  nlohmann::ordered_json json = {
      {"what", word_of(step.what)}, {"label", {{"zh", step.label.zh}, {"en", step.label.en}}}, {"value", step.value}};
  if (!step.article.empty()) json["article"] = step.article;
  if (!step.period.empty()) json["period"] = step.period;
  if (step.to_confirm) json["to_confirm"] = true;
  if (!step.why_not.zh.empty()) json["why_not"] = {{"zh", step.why_not.zh}, {"en", step.why_not.en}};
  json["entity"] = step.entity;
  if (step.subject != 0) json["subject"] = step.subject;
  for (const TraceNode& child : step.children) json["steps"].push_back(step_json(child));
  return json;
}

}  // namespace

std::string render_steps(const Explanation& explanation, std::string_view language, int depth) {
  std::string out;
  write_step(explanation.root, language == "zh", depth, explanation.root.subject, out);
  for (const TraceNode& step : explanation.amount_steps) write_step(step, language == "zh", depth, step.subject, out);
  return out;
}

std::string render_text(const Explanation& explanation, std::string_view language) {
  const bool zh = language == "zh";
  std::string out = fmt::format("{} {}  {}", explanation.programme, zh ? explanation.name.zh : explanation.name.en,
                                word_of(explanation.status, zh));
  if (explanation.status == Status::to_verify)
    out += fmt::format("  {}{}", zh ? "按推定：" : "presumed: ", word_of(explanation.probable, zh));
  if (explanation.amount > 0) out += fmt::format("  {}{}", yuan(explanation.amount), zh ? " 元/月" : " yuan a month");
  out += '\n';
  out += render_steps(explanation, language, 1);
  if (!explanation.missing.empty())
    out += fmt::format("  {}{}\n",
                       zh ? "须收集的事实：" : "facts to collect: ", fmt::join(explanation.missing, zh ? "、" : ", "));
  return out;
}

std::string render_json(const Explanation& explanation) {
  nlohmann::ordered_json json = {
      {"programme", explanation.programme},
      {"name", {{"zh", explanation.name.zh}, {"en", explanation.name.en}}},
      {"status", word_of(explanation.status, false)},
      {"probable", word_of(explanation.probable, false)},
      {"amount_fen", explanation.amount == ProgrammeDecisions::kNoAmount ? nlohmann::ordered_json(nullptr)
                                                                         : nlohmann::ordered_json(explanation.amount)},
      {"missing", explanation.missing},
      {"why", step_json(explanation.root)}};
  for (const TraceNode& step : explanation.amount_steps) json["amount"].push_back(step_json(step));
  return json.dump(2);
}

static void visit_below(TraceNode& step, const std::function<void(TraceNode&)>& visit) {
  visit(step);
  for (TraceNode& child : step.children) visit_below(child, visit);
}

void for_each_step(Explanation& explanation, const std::function<void(TraceNode&)>& visit) {
  visit_below(explanation.root, visit);
  for (TraceNode& step : explanation.amount_steps) visit_below(step, visit);
}

}  // namespace songtan::policy
