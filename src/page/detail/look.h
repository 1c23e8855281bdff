// The look of every page: tokens, type and the few scripts. In: nothing. Out: the text of a style and of a script.
#pragma once

#include <string>

namespace songtan::page {

std::string page_style();
std::string page_script();

}  // namespace songtan::page
