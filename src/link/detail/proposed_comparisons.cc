#include "link/detail/proposed_comparisons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_set>

#include "base/mix.h"
#include "base/text.h"

namespace songtan::link {
namespace {

constexpr double kLeastInformation = 0.3;  // bits
constexpr double kContained = 0.85;
constexpr std::size_t kSampledRows = 20'000;

using Tests = std::vector<ModelTest>;

ModelTest test(Operator operation, const std::string& column, double bound = 0) {
  return {operation, column, column, bound, false};
}

ModelTest across(const std::string& left, const std::string& right) { return {Operator::exact, left, right, 0, false}; }

ModelLevel level(std::string label, std::vector<Tests> alternatives) {
  ModelLevel out;
  out.label = std::move(label);
  out.alternatives = std::move(alternatives);
  return out;
}

ModelLevel missing(const std::string& column) {
  ModelLevel out = level("missing", {{test(Operator::is_null, column)}});
  out.is_null = true;
  return out;
}

ModelLevel equal(std::string label, const std::string& column) {
  ModelLevel out = level(std::move(label), {{test(Operator::exact, column)}});
  out.frequency_column = column;
  return out;
}

ModelLevel at_least(Operator operation, const std::string& column, double bound, const char* name) {
  return level(fmt::format("{} ≥ {:g}", name, bound), {{test(operation, column, bound)}});
}

ModelLevel at_most(Operator operation, const std::string& column, double bound, const char* name) {
  return level(fmt::format("{} ≤ {:g}", name, bound), {{test(operation, column, bound)}});
}

// Writes made columns, ladders and keys of one proposal.
class Proposer {
 public:
  Proposer(const LinkageInput& input, Proposal& proposal) : proposal_(proposal) {
    taken_.insert(input.columns.begin(), input.columns.end());
  }

  void date(const ColumnProfile& profile) {
    const std::string day = made(profile, "day", profile.sql());
    const std::string sql = "(" + profile.sql() + ")";
    const std::string year = made(profile, "year", "left(" + sql + ", 4)");
    const std::string swapped =
        made(profile, "day_month", "left(" + sql + ", 5) || right(" + sql + ", 2) || '-' || substr(" + sql + ", 6, 2)");
    const std::string known =
        made(profile, "year_only", "CASE WHEN right(" + sql + ", 5) = '01-01' THEN left(" + sql + ", 4) END");
    const std::string month_day = made(profile, "month_day", "right(" + sql + ", 5)");
    const std::string days = "datediff('day', DATE '1900-01-01', TRY_CAST(" + sql + " AS DATE))";
    const std::string number = made(profile, "days", "CAST(" + days + " AS VARCHAR)");
    std::vector<ModelLevel> levels = {missing(day), equal("same day", day)};
    for (const double apart : {1.0, 3.0}) levels.push_back(at_most(Operator::difference, number, apart, "days"));
    levels.push_back(at_most(Operator::damerau_levenshtein, day, 1, "edits"));
    levels.push_back(level("day and month swapped", {{across(day, swapped)}, {across(swapped, day)}}));
    levels.push_back(level("one knows the year only", {{across(known, year)}, {across(year, known)}}));
    for (const double apart : {10.0, 31.0}) levels.push_back(at_most(Operator::difference, number, apart, "days"));
    levels.push_back(at_most(Operator::damerau_levenshtein, day, 2, "edits"));
    levels.push_back(equal("same month and day", month_day));
    levels.push_back(equal("same year", year));
    add(profile, "dates: a slip, swapped parts, a default day, days apart", std::move(levels));
    key(day, "the day");
    key(made(profile, "year_month", "left(" + sql + ", 7)"), "the month");
    key(month_day, "month and day");
    key(year, "the year");
    key(made(profile, "week", "CAST(" + days + " // 7 AS VARCHAR)"), "the week");
    key(made(profile, "other_week", "CAST((" + days + " + 3) // 7 AS VARCHAR)"), "the week, beginning later");
  }

