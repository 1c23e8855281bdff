// A pack to read: one static page a programme and language. In: a pack, the law texts. Out: HTML files without scripts that
// need nothing from elsewhere. Rules stand beside the articles they cite, parameters beside their document numbers.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "policy/articles.h"
#include "policy/program.h"

namespace songtan::policy {

/// index.html, index.en.html, and CODE.html, CODE.en.html for every programme. `pack` is what `program` was loaded from.
/// Same bytes for the same pack. Cost: one pass over the law a page.
std::vector<PackFile> render_pages(const Program& program, const PackText& pack, const LawTexts& texts);

}  // namespace songtan::policy
