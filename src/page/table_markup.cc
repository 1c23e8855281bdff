#include "page/table_markup.h"

#include <fmt/format.h>

#include "page/markup.h"

namespace songtan::page {
namespace {

std::string cell_class(const TableColumn& column) { return column.number ? " class=\"number\"" : ""; }

}  // namespace

std::string table_markup(const TableMarkup& table) {
  std::string out = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><caption>{}</caption><thead><tr>",
      escaped(table.caption.zh + " " + table.caption.en), both(table.caption));
  for (const TableColumn& column : table.columns)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", cell_class(column), both(column.heading));
  out += "</tr></thead><tbody>";
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const bool total = table.last_is_total && row + 1 == table.rows.size();
    out += total ? "<tr class=\"total\">" : "<tr>";
    for (std::size_t at = 0; at < table.rows[row].size(); ++at) {
      const char* tag = at == 0 ? "th scope=\"row\"" : "td";
      out +=
          fmt::format("<{}{}>{}</{}>", tag, cell_class(table.columns[at]), table.rows[row][at], at == 0 ? "th" : "td");
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

}  // namespace songtan::page