  void amount(const ColumnProfile& profile) {
    const std::string number = made(profile, "amount", profile.sql());
    std::vector<ModelLevel> levels = {missing(number), equal("same amount", number)};
    for (const double share : {0.001, 0.01, 0.02, 0.05, 0.1, 0.3})
      levels.push_back(at_most(Operator::ratio, number, share, "relative distance"));
    add(profile, "numbers: by relative distance", std::move(levels));
    key(number, "the amount");
    const std::string bucket = "CAST(CAST(floor(ln(abs(TRY_CAST({} AS DOUBLE)) + 1) / 0.1 + {}) AS BIGINT) AS VARCHAR)";
    const std::string sql = "(" + profile.sql() + ")";
    key(made(profile, "about", fmt::format(fmt::runtime(bucket), sql, "0.0")), "the amount within a tenth");
    key(made(profile, "about_shifted", fmt::format(fmt::runtime(bucket), sql, "0.5")),
        "the amount within a tenth, buckets shifted");
  }

  void small_number(const ColumnProfile& profile) {
    const std::string number = made(profile, "number", profile.sql());
    const bool year = profile.kind == ValueKind::year;
    std::vector<ModelLevel> levels = {missing(number), equal("same number", number)};
    levels.push_back(at_most(Operator::difference, number, 1, "distance"));
    if (year) levels.push_back(at_most(Operator::difference, number, 3, "distance"));
    levels.push_back(at_most(Operator::damerau_levenshtein, number, 1, "edits"));
    add(profile, year ? "years: a slip, some years apart" : "small numbers: a slip, one apart", std::move(levels));
    key(number, "the number");
  }

  void code(const ColumnProfile& profile) {
    const std::string code = made(profile, "code", profile.sql());
    const auto half = static_cast<int>(std::ceil(profile.letters / 2));
    const std::string left = made(profile, "left", fmt::format("left({}, {})", profile.sql(), half));
    const std::string right = made(profile, "right", fmt::format("right({}, {})", profile.sql(), half));
    std::vector<ModelLevel> levels = {missing(code), equal("same code", code)};
    levels.push_back(at_most(Operator::damerau_levenshtein, code, 1, "edits"));
    if (profile.letters >= 5) levels.push_back(at_most(Operator::damerau_levenshtein, code, 2, "edits"));
    levels.push_back(equal("same first half", left));
    add(profile, "codes: slips, same beginning", std::move(levels));
    key(code, "the code");
    key(left, "its first half");
    key(right, "its last half: one slip leaves one half whole");
  }

  void category(const ColumnProfile& profile) {
    const std::string word = made(profile, "word", profile.sql());
    std::vector<ModelLevel> levels = {missing(word), equal("same", word)};
    if (profile.letters > 4) levels.push_back(at_least(Operator::jaro_winkler, word, 0.9, "Jaro–Winkler"));
    add(profile, "few values: same or not", std::move(levels));
    key(word, "the value");
  }

  void list(const ColumnProfile& profile) {
    const std::string list = made(profile, "list", profile.sql());
    std::vector<ModelLevel> levels = {missing(list), equal("same list", list)};
    for (const double members : {3.0, 2.0, 1.0})
      levels.push_back(at_least(Operator::list_overlap, list, members, "members in common"));
    add(profile, "lists: members in common", std::move(levels));
    key(list, "the list");
    const std::string members =
        "string_split_regex(regexp_replace(" + profile.sql() + ", '[\\[\\]]', '', 'g'), '[,|]')";
    key(made(profile, "first_member", "nullif(trim(list_min(" + members + ")), '')"), "its first member");
    key(made(profile, "last_member", "nullif(trim(list_max(" + members + ")), '')"), "its last member");
  }

  void email(const ColumnProfile& profile) {
    const std::string address = made(profile, "address", profile.sql());
    const std::string user = made(profile, "user", "nullif(split_part(" + profile.sql() + ", '@', 1), '')");
    std::vector<ModelLevel> levels = {missing(address), equal("same address", address), equal("same user", user)};
    levels.push_back(at_most(Operator::damerau_levenshtein, user, 2, "edits of the user"));
    levels.push_back(at_least(Operator::jaro_winkler, user, 0.88, "Jaro–Winkler of the user"));
    add(profile, "mail addresses: whole, user, slips", std::move(levels));
    key(address, "the address");
    key(user, "the user");
    key(made(profile, "user_gram", "link_gram(split_part(" + profile.sql() + ", '@', 1), '1')"),
        "a pair of its letters");
  }

