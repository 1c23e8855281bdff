// songtan explain: why a family or a person of a published night was decided as they were.
#include <fmt/format.h>

#include "cli/terminal.h"
#include "decide/explain.h"
#include "decide/why_not_listed.h"
#include "night/kept_pack.h"
#include "night/reading.h"

namespace songtan::cli {
namespace {

struct ExplainOptions {
  std::string data;
  std::string night;
  std::string known_on;
  std::string pack;
  std::int64_t family = 0;
  std::int64_t person = 0;
  std::string programme;
  bool why_not_listed = false;
};

Result<night::PublishedNight> night_of(const ExplainOptions& options) {
  if (options.known_on.empty()) return night::published_night(options.data, options.night);
  TRY(const Day day, parsed_date(options.known_on));
  return night::night_known_on(options.data, day);
}

Result<int> print_why_not_listed(const night::PublishedNight& night, const decide::ExplainRequest& request,
                                 const decide::Explanation& explanation, const Context& context) {
  decide::WhyNotListedRequest why{
      .night = request.night, .pack = request.pack, .as_of = request.as_of, .enrolment = {}, .event = {}};
  TRY(why.enrolment, night::record_files(night, "enrolment"));
  TRY(why.event, night::record_files(night, "event"));
  TRY(const auto reasons, decide::why_not_listed(why, explanation));
  fmt::print("{}", context.json ? decide::why_not_listed_json(reasons)
                                : decide::why_not_listed_text(reasons, context.language));
  return 0;
}

Result<int> run_explain(const ExplainOptions& options, const Context& context) {
  TRY(const auto night, night_of(options));
  decide::ExplainRequest request{.night = night.folder,
                                 .pack = options.pack,
                                 .as_of = {},
                                 .family = {},
                                 .person = {},
                                 .programme = options.programme};
  TRY(request.as_of, night::date_of_night(night));
  if (options.pack.empty()) {
    TRY(request.pack, night::pack_of_night(night));
  }
  if (options.family != 0) request.family = options.family;
  if (options.person != 0) request.person = options.person;
  TRY(const auto explanation, decide::explain(request));
  if (options.why_not_listed) return print_why_not_listed(night, request, explanation, context);
  fmt::print("{}\n", context.json ? decide::explanation_json(explanation)
                                  : decide::explanation_text(explanation, context.language));
  return 0;
}

}  // namespace

void add_explain_command(CLI::App& app, Context& context) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain", "一个家庭或一个人为何如此 / why a family or a person was decided so");
  command->add_option("--data", options->data, "数据目录 / data folder")->required();
  CLI::Option* night =
      command->add_option("--night", options->night, "运行编号，默认当前 / a night's id, default the current one");
  command->add_option("--as-known-on", options->known_on, "按这一天所知 / as known on this day, YYYY-MM-DD")
      ->excludes(night);
  command->add_option("--pack", options->pack, "政策包，默认当时所用 / pack, default the one the night used");
  CLI::Option_group* who = command->add_option_group("subject");
  who->add_option("--family", options->family, "家庭编号 / family id")->check(CLI::PositiveNumber);
  who->add_option("--person", options->person, "人的编号 / person id")->check(CLI::PositiveNumber);
  who->require_option(1);
  command->add_option("--programme", options->programme, "项目代码，默认全部 / programme code, default all");
  command->add_flag("--why-not-listed", options->why_not_listed, "为什么不在名单上 / why it is not on the list");
  command->callback(
      [options, &context] { context.run = [options, &context] { return run_explain(*options, context); }; });
}

}  // namespace songtan::cli
