#include "link/detail/column_profile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/mix.h"
#include "base/text.h"
#include "link/kernel/han.h"
#include "link/kernel/sound_key.h"

namespace songtan::link {
namespace {

constexpr std::size_t kSampledRows = 50'000;
constexpr std::int64_t kFewValues = 40;
constexpr double kMost = 0.9;
constexpr double kMostDates = 0.8;  // slips of digits leave the calendar
constexpr double kLeastOverlap = 0.1;

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A number as written, with blanks, currency signs and thousands marks dropped. False if it is none.
bool is_number(std::string_view text, bool& decimals, bool& comma) {
  std::size_t digits = 0;
  std::size_t points = 0;
  std::size_t after = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_digit(c)) {
      ++digits;
      ++after;
    } else if (c == '.' || c == ',') {
      ++points;
      after = 0;
      comma = c == ',';
    } else if (c == '-' && at == 0) {
      continue;
    } else if (c != ' ' && c != '$' && static_cast<unsigned char>(c) < 0x80) {
      return false;
    } else if (static_cast<unsigned char>(c) >= 0x80 && text.find("\xE2\x82\xAC") == std::string_view::npos &&
               text.find("\xC2\xA3") == std::string_view::npos && text.find("\xC2\xA5") == std::string_view::npos) {
      return false;
    }
  }
  decimals = points > 0 && (after != 3 || points == 1);
  comma = comma && points > 0 && after != 3;
  return digits > 0;
}

// What one value looks like.
struct Look {
  bool number = false, decimals = false, comma = false, digits_only = false, mixed = false, letters = false;
  bool email = false, list = false, han = false;
  std::array<bool, 3> date{};
  std::size_t words = 0;
  std::size_t length = 0;
};

Look look_at(std::string_view text) {
  Look look;
  const std::u32string points = points_of(text);
  look.length = points.size();
  look.number = is_number(text, look.decimals, look.comma);
  look.digits_only = std::all_of(text.begin(), text.end(), is_digit);
  std::size_t han = 0;
  bool digit = false;
  bool letter = false;
  bool in_word = false;
  for (const char32_t c : points) {
    const bool blank = c <= U' ';
    if (!blank && !in_word) ++look.words;
    in_word = !blank;
    digit = digit || (c >= U'0' && c <= U'9');
    const bool is_letter = (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || c >= 0xC0;
    letter = letter || is_letter;
    han += c >= 0x3400 && c <= 0x9FFF ? 1 : 0;
  }
  look.letters = letter && !digit;
  look.mixed = letter && digit;
  look.han = han >= 2 && han == points.size() && points.size() <= 4;
  const std::size_t at = text.find('@');
  look.email = at != std::string_view::npos && at > 0 && text.find('.', at) != std::string_view::npos;
  look.list =
      (text.size() > 1 && text.front() == '[' && text.back() == ']') || text.find('|') != std::string_view::npos;
  for (const DateOrder order : {DateOrder::year_month_day, DateOrder::day_month_year, DateOrder::month_day_year}) {
    const auto parts = date_parts(text, order);
    look.date[static_cast<std::size_t>(order)] = parts && is_plausible(*parts);
  }
  return look;
}

// Sums over the sampled values of one column of one file.
struct Looks {
  double values = 0, number = 0, decimals = 0, comma = 0, digits_only = 0, mixed = 0, letters = 0, email = 0, list = 0;
  double han = 0, words = 0, length = 0, years = 0, small = 0;
  std::array<double, 3> date{};
  std::map<std::size_t, double> lengths;
  bool rising = true;
  double last = -1;

  void add(std::string_view text) {
    const Look look = look_at(text);
    values += 1;
    number += look.number ? 1 : 0;
    decimals += look.decimals ? 1 : 0;
    comma += look.comma ? 1 : 0;
    digits_only += look.digits_only ? 1 : 0;
    mixed += look.mixed ? 1 : 0;
    letters += look.letters ? 1 : 0;
    email += look.email ? 1 : 0;
    list += look.list ? 1 : 0;
    han += look.han ? 1 : 0;
    words += static_cast<double>(look.words);
    length += static_cast<double>(look.length);
    for (std::size_t order = 0; order < 3; ++order) date[order] += look.date[order] ? 1 : 0;
    if (look.digits_only)
      note_whole(text, look.length);
    else
      rising = false;
  }

  double share(double part) const { return values == 0 ? 0 : part / values; }

 private:
  void note_whole(std::string_view text, std::size_t letters_in) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    rising = rising && value > last;
    last = value;
    lengths[letters_in] += 1;
    years += letters_in == 4 && value >= 1500 && value <= 2100 ? 1 : 0;
    small += letters_in <= 3 ? 1 : 0;
  }
};