  void han_name(const ColumnProfile& profile) {
    const std::string name = made(profile, "name", profile.sql());
    std::vector<ModelLevel> levels = {missing(name), equal("same", name)};
    const std::pair<double, const char*> kGrades[] = {
        {1, "variant characters"},         {2, "same sound"},        {4, "same sound under mergers"},
        {5, "alike in shape, or swapped"}, {7, "unreadable or cut"}, {8, "one character differs"}};
    for (const auto& [grade, label] : kGrades)
      levels.push_back(level(label, {{test(Operator::name_grade, name, grade)}}));
    add(profile, "Chinese names: character by character, by variant, sound and shape", std::move(levels));
    key(name, "the name");
    const std::string sql = "(" + profile.sql() + ")";
    key(made(profile, "sound", "link_sound(" + sql + ")"), "its sound");
    key(made(profile, "surname_sound", "link_sound(left(" + sql + ", 1))"), "the sound of its first character");
    key(made(profile, "given_sound", "link_sound(substr(" + sql + ", 2))"), "the sound of the others");
    key(made(profile, "last", "right(" + sql + ", 1)"), "its last character");
  }

  void name(const ColumnProfile& profile) {
    const Words words = words_of(profile);
    std::vector<ModelLevel> levels = {missing(words.folded), equal("same", words.folded)};
    const bool several = profile.words > 1.3;
    if (several) levels.push_back(equal("same words", words.sorted));
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.94, "Jaro–Winkler"));
    if (several) levels.push_back(at_least(Operator::tokens, words.folded, 1, "words in common"));
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.88, "Jaro–Winkler"));
    levels.push_back(level("same sound", {{test(Operator::exact, words.sound)}}));
    levels.push_back(initials(profile));
    if (several) levels.push_back(at_least(Operator::tokens, words.folded, 0.5, "words in common"));
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.78, "Jaro–Winkler"));
    add(profile, several ? "some words: order, slips, sound, words in common" : "a word: slips, sound, initials",
        std::move(levels));
    word_keys(profile, words, several);
  }

  void free_text(const ColumnProfile& profile) {
    const Words words = words_of(profile);
    std::vector<ModelLevel> levels = {missing(words.folded), equal("same", words.folded),
                                      equal("same words", words.sorted)};
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.95, "Jaro–Winkler"));
    for (const double share : {1.0, 0.75, 0.5, 0.3})
      levels.push_back(at_least(Operator::tokens, words.folded, share, "words in common"));
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.8, "Jaro–Winkler"));
    add(profile, "free text: words in common", std::move(levels));
    word_keys(profile, words, true);
  }

  // A column made of the words of others, compared together with them: its parts repeat its evidence.
  void whole(const ColumnProfile& profile, const std::vector<const ColumnProfile*>& parts) {
    const Words words = words_of(profile);
    std::vector<ModelLevel> levels = {missing(words.folded), equal("same", words.folded),
                                      equal("same words", words.sorted)};
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.95, "Jaro–Winkler"));
    levels.push_back(at_least(Operator::tokens, words.folded, 1, "words in common"));
    std::vector<Words> of_parts;
    for (const ColumnProfile* part : parts) of_parts.push_back(words_of(*part));
    Tests alike;
    for (const Words& part : of_parts) alike.push_back(test(Operator::jaro_winkler, part.folded, 0.8));
    if (alike.size() > 1) levels.push_back(level("every part alike", {alike}));
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.88, "Jaro–Winkler"));
    for (std::size_t i = 0; i < parts.size(); ++i)
      levels.push_back(equal("same " + parts[i]->name(), of_parts[i].folded));
    levels.push_back(at_least(Operator::jaro_winkler, words.folded, 0.78, "Jaro–Winkler"));
    add(profile, "holds the words of " + names_of(parts) + ": compared once, whole and part by part",
        std::move(levels));
    word_keys(profile, words, true);
    for (std::size_t i = 0; i < parts.size(); ++i) word_keys(*parts[i], of_parts[i], false);
  }

  // Two columns of one nature may have been exchanged on one side.
  void swapped(const ColumnProfile& a, const ColumnProfile& b) {
    const std::string first = made(a, "text", a.sql());
    const std::string second = made(b, "text", b.sql());
    ModelComparison comparison;
    comparison.name = a.name() + " / " + b.name();
    comparison.why = "the two columns share values: one file or clerk may have exchanged them";
    ModelLevel none = level("missing", {{test(Operator::is_null, first)}, {test(Operator::is_null, second)}});
    none.is_null = true;
    ModelLevel exchanged = level("exchanged", {{across(first, second), across(second, first)}});
    comparison.levels = {none, exchanged, level("not exchanged", {})};
    proposal_.model.comparisons.push_back(std::move(comparison));
  }

  static std::string names_of(const std::vector<const ColumnProfile*>& profiles) {
    std::string names;
    for (const ColumnProfile* profile : profiles) names += (names.empty() ? "'" : ", '") + profile->name() + "'";
    return names;
  }

 private:
  struct Words {
    std::string folded, sorted, sound;
  };

  Words words_of(const ColumnProfile& profile) {
    const std::string sql = "(" + profile.sql() + ")";
    Words words;
    words.folded = made(profile, "text", profile.sql());
    words.sound = made(profile, "sound", "link_sound(" + sql + ")");
    words.sorted = profile.words > 1.3 ? made(profile, "sorted", "link_sorted_words(" + sql + ")") : words.folded;
    return words;
  }

  ModelLevel initials(const ColumnProfile& profile) {
    const std::string sql = "(" + profile.sql() + ")";
    const std::string lone = made(profile, "lone_initial", "CASE WHEN length(" + sql + ") = 1 THEN " + sql + " END");
    const std::string first = made(profile, "initial", "left(" + sql + ", 1)");
    return level("an initial", {{across(lone, first)}, {across(first, lone)}});
  }

  void word_keys(const ColumnProfile& profile, const Words& words, bool several) {
    const std::string sql = "(" + profile.sql() + ")";
    key(words.folded, "the text");
    key(words.sound, "its sound");
    if (several) {
      key(words.sorted, "its words in any order");
      key(made(profile, "first_word", "nullif(split_part(" + sql + ", ' ', 1), '')"), "its first word");
      key(made(profile, "last_word", "nullif(split_part(" + sql + ", ' ', -1), '')"), "its last word");
      key(made(profile, "longest_word",
               "list_last(list_sort(list_transform(string_split(" + sql +
                   ", ' '), w -> lpad(CAST(length(w) AS VARCHAR), "
                   "3, '0') || w)))"),
          "its longest word");
    }
    key(made(profile, "begin", "left(" + sql + ", 4)"), "its first four letters");
    for (const char* seed : {"1", "2", "3"})
      key(made(profile, std::string("gram_") + seed, "link_gram(" + sql + ", '" + seed + "')"),
          "a pair of its letters");
  }

  // A made column; its SQL is written in terms of input columns. Asking again gives the same column.
  std::string made(const ColumnProfile& profile, const std::string& suffix, const std::string& sql) {
    for (const ModelColumn& column : proposal_.model.columns) {
      if (column.sql == sql) return column.name;
    }
    std::string name = profile.name() + "." + suffix;
    while (taken_.contains(name)) name += "_";
    taken_.insert(name);
    proposal_.model.columns.push_back({name, sql});
    return name;
  }

  void key(const std::string& column, std::string what) {
    for (const BlockingKey& key : proposal_.keys) {
      if (key.column == column) return;
    }
    proposal_.keys.push_back({column, next_ - 1, std::move(what)});
  }

  void add(const ColumnProfile& profile, const std::string& why, std::vector<ModelLevel> levels) {
    ModelComparison comparison;
    comparison.name = profile.name();
    for (std::size_t part = 1; part < profile.parts.size(); ++part) {
      if (profile.parts[part].input != profile.name()) comparison.name += " = " + profile.parts[part].input;
    }
    comparison.why = fmt::format("{} ({}; in {:.0f} % of the records, two random values agree once in {:.0f})", why,
                                 word_of(profile.kind), profile.present * 100, 1 / std::max(profile.collision, 1e-9));
    if (!profile.stand_ins.empty())
      comparison.why += fmt::format("; {} far commoner than any other taken for missing",
                                    profile.stand_ins.size() == 1 ? "one value" : "some values");
    levels.push_back(level("anything else", {}));
    comparison.levels = std::move(levels);
    proposal_.model.comparisons.push_back(std::move(comparison));
    next_ = proposal_.model.comparisons.size();
  }

  Proposal& proposal_;
  std::set<std::string> taken_;
  std::size_t next_ = 0;
};

