#include "link/pair_explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "link/detail/evidence_steps.h"
#include "link/detail/linkage_input.h"

namespace songtan::link {
namespace {

// A record is named by its id, or by source/id.
Result<std::uint32_t> row_of(const LinkageInput& input, const std::string& name) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t row = 0; row < input.frame.rows; ++row) {
    const std::string_view id = input.ids.at(row);
    if (id == name || (name.size() > id.size() && name.ends_with(id) &&
                       name == input.sources[input.frame.source[row]] + "/" + std::string(id)))
      found.push_back(row);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return fail(Outcome::usage, "link.no_record", {"输入中没有这条记录", "the input has no such record"},
                {"写标识列中的值，或 来源/标识", "give a value of the id column, or source/id"});
  }
  return fail(
      Outcome::usage, "link.ambiguous_id", {"有几条记录都是这个标识", "several records have this id"},
      {"写成 来源/标识，来源是文件名去掉扩展名", "write source/id; a source is its file's name without the extension"});
}

std::string words_of(const std::vector<std::string>& columns) {
  std::string words;
  for (const std::string& column : columns) words += (words.empty() ? "" : " + ") + column;
  return words;
}

bool forbidden_by(PairMode mode, bool across) { return mode == PairMode::link && !across; }

std::string signed_number(double value) { return fmt::format("{:+.2f}", value); }

std::string rule_text(const RuleAnswer& rule, bool zh) {
  const std::string name = words_of(rule.columns);
  if (rule.verdict == RuleVerdict::meets) {
    if (rule.skipped)
      return fmt::format(fmt::runtime(zh ? "{}：相等，但这一块有{}条记录，过大而跳过"
                                         : "{}: equal, but the block has {} records and is skipped as too large"),
                         name, rule.block);
    return fmt::format(
        fmt::runtime(zh ? "{}：相等，在{}条记录的块里相遇" : "{}: equal, they meet in a block of {} records"), name,
        rule.block);
  }
  const std::string because = words_of(rule.because);
  if (rule.verdict == RuleVerdict::missing)
    return fmt::format(fmt::runtime(zh ? "{}：{} 缺失" : "{}: {} is missing"), name, because);
  return fmt::format(fmt::runtime(zh ? "{}：{} 不同" : "{}: {} differs"), name, because);
}

std::string verdict_text(const PairExplanation& explanation, bool zh) {
  if (explanation.mode_forbids)
    return zh ? "从未比较，因为模型只关联不同来源的记录"
              : "never compared, because the model links only across sources";
  if (!explanation.compared)
    return zh ? "从未比较，因为没有一条分块规则让它们相遇"
              : "never compared, because no blocking rule brings them together";
  if (explanation.joined) return zh ? "比较过，达到阈值，合并" : "compared, at or above the threshold, joined";
  return zh ? "比较过，低于阈值，不直接合并" : "compared, below the threshold, not joined directly";
}

std::string values_text(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : " · ") + (value.empty() ? "—" : value);
  return text;
}

}  // namespace

double weight_of_probability(double probability) {
  const double bounded = std::clamp(probability, 1e-12, 1 - 1e-12);
  return std::log2(bounded / (1 - bounded));
}

double probability_of_weight(double weight) { return 1 / (1 + std::exp2(-weight)); }

Result<PairExplanation> explain_pair(const ExplainPairOptions& options) {
  TRY(const LinkModel model, read_link_model(options.model));
  LinkageInput input;
  {
    TRY(table::Session session,
        open_inputs({options.files.in, options.files.id_column}, options.files.threads, options.files.memory_bytes));
    TRY(input, load_input(session, with_blocking_columns(model)));
  }
  for (const std::filesystem::path& file : options.files.in) input.sources.push_back(file.stem().string());
  TRY(const EngineModel engine, compiled_model(model, input));
  TRY(std::uint32_t left, row_of(input, options.left));
  TRY(std::uint32_t right, row_of(input, options.right));
  if (left == right) {
    return fail(Outcome::usage, "link.same_record", {"两次给的是同一条记录", "the same record is given twice"},
                {"给两条不同的记录", "give two different records"});
  }
  if (left > right) std::swap(left, right);
  PairExplanation explanation;
  explanation.left_source = input.sources[input.frame.source[left]];
  explanation.left_id = input.ids.at(left);
  explanation.right_source = input.sources[input.frame.source[right]];
  explanation.right_id = input.ids.at(right);
  explanation.prior_weight = engine.prior_weight;
  explanation.steps = evidence_steps(model, input, engine, left, right);
  explanation.weight = engine.prior_weight;
  for (const EvidenceStep& step : explanation.steps) explanation.weight += step.weight;
  explanation.probability = probability_of_weight(explanation.weight);
  explanation.threshold_weight = weight_of_probability(model.threshold);
  explanation.mode_forbids = forbidden_by(model.mode, input.frame.source[left] != input.frame.source[right]);
  for (std::size_t rule = 0; rule < model.blocking.size(); ++rule) {
    explanation.rules.push_back(answer_of(model, input, rule, left, right));
    const RuleAnswer& answer = explanation.rules.back();
    explanation.compared = explanation.compared || (answer.verdict == RuleVerdict::meets && !answer.skipped);
  }
  explanation.compared = explanation.compared && !explanation.mode_forbids;
  explanation.joined = explanation.compared && explanation.weight >= explanation.threshold_weight;
  return explanation;
}

