#include "ingest/detail/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/text.h"
#include "ingest/detail/cell.h"
#include "ingest/detail/contract_change.h"
#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::size_t kLongestShownWord = 60;  // bytes
constexpr std::size_t kMostShownNames = 8;
constexpr int kFewValues = 5;     // below this many filled cells values prove nothing
constexpr int kFitPercent = 90;   // share of values that fit before a column is taken for another
constexpr int kLikePercent = 50;  // score from which a new column is taken for a renamed one

// Shares in percent; integers, so that equal files get equal proposals everywhere.
int likeness(std::string_view left, std::string_view right) {
  const std::u32string a = code_points(left);
  const std::u32string b = code_points(right);
  std::vector<std::size_t> row(b.size() + 1, 0);  // longest common subsequence
  for (const char32_t c : a) {
    std::size_t corner = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = c == b[j - 1] ? corner + 1 : std::max(row[j], row[j - 1]);
      corner = above;
    }
  }
  const std::size_t whole = a.size() + b.size();
  return whole == 0 ? 0 : static_cast<int>(200 * row[b.size()] / whole);
}

// Of the sampled cells of a position, how many fit the column; nothing if too few are filled.
std::optional<int> fit_percent(const Contract& contract, const ContractColumn& column, std::size_t position,
                               const DeliveredSample& sample) {
  CellReader reader(contract, column, sample.delivery);
  int filled = 0;
  int good = 0;
  for (const auto& row : sample.rows) {
    const Cell cell = reader.read(row[position]);
    if (cell.state == Cell::State::empty) continue;
    ++filled;
    good += cell.state == Cell::State::good ? 1 : 0;
  }
  if (filled < kFewValues) return std::nullopt;
  return good * 100 / filled;
}

// Types whose values hardly fit by chance.
bool is_telling(const ContractColumn& column) {
  switch (column.type) {
    case ColumnType::number:
    case ColumnType::date:
    case ColumnType::region:
    case ColumnType::code: return true;
    default: return !column.pattern.empty();
  }
}

class HeaderProposal {
 public:
  HeaderProposal(const Contract& contract, const HeaderDrift& drift, const DeliveredSample& sample)
      : contract_(contract), drift_(drift), sample_(sample) {
    for (std::size_t position = 0; position < drift.names.size(); ++position) {
      if (drift.column_of[position] < 0) added_.push_back(position);
    }
    missing_ = drift.missing;
    pair_renamed();
  }

  Error refusal_of(const std::filesystem::path& file) const;

 private:
  struct Renamed {
    std::size_t column;
    std::size_t position;
    int score;
  };

  int score(std::size_t column, std::size_t position) const;
  bool same_neighbour(std::size_t column, std::size_t position) const;
  void pair_renamed();
  std::vector<std::string> lines_of_new(std::size_t position) const;
  std::string patch() const;

  const Contract& contract_;
  const HeaderDrift& drift_;
  const DeliveredSample& sample_;
  std::vector<std::size_t> missing_;
  std::vector<std::size_t> added_;
  std::vector<Renamed> renamed_;
};

bool HeaderProposal::same_neighbour(std::size_t column, std::size_t position) const {
  const int index = static_cast<int>(column);
  const bool before = position == 0 ? index == 0 : drift_.column_of[position - 1] == index - 1 && index > 0;
  const bool last = position + 1 == drift_.names.size();
  const bool after = last ? column + 1 == contract_.columns.size() : drift_.column_of[position + 1] == index + 1;
  return before || after;
}

int HeaderProposal::score(std::size_t column, std::size_t position) const {
  const ContractColumn& wanted = contract_.columns[column];
  const int name = likeness(normalised_text(wanted.name), drift_.names[position]);
  const int place = same_neighbour(column, position) ? 100 : 0;
  const auto fit = fit_percent(contract_, wanted, position, sample_);
  if (fit && wanted.type != ColumnType::text && *fit < kFitPercent) return 0;
  if (fit && is_telling(wanted)) return (35 * name + 55 * *fit + 10 * place) / 100;
  if (fit && wanted.type != ColumnType::text) return (50 * name + 25 * *fit + 25 * place) / 100;
  return (80 * name + 20 * place) / 100;
}