bool is_text(const ColumnProfile& profile) {
  return profile.kind == ValueKind::name || profile.kind == ValueKind::free_text ||
         (profile.kind == ValueKind::category && profile.letters > 2);
}

// The values of a profile in one row, or "".
std::string value_at(const LinkageInput& input, const ColumnProfile& profile, std::size_t row) {
  for (const ColumnPart& part : profile.parts) {
    if (part.source != input.frame.source[row]) continue;
    const ValueCode code = input.frame.record(row)[input.column(part.input)];
    return code == 0 ? "" : normal_value(part, input.frame.values.text(code));
  }
  return "";
}

// Share of the records with both in which all words of `part` are among those of `whole`.
double containment(const LinkageInput& input, const ColumnProfile& part, const ColumnProfile& whole) {
  double both = 0;
  double held = 0;
  const std::size_t step = std::max<std::size_t>(1, input.frame.rows / kSampledRows);
  for (std::size_t row = 0; row < input.frame.rows; row += step) {
    const std::string small = value_at(input, part, row);
    const std::string large = value_at(input, whole, row);
    if (small.empty() || large.empty()) continue;
    both += 1;
    const std::string spaced = " " + large + " ";
    const auto words = split(small, ' ');
    held += std::all_of(words.begin(), words.end(), [&](std::string_view word) {
      return spaced.find(" " + std::string(word) + " ") != std::string::npos;
    });
  }
  return both < 20 ? 0 : held / both;
}