double share_of_commonest_length(const Looks& looks) {
  double most = 0;
  for (const auto& [length, values] : looks.lengths) most = std::max(most, values);
  return looks.share(most);
}

ValueKind kind_of_number(const Looks& looks, std::int64_t distinct) {
  if (looks.share(looks.decimals) > 0.05) return ValueKind::amount;
  if (looks.share(looks.years) >= kMost) return ValueKind::year;
  if (looks.share(looks.small) >= kMost) return ValueKind::small_number;
  if (distinct <= kFewValues) return ValueKind::category;
  const bool even = share_of_commonest_length(looks) >= 0.6 || looks.share(looks.digits_only) < kMost;
  return even || looks.share(looks.length) >= 5.5 ? ValueKind::code : ValueKind::amount;
}

ValueKind kind_of(const Looks& looks, std::int64_t distinct) {
  if (looks.values == 0 || distinct <= 1) return ValueKind::nothing;
  const double dates = *std::max_element(looks.date.begin(), looks.date.end());
  if (looks.share(dates) >= kMostDates) return ValueKind::date;
  if (looks.share(looks.email) >= kMost) return ValueKind::email;
  if (looks.share(looks.list) >= kMost) return ValueKind::list;
  if (looks.share(looks.number) >= kMost) return kind_of_number(looks, distinct);
  if (looks.share(looks.han) >= 0.6) return distinct <= kFewValues ? ValueKind::category : ValueKind::han_name;
  const double words = looks.share(looks.words);
  if (looks.share(looks.mixed + looks.digits_only) >= 0.7 && words <= 2.2 && looks.share(looks.length) <= 24)
    return distinct <= kFewValues ? ValueKind::category : ValueKind::code;
  if (distinct <= kFewValues && words <= 3) return ValueKind::category;
  return words > 4.5 ? ValueKind::free_text : ValueKind::name;
}