std::string pair_explanation_text(const PairExplanation& explanation, std::string_view language) {
  const bool zh = language == "zh";
  std::string text = fmt::format("{}/{}  –  {}/{}\n{}\n\n", explanation.left_source, explanation.left_id,
                                 explanation.right_source, explanation.right_id, verdict_text(explanation, zh));
  text += fmt::format("{:>9}  {}\n", signed_number(explanation.prior_weight),
                      zh ? "先验：两条随机记录是同一人的机会" : "prior: two random records being one person");
  double total = explanation.prior_weight;
  for (const EvidenceStep& step : explanation.steps) {
    total += step.weight;
    text += fmt::format("{:>9}  {} · {}", signed_number(step.weight), step.comparison, step.level);
    if (std::abs(step.frequency_weight) > 0.005)
      text += fmt::format(fmt::runtime(zh ? "（其中值的频率 {}）" : " (of which the value's own frequency {})"),
                          signed_number(step.frequency_weight));
    text += fmt::format("\n{:>9}  {} | {}\n", "", values_text(step.left), values_text(step.right));
  }
  text += fmt::format(
      fmt::runtime(zh ? "{:>9}  合计；概率 {:.6f}；阈值 {}\n\n" : "{:>9}  total; probability {:.6f}; threshold {}\n\n"),
      signed_number(total), explanation.probability, signed_number(explanation.threshold_weight));
  text += zh ? "分块规则\n" : "blocking rules\n";
  for (const RuleAnswer& rule : explanation.rules) text += "  " + rule_text(rule, zh) + "\n";
  return text;
}

std::string pair_explanation_json(const PairExplanation& explanation) {
  using nlohmann::ordered_json;
  const auto number = [](const std::optional<double>& value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
  };
  ordered_json json = {{"left", {{"source", explanation.left_source}, {"id", explanation.left_id}}},
                       {"right", {{"source", explanation.right_source}, {"id", explanation.right_id}}},
                       {"compared", explanation.compared},
                       {"joined", explanation.joined},
                       {"never_compared_because", ordered_json::array()},
                       {"prior_weight", explanation.prior_weight},
                       {"steps", ordered_json::array()},
                       {"weight", explanation.weight},
                       {"probability", explanation.probability},
                       {"threshold_weight", explanation.threshold_weight},
                       {"rules", ordered_json::array()}};
  if (explanation.mode_forbids) json["never_compared_because"].push_back("mode");
  static constexpr std::array kVerdicts = {"meets", "missing", "differs"};
  for (const EvidenceStep& step : explanation.steps) {
    json["steps"].push_back({{"comparison", step.comparison},
                             {"level", step.level},
                             {"null", step.is_null},
                             {"m", number(step.m)},
                             {"u", number(step.u)},
                             {"weight", step.weight},
                             {"frequency_weight", step.frequency_weight},
                             {"columns", step.columns},
                             {"left", step.left},
                             {"right", step.right}});
  }
  for (const RuleAnswer& rule : explanation.rules) {
    json["rules"].push_back({{"columns", rule.columns},
                             {"verdict", kVerdicts[static_cast<std::size_t>(rule.verdict)]},
                             {"because", rule.because},
                             {"block", rule.block},
                             {"skipped", rule.skipped}});
    if (!explanation.compared && !explanation.mode_forbids)
      json["never_compared_because"].push_back(rule_text(rule, false));
  }
  return json.dump(2) + "\n";
}

}  // namespace songtan::link