// Share of the smaller vocabulary that both columns have.
double shared_values(const LinkageInput& input, const ColumnProfile& a, const ColumnProfile& b) {
  std::unordered_set<std::string> left;
  std::unordered_set<std::string> right;
  const std::size_t step = std::max<std::size_t>(1, input.frame.rows / kSampledRows);
  for (std::size_t row = 0; row < input.frame.rows; row += step) {
    left.insert(value_at(input, a, row));
    right.insert(value_at(input, b, row));
  }
  std::size_t both = 0;
  for (const std::string& value : left) both += !value.empty() && right.contains(value) ? 1 : 0;
  return static_cast<double>(both) / static_cast<double>(std::max<std::size_t>(1, std::min(left.size(), right.size())));
}

struct Group {
  const ColumnProfile* whole = nullptr;
  std::vector<const ColumnProfile*> parts;
};

// Columns that hold the words of others, with those that have one word or so; what lies between is left out.
std::vector<Group> groups_of(const LinkageInput& input, const std::vector<const ColumnProfile*>& profiles,
                             std::vector<std::string>& notes) {
  std::vector<const ColumnProfile*> order = profiles;
  std::stable_sort(order.begin(), order.end(), [](const ColumnProfile* a, const ColumnProfile* b) {
    return (is_text(*a) ? a->words : 0) > (is_text(*b) ? b->words : 0);
  });
  std::vector<Group> groups;
  std::set<const ColumnProfile*> done;
  for (const ColumnProfile* whole : order) {
    if (done.contains(whole)) continue;
    done.insert(whole);
    Group group{whole, {}};
    for (const ColumnProfile* part : order) {
      if (done.contains(part) || !is_text(*whole) || !is_text(*part) || whole->words < 1.2) continue;
      if (containment(input, *part, *whole) < kContained) continue;
      done.insert(part);
      group.parts.push_back(part);
    }
    if (group.parts.size() > 1) {
      const double fewest =
          (*std::min_element(group.parts.begin(), group.parts.end(), [](const auto* a, const auto* b) {
            return a->words < b->words;
          }))->words;
      std::erase_if(group.parts, [&](const ColumnProfile* part) {
        const bool between = part->words > fewest * 1.3;
        if (between) notes.push_back("left out: '" + part->name() + "' repeats '" + whole->name() + "'");
        return between;
      });
    }
    groups.push_back(std::move(group));
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.whole->information() > b.whole->information(); });
  return groups;
}