// Words that stand for "none" where they are far commoner than any name would be.
std::vector<std::string> placeholders_of(const std::unordered_map<std::string, double>& words, double values) {
  std::vector<std::string> found;
  for (const auto& [word, count] : words) {
    if (count >= 0.01 * values && count >= 3) found.push_back(word);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool is_none_word(const std::string& lower) {
  static const std::unordered_set<std::string> kWords = {
      "na",   "n/a",     "nan", "null", "none", "-",    "--", "?",    "??", ".",    "nil",
      "#n/a", "unknown", "\\n", "无",   "不详", "未知", "空", "空白", "-1", "n.a.", "(none)"};
  return kWords.contains(lower);
}

// Rows of one file as a range of the frame's rows; sources ascend.
std::pair<std::size_t, std::size_t> rows_of(const LinkageInput& input, std::uint16_t source) {
  const auto& sources = input.frame.source;
  const auto [from, to] = std::equal_range(sources.begin(), sources.end(), source);
  return {static_cast<std::size_t>(from - sources.begin()), static_cast<std::size_t>(to - sources.begin())};
}

std::size_t stride_of(std::size_t rows) { return std::max<std::size_t>(1, rows / kSampledRows); }

ColumnPart part_of(const LinkageInput& input, std::uint16_t source, std::size_t column) {
  ColumnPart part;
  part.source = source;
  part.input = input.columns[column];
  const auto [from, to] = rows_of(input, source);
  std::unordered_map<std::string, double> none_words;
  std::unordered_set<ValueCode> seen;
  double values = 0;
  for (std::size_t row = from; row < to; ++row) {
    const ValueCode code = input.frame.record(row)[column];
    if (code == 0) continue;
    values += 1;
    const std::string_view text = input.frame.values.text(code);
    if (text.size() <= 12) {
      const std::string lower = lower_ascii(trimmed(text));
      if (is_none_word(lower)) none_words[lower] += 1;
    }
    if (seen.size() < kSampledRows) seen.insert(code);
  }
  part.placeholders = placeholders_of(none_words, values);
  Looks looks;
  const std::size_t step = stride_of(to - from);
  for (std::size_t row = from; row < to; row += step) {
    const ValueCode code = input.frame.record(row)[column];
    if (code == 0) continue;
    const std::string text = normalised_text(input.frame.values.text(code));
    const auto& none = part.placeholders;
    if (text.empty() || std::find(none.begin(), none.end(), lower_ascii(text)) != none.end()) continue;
    looks.add(text);
  }
  part.kind = kind_of(looks, static_cast<std::int64_t>(seen.size() - std::min(seen.size(), part.placeholders.size())));
  if (looks.rising && looks.values > 20 && looks.share(looks.digits_only) == 1) part.kind = ValueKind::row_number;
  part.order = static_cast<DateOrder>(std::max_element(looks.date.begin(), looks.date.end()) - looks.date.begin());
  part.decimal_comma = looks.comma > looks.decimals / 2 && looks.comma > 0;
  return part;
}

// Values that name somebody are rare, or at least not alone in being common. One that is ten times as common as the tenth
// is a stand-in: a clerk's test, a default day, a telephone of the office.
std::vector<std::string> stand_ins_of(ValueKind kind, const std::unordered_map<std::string, std::int64_t>& counts) {
  constexpr std::size_t kRank = 9;
  constexpr std::int64_t kTimes = 10;
  constexpr std::int64_t kFewest = 20;
  const bool naming = kind == ValueKind::name || kind == ValueKind::han_name || kind == ValueKind::code ||
                      kind == ValueKind::email || kind == ValueKind::date || kind == ValueKind::free_text;
  if (!naming || counts.size() < 100) return {};
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [value, count] : counts) order.emplace_back(-count, value);
  std::partial_sort(order.begin(), order.begin() + kRank + 1, order.end());
  std::vector<std::string> found;
  for (std::size_t i = 0; i < kRank; ++i) {
    const std::int64_t count = -order[i].first;
    if (count >= kFewest && count > kTimes * -order[kRank].first) found.push_back(order[i].second);
  }
  return found;
}

// Distribution of a group's normal values over all its files.
void measure(const LinkageInput& input, ColumnProfile& profile) {
  std::unordered_map<std::string, std::int64_t> counts;
  double present = 0;
  double sampled = 0;
  for (const ColumnPart& part : profile.parts) {
    const std::uint16_t column = input.column(part.input);
    const auto [from, to] = rows_of(input, part.source);
    const std::size_t step = stride_of(to - from);
    for (std::size_t row = from; row < to; row += step) {
      const ValueCode code = input.frame.record(row)[column];
      if (code == 0) continue;
      const std::string value = normal_value(part, input.frame.values.text(code));
      if (value.empty()) continue;
      ++counts[value];
      present += static_cast<double>(step);
      sampled += 1;
      profile.words += 1 + static_cast<double>(std::count(value.begin(), value.end(), ' '));
      profile.letters += static_cast<double>(points_of(value).size());
    }
  }
  const double valued = sampled;
  profile.stand_ins = stand_ins_of(profile.kind, counts);
  for (const std::string& value : profile.stand_ins) {
    const double share = static_cast<double>(counts.at(value)) / sampled;
    present *= 1 - share;
    sampled *= 1 - share;
    counts.erase(value);
  }
  double equal = 0;
  for (const auto& [value, count] : counts) equal += static_cast<double>(count) * static_cast<double>(count - 1);
  profile.distinct = static_cast<std::int64_t>(counts.size());
  profile.collision = sampled > 1 ? equal / (sampled * (sampled - 1)) : 1;
  profile.present = input.frame.rows == 0 ? 0 : std::min(1.0, present / static_cast<double>(input.frame.rows));
  profile.words = valued > 0 ? profile.words / valued : 0;
  profile.letters = valued > 0 ? profile.letters / valued : 0;
  if (profile.distinct <= 1) profile.kind = ValueKind::nothing;
}

// A number that never comes twice joins nobody. Rows count, not the sample: a repetition is rare in a sample.
bool ever_repeats(const LinkageInput& input, const ColumnProfile& profile) {
  std::unordered_set<std::uint64_t> seen;
  for (const ColumnPart& part : profile.parts) {
    const std::uint16_t column = input.column(part.input);
    const auto [from, to] = rows_of(input, part.source);
    for (std::size_t row = from; row < to; ++row) {
      const ValueCode code = input.frame.record(row)[column];
      if (code != 0 && !seen.insert(code).second) return true;
    }
  }
  return false;
}

std::unordered_set<std::uint64_t> values_of(const LinkageInput& input, const ColumnPart& part) {
  std::unordered_set<std::uint64_t> values;
  const std::uint16_t column = input.column(part.input);
  const auto [from, to] = rows_of(input, part.source);
  for (std::size_t row = from; row < to && values.size() < kSampledRows; ++row) {
    const ValueCode code = input.frame.record(row)[column];
    if (code == 0) continue;
    const std::string value = normal_value(part, input.frame.values.text(code));
    // Long texts are hardly ever equal, amounts not to the cent: their words and whole parts are.
    const bool text = part.kind == ValueKind::name || part.kind == ValueKind::free_text;
    const std::string whole = part.kind == ValueKind::amount ? value.substr(0, value.find('.')) : value;
    for (const std::string_view piece : split(whole, text ? ' ' : '\0')) {
      if (!piece.empty()) values.insert(hash64(piece));
    }
  }
  return values;
}

double overlap_of(const std::unordered_set<std::uint64_t>& a, const std::unordered_set<std::uint64_t>& b) {
  if (a.empty() || b.empty()) return 0;
  std::size_t both = 0;
  for (const std::uint64_t value : a) both += b.contains(value) ? 1 : 0;
  return static_cast<double>(both) / static_cast<double>(std::min(a.size(), b.size()));
}

bool share_a_source(const ColumnProfile& a, const ColumnProfile& b) {
  return std::any_of(a.parts.begin(), a.parts.end(), [&](const ColumnPart& x) {
    return std::any_of(b.parts.begin(), b.parts.end(), [&](const ColumnPart& y) { return x.source == y.source; });
  });
}

// The kind as which two parts can be one column: the broader of both; nothing if they are of different nature.
ValueKind common_kind(ValueKind a, ValueKind b) {
  if (a == b) return a;
  const auto either = [&](ValueKind x, ValueKind y) { return (a == x && b == y) || (a == y && b == x); };
  if (a == ValueKind::category || b == ValueKind::category) {
    const ValueKind other = a == ValueKind::category ? b : a;
    return other == ValueKind::date || other == ValueKind::list ? ValueKind::nothing : other;
  }
  if (either(ValueKind::name, ValueKind::free_text)) return ValueKind::free_text;
  if (either(ValueKind::small_number, ValueKind::year)) return ValueKind::small_number;
  if (either(ValueKind::small_number, ValueKind::code) || either(ValueKind::year, ValueKind::code) ||
      either(ValueKind::row_number, ValueKind::code))
    return ValueKind::code;
  if (either(ValueKind::small_number, ValueKind::amount) || either(ValueKind::code, ValueKind::amount))
    return ValueKind::amount;
  return ValueKind::nothing;
}

void unify(ColumnProfile& profile, ValueKind kind) {
  profile.kind = kind;
  for (ColumnPart& part : profile.parts) part.kind = kind;
}

// Brings together columns of different files that hold the same kind of values: the best overlap first.
void match_across_files(const LinkageInput& input, std::vector<ColumnProfile>& profiles) {
  struct Candidate {
    double overlap;
    std::size_t a, b;
  };
  std::vector<Candidate> candidates;
  std::vector<std::unordered_set<std::uint64_t>> values(profiles.size());
  const auto lonely = [&](std::size_t i) { return profiles[i].parts.size() < profiles[i].sources; };
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    if (lonely(i)) values[i] = values_of(input, profiles[i].parts.front());
  }
  for (std::size_t a = 0; a < profiles.size(); ++a) {
    for (std::size_t b = a + 1; b < profiles.size(); ++b) {
      const bool alike = common_kind(profiles[a].kind, profiles[b].kind) != ValueKind::nothing;
      if (!lonely(a) || !lonely(b) || !alike || share_a_source(profiles[a], profiles[b])) continue;
      const double overlap = overlap_of(values[a], values[b]);
      if (overlap >= kLeastOverlap) candidates.push_back({overlap, a, b});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& x, const Candidate& y) { return x.overlap > y.overlap; });
  for (const Candidate& one : candidates) {
    ColumnProfile& a = profiles[one.a];
    ColumnProfile& b = profiles[one.b];
    if (a.parts.empty() || b.parts.empty() || share_a_source(a, b)) continue;
    a.parts.insert(a.parts.end(), b.parts.begin(), b.parts.end());
    unify(a, common_kind(a.kind, b.kind));
    b.parts.clear();
  }
  std::erase_if(profiles, [](const ColumnProfile& profile) { return profile.parts.empty(); });
}

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string sql_of(const ColumnPart& part) {
  std::string text = "CAST(" + quoted(part.input) + " AS VARCHAR)";
  if (!part.placeholders.empty()) {
    std::string list;
    for (const std::string& word : part.placeholders) list += (list.empty() ? "" : ", ") + sql_literal(word);
    text = "CASE WHEN lower(trim(" + text + ")) NOT IN (" + list + ") THEN " + text + " END";
  }
  switch (part.kind) {
    case ValueKind::date: return "link_date(" + text + ", '" + std::string(word_of(part.order)) + "')";
    case ValueKind::code: return "nullif(replace(link_fold(" + text + "), ' ', ''), '')";
    case ValueKind::email: return "nullif(lower(trim(" + text + ")), '')";
    case ValueKind::list:
    case ValueKind::han_name: return "nullif(trim(" + text + "), '')";
    case ValueKind::amount: {
      const std::string bare = "regexp_replace(" + text + ", '[^0-9.,-]', '', 'g')";
      const std::string plain =
          part.decimal_comma ? "replace(replace(" + bare + ", '.', ''), ',', '.')" : "replace(" + bare + ", ',', '')";
      return "CAST(TRY_CAST(" + plain + " AS DOUBLE) AS VARCHAR)";
    }
    case ValueKind::year:
    case ValueKind::small_number: return "CAST(TRY_CAST(trim(" + text + ") AS BIGINT) AS VARCHAR)";
    default: return "link_fold(" + text + ")";
  }
}

}  // namespace

