#include "night/night_list.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "night/publication.h"
#include "night/workspace.h"

namespace songtan::night {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kStates[] = {"new", "same", "changed", "withdrawn"};

json read_json(const std::filesystem::path& file) {
  std::ifstream in(file);
  return json::parse(in, nullptr, false);
}

Result<ListedNight> listed(const Workspace& workspace, const std::string& id) {
  ListedNight night{.id = id, .state = workspace.is_published(id) ? NightState::published : NightState::held};
  night.current = workspace.current() == id;
  TRY(night.breaches, breaches_of(workspace, id));
  const json run = read_json(workspace.night(id) / "run.json");
  if (run.contains("previous") && run["previous"].is_string()) night.previous = run["previous"].get<std::string>();
  const json counts = run.value("counts", json::object()).value("watch", json::object());
  for (const char* state : kStates) night.findings[state] = counts.value(state, std::int64_t{0});
  const json record = read_json(workspace.night(id) / kPublicationRecord);
  if (record.is_object() && record.contains("reason") && record["reason"].is_string())
    night.reason = record["reason"].get<std::string>();
  return night;
}

std::string_view word_of(NightState state) {
  switch (state) {
    case NightState::published: return "published";
    case NightState::held: return "held";
    case NightState::unfinished: return "unfinished";
  }
  return "";
}

}  // namespace

Result<std::vector<ListedNight>> list_nights(const std::filesystem::path& data) {
  TRY(const Workspace workspace, Workspace::read(data));
  std::vector<ListedNight> nights;
  for (const std::string& id : workspace.finished()) {
    TRY(ListedNight night, listed(workspace, id));
    nights.push_back(std::move(night));
  }
  for (const std::string& id : workspace.unfinished()) {
    if (!workspace.is_finished(id)) nights.push_back({.id = id});
  }
  return nights;
}

std::string nights_text(const std::vector<ListedNight>& nights, std::string_view language) {
  const bool zh = language == "zh";
  std::string text;
  for (const ListedNight& night : nights) {
    text += fmt::format("{} {}{}", night.id, word_of(night.state), night.current ? " current" : "");
    for (const auto& [state, count] : night.findings) text += fmt::format(" {} {}", state, count);
    text += '\n';
    for (const report::Breach& breach : night.breaches) text += fmt::format("  ! {}\n", breach.words.in(language));
    if (!night.reason.empty()) text += fmt::format("  {}{}\n", zh ? "放行理由：" : "released: ", night.reason);
  }
  return text;
}

std::string nights_json(const std::vector<ListedNight>& nights) {
  ordered_json list = ordered_json::array();
  for (const ListedNight& night : nights) {
    ordered_json held = ordered_json::array();
    for (const report::Breach& breach : night.breaches)
      held.push_back({{"check", breach.check},
                      {"subject", breach.subject},
                      {"before", breach.before},
                      {"now", breach.now},
                      {"limit", breach.limit}});
    list.push_back({{"id", night.id},
                    {"state", word_of(night.state)},
                    {"current", night.current},
                    {"previous", night.previous ? ordered_json(*night.previous) : ordered_json(nullptr)},
                    {"findings", night.findings},
                    {"gate", held},
                    {"reason", night.reason.empty() ? ordered_json(nullptr) : ordered_json(night.reason)}});
  }
  return list.dump() + "\n";
}

}  // namespace songtan::night
