#include "decide/pack_text.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

namespace songtan::decide {
namespace {

Result<void> read_folder(const std::filesystem::path& pack, const char* folder, const char* extension,
                         policy::PackText& text) {
  std::vector<std::filesystem::path> files;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(pack / folder, code)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
      auto refusal = fail(Outcome::environment, "file.unreadable", {"读不到文件", "the file cannot be read"},
                          {"检查读写权限", "check permissions"});
      refusal.error().file = file.string();
      return refusal;
    }
    text.files.push_back(
        {(std::filesystem::path(folder) / file.filename()).string(), {std::istreambuf_iterator<char>(in), {}}});
  }
  return {};
}

}  // namespace

Result<policy::PackText> read_pack_text(const std::filesystem::path& pack) {
  if (!std::filesystem::is_directory(pack)) {
    return fail(Outcome::usage, "pack.absent",
                {"没有这个政策包：" + pack.string(), "there is no pack at " + pack.string()},
                {"检查 --pack", "check --pack"});
  }
  policy::PackText text;
  TRY_VOID(read_folder(pack, "policies", ".policy", text));
  if (text.files.empty()) {
    return fail(Outcome::bad_data, "pack.no_policies", {"政策包里没有政策", "the pack has no policies"},
                {"在 policies/ 中放 *.policy", "put *.policy into policies/"});
  }
  TRY_VOID(read_folder(pack, "parameters", ".csv", text));
  return text;
}

Result<std::vector<policy::PackFile>> read_law_texts(const std::filesystem::path& pack) {
  policy::PackText text;
  TRY_VOID(read_folder(std::filesystem::absolute(pack).lexically_normal() / "..", "law", ".md", text));
  std::ifstream unseen(pack / "unseen.csv", std::ios::binary);
  if (unseen) text.files.push_back({"unseen.csv", {std::istreambuf_iterator<char>(unseen), {}}});
  return text.files;
}

}  // namespace songtan::decide