// The likest pairs first; each column and each new name once.
void HeaderProposal::pair_renamed() {
  std::vector<Renamed> pairs;
  for (const std::size_t column : missing_) {
    for (const std::size_t position : added_) {
      const int found = score(column, position);
      if (found >= kLikePercent) pairs.push_back({column, position, found});
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(), [](const Renamed& a, const Renamed& b) { return a.score > b.score; });
  for (const Renamed& pair : pairs) {
    const auto column = std::find(missing_.begin(), missing_.end(), pair.column);
    const auto position = std::find(added_.begin(), added_.end(), pair.position);
    if (column == missing_.end() || position == added_.end()) continue;
    renamed_.push_back(pair);
    missing_.erase(column);
    added_.erase(position);
  }
}

// A new column as its values look; text when they are nothing in particular.
std::vector<std::string> HeaderProposal::lines_of_new(std::size_t position) const {
  std::vector<std::string> lines = {"name = " + toml_text(drift_.names[position])};
  const auto fits = [&](const ContractColumn& guess) {
    return fit_percent(contract_, guess, position, sample_).value_or(0) >= kFitPercent;
  };
  ContractColumn guess;
  guess.max_length = std::numeric_limits<std::int64_t>::max();
  guess.at_most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> type = {"type = \"text\""};
  guess.type = ColumnType::number;
  if (fits(guess)) {
    type = {"type = \"number\""};
  } else {
    guess.type = ColumnType::date;
    for (std::size_t form = 0; form < kDateForms.size() && type.size() == 1; ++form) {
      guess.forms = {static_cast<DateForm>(form)};
      if (fits(guess)) type = {"type = \"date\"", fmt::format("form = \"{}\"", kDateForms[form])};
    }
    guess.type = ColumnType::integer;
    if (type.size() == 1 && fits(guess)) type = {"type = \"integer\""};
  }
  lines.insert(lines.end(), type.begin(), type.end());
  lines.emplace_back("optional = true");
  lines.emplace_back("sensitivity = \"personal\"");
  return lines;
}

std::string HeaderProposal::patch() const {
  ContractChange change(contract_);
  for (const Renamed& pair : renamed_)
    change.add_former_name(contract_.columns[pair.column], drift_.names[pair.position]);
  for (const std::size_t column : missing_) change.add_to_column(contract_.columns[column], "optional = true");
  if (!contract_.ignores_extra_columns) {
    for (const std::size_t position : added_) {
      if (shown_word(drift_.names[position], position) == drift_.names[position])
        change.add_column(lines_of_new(position));
    }
  }
  return change.patch();
}

std::string list_of(const std::vector<std::string>& words) {
  std::string list;
  for (std::size_t i = 0; i < std::min(words.size(), kMostShownNames); ++i) list += (i == 0 ? "" : ", ") + words[i];
  return words.size() > kMostShownNames ? list + fmt::format(" … ({})", words.size()) : list;
}

Error HeaderProposal::refusal_of(const std::filesystem::path& file) const {
  std::vector<std::string> renamed;
  std::vector<std::string> lost;
  std::vector<std::string> fresh;
  for (const Renamed& pair : renamed_)
    renamed.push_back(fmt::format("{} → {}", contract_.columns[pair.column].name,
                                  shown_word(drift_.names[pair.position], pair.position)));
  for (const std::size_t column : missing_) lost.push_back(contract_.columns[column].name);
  for (const std::size_t position : added_) fresh.push_back(shown_word(drift_.names[position], position));
  Text message;
  const auto say = [&](const std::vector<std::string>& words, std::string_view zh, std::string_view en) {
    if (words.empty()) return;
    message.zh += fmt::format("{}{}：{}", message.zh.empty() ? "" : "；", zh, list_of(words));
    message.en += fmt::format("{}{}: {}", message.en.empty() ? "" : "; ", en, list_of(words));
  };
  say(renamed, "列可能改名", "columns may be renamed");
  say(lost, "缺少列", "columns are missing");
  say(fresh, "契约没有的列", "columns that the contract does not name");
  const std::string code = !renamed.empty() ? "header.renamed" : !lost.empty() ? "header.missing" : "header.unknown";
  Error error = refusal(file, code, std::move(message),
                        {"请部门按约定交付；若改动属实，核对后采用建议的契约改动",
                         "ask for the agreed columns; if the change is meant, check the proposed change and adopt it"});
  if (!renamed_.empty()) error.column = std::to_string(renamed_.front().position + 1);
  if (renamed_.empty() && lost.empty() && !added_.empty()) error.column = std::to_string(added_.front() + 1);
  error.proposal = patch();
  return error;
}

}  // namespace

std::string shown_word(const std::string& word, std::size_t position) {
  const auto digits = std::count_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (word.size() > kLongestShownWord || digits > 4) return fmt::format("#{}", position + 1);
  return word;
}

Error refusal_of_header(const Contract& contract, const std::filesystem::path& file, const HeaderDrift& drift,
                        const DeliveredSample& sample) {
  return HeaderProposal(contract, drift, sample).refusal_of(file);
}

std::string proposal_for_form(const Contract& contract, std::size_t column, std::size_t position,
                              const DeliveredSample& sample) {
  ContractColumn guess = contract.columns[column];
  ContractChange change(contract);
  const auto fits = [&] { return fit_percent(contract, guess, position, sample).value_or(0) >= kFitPercent; };
  const ContractColumn& now = contract.columns[column];
  if (now.type == ColumnType::date) {
    std::string forms;
    for (const DateForm form : now.forms) forms += toml_text(kDateForms[static_cast<std::size_t>(form)]) + ", ";
    for (std::size_t form = 0; form < kDateForms.size(); ++form) {
      guess.forms = now.forms;
      guess.forms.push_back(static_cast<DateForm>(form));
      if (!fits()) continue;
      change.replace_in_column(now, "form", fmt::format("form = [{}\"{}\"]", forms, kDateForms[form]));
      return change.patch();
    }
  }
  if (now.type == ColumnType::region) {
    guess.lengths = {6, 9, 12};
    if (fits() && now.lengths != guess.lengths) {
      change.replace_in_column(now, "digits", "digits = [6, 9, 12]");
      return change.patch();
    }
  }
  return {};
}

Error refusal_of_codes(const Contract& contract, const std::filesystem::path& file, const std::vector<NewCode>& codes) {
  ContractChange change(contract);
  std::vector<std::string> told;
  for (const NewCode& code : codes) {
    const CodeList& list = contract.code_lists[static_cast<std::size_t>(code.code_list)];
    told.push_back(fmt::format("{} [codes.{}] '{}' × {}", code.column, list.name, code.code, code.count));
    change.add_code(list, code.code);
  }
  Error error = refusal(file, "file.codes",
                        {"有代码表之外的代码，次数太多，不像笔误：" + list_of(told),
                         "codes that are not in the list, too often for slips: " + list_of(told)},
                        {"与部门核对代码表；若属实，采用建议的改动，并把 \"?\" 换成标准词",
                         "ask the department for its code list; if it is meant, adopt the proposed change and put the "
                         "standard word for \"?\""});
  error.column = codes.front().column;
  error.proposal = change.patch();
  return error;
}

}  // namespace songtan::ingest::detail
