// A table of a page. In: a caption, headings and cells that are markup. Out: markup, in a region that can be scrolled
// by keyboard where it is wider than the screen.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace songtan::page {

struct TableColumn {
  Text heading;
  bool number = true;  ///< to the right, digits of one width
};

struct TableMarkup {
  Text caption;
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> rows;
  bool last_is_total = false;
};

std::string table_markup(const TableMarkup& table);

}  // namespace songtan::page