double ColumnProfile::information() const { return present * -std::log2(std::max(collision, 1e-12)); }

// Columns of different names are empty in each other's files, so the first that is there serves, in whatever order files
// come; one name with different forms needs the file's number.
std::string ColumnProfile::sql() const {
  std::vector<std::string> forms;
  std::vector<std::string> names;
  for (const ColumnPart& part : parts) {
    const std::string form = sql_of(part);
    if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(form);
    if (std::find(names.begin(), names.end(), part.input) == names.end()) names.push_back(part.input);
  }
  std::string out = forms.front();
  if (forms.size() > 1 && names.size() == parts.size()) {
    out = "coalesce(";
    for (std::size_t i = 0; i < forms.size(); ++i) out += (i == 0 ? "" : ", ") + forms[i];
    out += ")";
  } else if (forms.size() > 1) {
    out = "CASE source_number";
    for (const ColumnPart& part : parts) out += " WHEN " + std::to_string(part.source) + " THEN " + sql_of(part);
    out += " END";
  }
  if (stand_ins.empty()) return out;
  std::string list;
  for (const std::string& value : stand_ins) list += (list.empty() ? "" : ", ") + sql_literal(value);
  return "CASE WHEN " + out + " NOT IN (" + list + ") THEN " + out + " END";
}

