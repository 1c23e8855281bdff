#include "ingest/detail/zip_parts.h"

#include <zip.h>

#include <algorithm>
#include <fstream>

#include "ingest/detail/refusal.h"

namespace songtan::ingest::detail {
namespace {

constexpr std::int64_t kMostParts = 2'000;
constexpr std::size_t kPiece = 1U << 16U;
constexpr std::int64_t kFreelyPacked = std::int64_t{16} << 20;

std::unexpected<Error> damaged(const std::filesystem::path& file) {
  return fail(refusal(file, "xlsx.damaged", {"不是完整的 XLSX 工作簿", "not a whole XLSX workbook"},
                      {"请部门重新导出并交付", "ask for a new export"}));
}

std::unexpected<Error> bomb(const std::filesystem::path& file) {
  return fail(refusal(file, "xlsx.bomb", {"解压后的大小超出限制", "it unpacks to more than the limits allow"},
                      {"请部门按 CSV 交付，或拆成几个文件", "ask for CSV, or for several files"}));
}

std::unexpected<Error> encrypted(const std::filesystem::path& file) {
  return fail(refusal(file, "xlsx.encrypted",
                      {"工作簿加了密码，或是旧式的 .xls", "the workbook is protected by a password, or an old .xls"},
                      {"请部门去掉密码、另存为 .xlsx 后重新交付", "ask for it as .xlsx without password"}));
}

// A workbook under a password, like one of the old binary form, is no zip but a compound document.
bool is_compound_document(const std::filesystem::path& file) {
  constexpr std::string_view kMark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  std::string front(kMark.size(), '\0');
  std::ifstream(file, std::ios::binary).read(front.data(), static_cast<std::streamsize>(front.size()));
  return front == kMark;
}

struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

void ZipParts::Close::operator()(zip* archive) const { zip_discard(archive); }

Result<ZipParts> ZipParts::open(const std::filesystem::path& file) {
  if (is_compound_document(file)) return encrypted(file);
  int code = 0;
  ZipParts parts(file, zip_open(file.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (parts.archive_ == nullptr || zip_get_num_entries(parts.archive_.get(), 0) > kMostParts) return damaged(file);
  return parts;
}

bool ZipParts::has(const std::string& part) const { return zip_name_locate(archive_.get(), part.c_str(), 0) >= 0; }

Result<void> ZipParts::read(const std::string& part, std::int64_t most_bytes, std::int64_t packing,
                            const std::function<bool(std::string_view)>& piece) const {
  zip_stat_t about;
  if (zip_stat(archive_.get(), part.c_str(), 0, &about) != 0) return damaged(file_);
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && about.encryption_method != ZIP_EM_NONE) {
    return encrypted(file_);
  }
  const auto packed = static_cast<std::int64_t>(about.comp_size);
  const std::unique_ptr<zip_file_t, CloseFile> stream(zip_fopen(archive_.get(), part.c_str(), 0));
  if (stream == nullptr) return damaged(file_);
  std::string buffer(kPiece, '\0');
  std::int64_t total = 0;
  while (true) {
    const zip_int64_t got = zip_fread(stream.get(), buffer.data(), buffer.size());
    if (got < 0) return damaged(file_);
    if (got == 0) return {};
    total += got;
    // What the archive says of sizes may lie; the bytes that come out do not.
    if (total > most_bytes || (total > kFreelyPacked && total / std::max<std::int64_t>(packed, 1) > packing))
      return bomb(file_);
    if (!piece(std::string_view(buffer).substr(0, static_cast<std::size_t>(got)))) return {};
  }
}

}  // namespace songtan::ingest::detail
