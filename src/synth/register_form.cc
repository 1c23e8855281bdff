#include "synth/register_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/toml_file.h"

namespace songtan::synth {
namespace {

constexpr std::array<std::pair<std::string_view, ValueForm>, 12> kForms = {{
    {"text", ValueForm::text},
    {"yyyymmdd", ValueForm::date_digits},
    {"yyyy-mm-dd", ValueForm::date_iso},
    {"yyyy/mm/dd", ValueForm::date_slash},
    {"yyyy年m月d日", ValueForm::date_chinese},
    {"yyyymm", ValueForm::month_digits},
    {"yyyy-mm", ValueForm::month_iso},
    {"integer", ValueForm::integer},
    {"元", ValueForm::yuan},
    {"万元", ValueForm::ten_thousand_yuan},
    {"分", ValueForm::fen},
    {"hundredths", ValueForm::hundredths},
}};

constexpr std::array<std::pair<std::string_view, DirtClass>, 7> kDirtClasses = {{
    {"none", DirtClass::none},
    {"number", DirtClass::number},
    {"name", DirtClass::name},
    {"birth", DirtClass::birth},
    {"address", DirtClass::address},
    {"phone", DirtClass::phone},
    {"age", DirtClass::age},
}};

template <typename Pairs>
auto chosen(const TomlTable& table, std::string_view key, std::string_view word, const Pairs& pairs) {
  const auto found = std::ranges::find(pairs, word, [](const auto& pair) { return pair.first; });
  if (found != pairs.end()) return found->second;
  table.refuse({fmt::format("{} 不能写作 {}", key, word), fmt::format("{} cannot be {}", key, word)},
               {"可用的词见 docs/formats/synth.md", "docs/formats/synth.md lists the words"});
  return pairs.front().second;
}

ColumnForm column_form(const TomlTable& table, const std::vector<std::string>& roles) {
  ColumnForm column;
  column.name = table.text("name");
  column.value = table.text_or("value", column.name);
  column.form = chosen(table, "form", table.text_or("form", "text"), kForms);
  column.dirt = chosen(table, "dirt", table.text_or("dirt", "none"), kDirtClasses);
  column.codes = table.words("codes");
  const std::string role = table.text_or("role", roles.front());
  const auto found = std::ranges::find(roles, role);
  if (found == roles.end()) {
    table.refuse({fmt::format("列 {} 的角色 {} 不在 roles 中", column.name, role),
                  fmt::format("column {} has role {}, which is not among roles", column.name, role)},
                 {"请在 roles 中列出", "list it in roles"});
    return column;
  }
  column.role = static_cast<int>(found - roles.begin());
  return column;
}

Delivers delivers_of(const TomlTable& table) {
  Delivers delivers;
  delivers.table = table.text("table");
  delivers.where = table.text_or("where", "true");
  delivers.unambiguous = table.text_or("unambiguous", "true");
  delivers.began = table.text_or("began", "");
  delivers.end_is_planned = table.boolean_or("end_is_planned", false);
  return delivers;
}

void read_delivery(const TomlTable& root, RegisterForm& form) {
  const TomlTable delivery = root.table("delivery");
  form.lag_days = delivery.integers("lag_days");
  form.delay_days = delivery.integers("delay_days");
  if (form.lag_days.size() != 2 || form.delay_days.size() != 5 || !std::ranges::is_sorted(form.lag_days) ||
      !std::ranges::is_sorted(form.delay_days)) {
    delivery.refuse({"[delivery] 需要 lag_days（2 个）和 delay_days（5 个），由小到大",
                     "[delivery] needs lag_days (2) and delay_days (5), ascending"},
                    {});
    form.lag_days = {0, 0};
    form.delay_days = {0, 0, 0, 0, 0};
  }
}

void read_delta(const TomlTable& root, RegisterForm& form) {
  const TomlTable delivery = root.table("delivery");
  auto words = delivery.words("delta");
  if (words.empty()) return;
  form.delta = {words["column"], words["insert"], words["update"], words["delete"]};
  const bool whole = !form.delta.column.empty() && !form.delta.inserted.empty() && !form.delta.updated.empty() &&
                     !form.delta.deleted.empty();
  if (whole && form.format == FileFormat::csv) return;
  delivery.refuse({"delta 需要 column、insert、update、delete，且 format 为 csv",
                   "delta needs column, insert, update and delete, and format csv"},
                  {"见 docs/formats/synth.md", "see docs/formats/synth.md"});
}

Result<RegisterForm> read_register_form(const std::filesystem::path& path) {
  TRY(const TomlFile file, TomlFile::read(path));
  const TomlTable root = file.root();
  RegisterForm form;
  form.source = root.text("source");
  const std::string format = root.text("format");
  form.format = chosen(root, "format", format,
                       std::array<std::pair<std::string_view, FileFormat>, 2>{
                           {{"csv", FileFormat::csv}, {"parquet", FileFormat::parquet}}});
  form.extension = format;
  form.encoding = chosen(root, "encoding", root.text_or("encoding", "UTF-8"),
                         std::array<std::pair<std::string_view, FileEncoding>, 2>{
                             {{"UTF-8", FileEncoding::utf8}, {"GB18030", FileEncoding::gb18030}}});
  form.roles = root.texts("roles");
  if (form.roles.empty()) form.roles = {"self"};
  read_delivery(root, form);
  read_delta(root, form);
  for (const TomlTable& table : root.tables("delivers")) form.delivers.push_back(delivers_of(table));
  form.rows = root.text("rows");
  for (const TomlTable& table : root.tables("columns")) form.columns.push_back(column_form(table, form.roles));
  if (form.columns.empty())
    root.refuse({"没有 columns", "there are no columns"}, {"请列出交付的列", "list the delivered columns"});
  TRY_VOID(file.check());
  return form;
}

}  // namespace

Result<std::vector<RegisterForm>> read_register_forms(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code trouble;
  for (const auto& entry : std::filesystem::directory_iterator(folder, trouble)) {
    if (entry.path().extension() == ".toml") paths.push_back(entry.path());
  }
  if (trouble || paths.empty()) {
    return fail(Outcome::bad_data, "synth.registers",
                {"没有登记簿描述：" + folder.string(), "no register descriptions in " + folder.string()},
                {"请检查 --pack 是否指向包的文件夹", "check that --pack names the folder of a pack"});
  }
  std::ranges::sort(paths);
  std::vector<RegisterForm> forms;
  for (const auto& path : paths) {
    TRY(forms.emplace_back(), read_register_form(path));
  }
  std::ranges::sort(forms, {}, &RegisterForm::source);
  return forms;
}

}  // namespace songtan::synth
