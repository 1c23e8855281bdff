// Files and folders that a power cut cannot take back: paths and contents in, the same on the disk out. A disk promises
// only what it was asked for: a file's content by fsync of the file, its name by fsync of the folder it stands in.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace songtan {

/// The error of a disk that refused: Outcome::environment, code `disk`, with the system's words for `code` (an errno).
std::unexpected<Error> disk_error(const std::filesystem::path& path, int code);

/// Flushes a file, or the names in a folder, to the disk. Errors: Outcome::environment, code `disk`, as all here.
Result<void> sync_to_disk(const std::filesystem::path& path);

/// Makes `folder` and what is missing above it, readable by its owner only, and flushes each new name. Nothing happens
/// to folders that are there.
Result<void> make_private_folder(const std::filesystem::path& folder);

/// Flushes every file below `folder`, then renames it to `target` and flushes the parent: after a power cut the
/// target is whole or absent.
Result<void> put_in_place(const std::filesystem::path& folder, const std::filesystem::path& target);

/// Writes a small file beside its target, flushes and renames it.
Result<void> write_file_atomically(const std::filesystem::path& file, const std::string& content);

}  // namespace songtan