void propose(Proposer& proposer, const Group& group) {
  const ColumnProfile& profile = *group.whole;
  if (!group.parts.empty()) {
    proposer.whole(profile, group.parts);
    return;
  }
  switch (profile.kind) {
    case ValueKind::date: return proposer.date(profile);
    case ValueKind::list: return proposer.list(profile);
    case ValueKind::email: return proposer.email(profile);
    case ValueKind::amount: return proposer.amount(profile);
    case ValueKind::year:
    case ValueKind::small_number: return proposer.small_number(profile);
    case ValueKind::code: return proposer.code(profile);
    case ValueKind::category: return proposer.category(profile);
    case ValueKind::han_name: return proposer.han_name(profile);
    case ValueKind::name: return proposer.name(profile);
    case ValueKind::free_text: return proposer.free_text(profile);
    case ValueKind::nothing:
    case ValueKind::row_number: return;
  }
}

// Patterns are numbers below 2^32: the longest ladders, the least informed first, lose the rung that says least.
void fit_patterns(std::vector<ModelComparison>& comparisons) {
  constexpr double kMostPatterns = 2e9;
  while (true) {
    double patterns = 1;
    std::size_t longest = 0;
    for (std::size_t i = 0; i < comparisons.size(); ++i) {
      patterns *= static_cast<double>(comparisons[i].levels.size());
      if (comparisons[i].levels.size() >= comparisons[longest].levels.size()) longest = i;
    }
    if (patterns < kMostPatterns) return;
    std::vector<ModelLevel>& levels = comparisons[longest].levels;
    levels.erase(levels.end() - 2);
  }
}

}  // namespace

Proposal proposed_comparisons(const LinkageInput& input, const std::vector<ColumnProfile>& profiles, std::size_t most) {
  Proposal proposal;
  std::vector<std::string>& notes = proposal.model.notes;
  std::vector<const ColumnProfile*> useful;
  for (const ColumnProfile& profile : profiles) {
    const bool one_sided = profile.sources > 1 && profile.parts.size() == 1;
    if (profile.kind == ValueKind::nothing || profile.information() < kLeastInformation) {
      notes.push_back(fmt::format("left out: '{}' tells records apart by {:.2f} bits only", profile.name(),
                                  profile.kind == ValueKind::nothing ? 0.0 : profile.information()));
    } else if (profile.kind == ValueKind::row_number) {
      notes.push_back("left out: '" + profile.name() + "' never repeats or numbers the rows");
    } else if (one_sided) {
      notes.push_back("left out: '" + profile.name() + "' is in one file only, and no column of the others is like it");
    } else {
      useful.push_back(&profile);
    }
  }
  Proposer proposer(input, proposal);
  std::vector<const ColumnProfile*> words;
  for (const Group& group : groups_of(input, useful, notes)) {
    if (proposal.model.comparisons.size() >= most) {
      notes.push_back("left out: '" + group.whole->name() + "', since better informed columns suffice");
      continue;
    }
    propose(proposer, group);
    if (group.whole->kind == ValueKind::name && group.whole->words < 1.5 && group.parts.empty())
      words.push_back(group.whole);
  }
  for (std::size_t a = 0; a < words.size(); ++a) {
    for (std::size_t b = a + 1; b < words.size(); ++b) {
      if (shared_values(input, *words[a], *words[b]) < 0.1) continue;
      proposer.swapped(*words[a], *words[b]);
    }
  }
  fit_patterns(proposal.model.comparisons);
  return proposal;
}

}  // namespace songtan::link
