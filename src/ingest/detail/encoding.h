// Encodings of delivered text. The house is UTF-8 inside; GB18030 is turned into it before anything else looks.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "ingest/contract.h"

namespace songtan::ingest::detail {

/// Refuses text that opens with a UTF-16/32 mark or has the zero bytes of UTF-16.
Result<void> refuse_utf16(std::string_view front, const std::filesystem::path& file);

/// Rewrites a GB18030 file as UTF-8. By ICU, in buffers. Errors: bad_data csv.encoding with the offset of the bytes
/// that are not GB18030; environment; interrupted.
Result<void> transcode_gb18030(const std::filesystem::path& from, const std::filesystem::path& to,
                               const std::function<bool()>& stop);

/// utf8 if the whole file is well-formed UTF-8, else gb18030. Cost: one read.
Result<Encoding> detect_encoding(const std::filesystem::path& file);

}  // namespace songtan::ingest::detail