std::string_view word_of(ValueKind kind) {
  constexpr std::array<std::string_view, 13> kWords = {"nothing", "row number", "date",         "list", "mail address",
                                                       "amount",  "year",       "small number", "code", "category",
                                                       "name",    "name",       "free text"};
  return kind == ValueKind::han_name ? "Chinese name" : kWords[static_cast<std::size_t>(kind)];
}

std::string normal_value(const ColumnPart& part, std::string_view text) {
  const std::string normal = normalised_text(text);
  const auto& none = part.placeholders;
  if (std::find(none.begin(), none.end(), lower_ascii(normal)) != none.end()) return "";
  if (part.kind == ValueKind::date) return iso_date(normal, part.order);
  if (part.kind == ValueKind::list || part.kind == ValueKind::email) return normal;
  if (part.kind == ValueKind::amount) {
    std::string number;
    for (const char c : normal) {
      if (is_digit(c) || c == '-') number += c;
      if (c == (part.decimal_comma ? ',' : '.')) number += '.';
    }
    return number;
  }
  std::string folded_text = folded(normal);
  if (part.kind == ValueKind::code) std::erase(folded_text, ' ');
  return folded_text;
}

std::vector<ColumnProfile> profiles_of(const LinkageInput& input) {
  const std::size_t sources = input.frame.source.empty() ? 1U : input.frame.source.back() + 1U;
  std::vector<ColumnProfile> profiles;
  for (std::size_t column = 0; column < input.columns.size(); ++column) {
    // Parts of one name but of different kinds in different files are not one column.
    std::vector<ColumnProfile> groups;
    for (std::uint16_t source = 0; source < sources; ++source) {
      ColumnPart part = part_of(input, source, column);
      if (part.kind == ValueKind::nothing && sources > 1) continue;
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const ColumnProfile& group) {
        return common_kind(group.kind, part.kind) != ValueKind::nothing;
      });
      if (same != groups.end()) {
        const ValueKind kind = common_kind(same->kind, part.kind);
        same->parts.push_back(std::move(part));
        unify(*same, kind);
        continue;
      }
      ColumnProfile profile;
      profile.kind = part.kind;
      profile.sources = sources;
      profile.parts.push_back(std::move(part));
      groups.push_back(std::move(profile));
    }
    profiles.insert(profiles.end(), groups.begin(), groups.end());
  }
  if (sources > 1) match_across_files(input, profiles);
  for (ColumnProfile& profile : profiles) {
    measure(input, profile);
    // Names and texts that never repeat may still be alike; numbers that never repeat are of no use.
    const bool number =
        profile.kind == ValueKind::code || profile.kind == ValueKind::small_number || profile.kind == ValueKind::year;
    if (number && !ever_repeats(input, profile)) profile.kind = ValueKind::row_number;
  }
  std::stable_sort(profiles.begin(), profiles.end(),
                   [](const ColumnProfile& a, const ColumnProfile& b) { return a.information() > b.information(); });
  return profiles;
}

}  // namespace songtan::link
