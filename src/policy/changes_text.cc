#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "policy/changes.h"

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

std::string in_language(const std::string& value, bool zh) {
  if (zh) return value;
  if (value == "是") return "yes";
  if (value == "否") return "no";
  return value == "待核" ? "to verify" : value;
}

std::string yuan(std::int64_t fen) {
  const std::int64_t size = fen < 0 ? -fen : fen;
  return fmt::format("{}{}.{:02}", fen < 0 ? "-" : "", size / 100, size % 100);
}

std::string whose(std::int64_t subject) { return subject == 0 ? std::string() : fmt::format(" [{}]", subject); }

std::string flip_text(const Flip& flip, bool zh) {
  std::string out =
      zh ? fmt::format("{}{}{} 由 {} 变为 {} → {}", flip.parameter ? "参数 " : "", flip.name, whose(flip.subject),
                       flip.from, flip.to, word_of(flip.then, true))
         : fmt::format("{}{}{} from {} to {} → {}", flip.parameter ? "parameter " : "", flip.name, whose(flip.subject),
                       in_language(flip.from, false), in_language(flip.to, false), word_of(flip.then, false));
  if (!flip.document.empty()) out += zh ? "（" + flip.document + "）" : " (" + flip.document + ")";
  if (flip.to_confirm) out += zh ? " 参数待核" : " parameter to be confirmed";
  return out;
}

std::string income_text(const IncomeEffect& effect, bool zh) {
  std::string out = zh ? fmt::format("{}{} 现为 {}元/月：再增加 100元，待遇减少 {}元", effect.name,
                                     whose(effect.subject), yuan(effect.now), yuan(effect.lost_per_100))
                       : fmt::format("{}{} is {} yuan a month: 100 yuan more lower the benefit by {} yuan", effect.name,
                                     whose(effect.subject), yuan(effect.now), yuan(effect.lost_per_100));
  if (effect.ends_at)
    out += zh ? fmt::format("；到 {}元/月 时不再发放", yuan(*effect.ends_at))
              : fmt::format("; nothing is due from {} yuan a month", yuan(*effect.ends_at));
  for (const Cliff& cliff : effect.cliffs)
    out +=
        zh ? fmt::format("；超过 {}元/月 时由 {}元 骤降为 {}元", yuan(cliff.at), yuan(cliff.before), yuan(cliff.after))
           : fmt::format("; above {} yuan a month it drops from {} to {} yuan", yuan(cliff.at), yuan(cliff.before),
                         yuan(cliff.after));
  return out;
}

}  // namespace

std::string render_changes_text(const Changes& changes, std::string_view language, int depth) {
  const bool zh = language == "zh";
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  std::string out;
  for (const Flip& flip : changes.flips) out += indent + flip_text(flip, zh) + "\n";
  for (const IncomeEffect& effect : changes.incomes) out += indent + income_text(effect, zh) + "\n";
  if (!changes.complete) out += indent + (zh ? "其余的没有算完" : "the rest was not searched to the end") + "\n";
  return out;
}

std::string render_changes_json(const Changes& changes) {
  nlohmann::ordered_json json = {{"programme", changes.programme},
                                 {"status", word_of(changes.status, false)},
                                 {"flips", nlohmann::ordered_json::array()},
                                 {"incomes", nlohmann::ordered_json::array()},
                                 {"complete", changes.complete}};
  for (const Flip& flip : changes.flips) {
    nlohmann::ordered_json one = {{"what", flip.parameter ? "parameter" : "fact"}, {"name", flip.name}};
    if (!flip.entity.empty()) one["entity"] = flip.entity;
    if (flip.subject != 0) one["subject"] = flip.subject;
    one["from"] = flip.from;
    one["to"] = flip.to;
    one["then"] = word_of(flip.then, false);
    if (!flip.document.empty()) one["document"] = flip.document;
    if (flip.to_confirm) one["to_confirm"] = true;
    json["flips"].push_back(std::move(one));
  }
  for (const IncomeEffect& effect : changes.incomes) {
    nlohmann::ordered_json one = {{"name", effect.name}};
    if (effect.subject != 0) one["subject"] = effect.subject;
    one["now_fen"] = effect.now;
    one["benefit_fen"] = effect.benefit;
    one["lost_fen_per_100_yuan"] = effect.lost_per_100;
    one["ends_at_fen"] = effect.ends_at ? nlohmann::ordered_json(*effect.ends_at) : nlohmann::ordered_json(nullptr);
    for (const Cliff& cliff : effect.cliffs)
      one["cliffs"].push_back({{"at_fen", cliff.at}, {"before_fen", cliff.before}, {"after_fen", cliff.after}});
    json["incomes"].push_back(std::move(one));
  }
  return json.dump(2);
}

}  // namespace songtan::policy
