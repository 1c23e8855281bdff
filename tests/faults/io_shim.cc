// A disk that fails, and a witness of what reached it. Preloaded (LD_PRELOAD) into the program under test; it concerns
// only files below IO_SHIM_UNDER. Not part of the product.
//
//   IO_SHIM_COUNT=FILE     at the end, writes how many calls could have failed
//   IO_SHIM_FAIL_AT=K      the K-th such call fails (counted from 1)
//   IO_SHIM_ERRNO=N        with this error; ENOSPC lasts: every later call that needs room fails too
//   IO_SHIM_LOG=FILE       records every change, for tests/e2e/power_cut.py to replay
//
// A record of the log: op (1 byte), then numbers (8 bytes, little endian) and texts (length, bytes) as below.
//   o path fd flags · w fd offset data · t fd length · s fd · d path (fsync of a folder) · r from to · l from to · y text path
//   u path · k path (mkdir) · x path (rmdir) · c fd
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>

namespace {

template <typename Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

struct Shim {
  std::string under;
  std::string count_file;
  long fail_at = 0;
  int error = EIO;
  int log = -1;
  std::atomic<long> calls{0};
  std::atomic<bool> full{false};
  std::mutex lock;
  std::map<int, std::string> open_files;  // below `under`, folders included

  Shim() {
    const auto text = [](const char* name) {
      return std::getenv(name) ? std::string(std::getenv(name)) : std::string();
    };
    under = text("IO_SHIM_UNDER");
    count_file = text("IO_SHIM_COUNT");
    if (const std::string at = text("IO_SHIM_FAIL_AT"); !at.empty()) fail_at = std::atol(at.c_str());
    if (const std::string number = text("IO_SHIM_ERRNO"); !number.empty()) error = std::atoi(number.c_str());
    if (const std::string file = text("IO_SHIM_LOG"); !file.empty())
      log = real<int (*)(const char*, int, ...)>("open")(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  }

  ~Shim() {
    if (count_file.empty()) return;
    if (FILE* out = std::fopen(count_file.c_str(), "w")) {
      std::fprintf(out, "%ld\n", calls.load());
      std::fclose(out);
    }
  }

  bool concerns(const std::string& path) const { return !under.empty() && path.starts_with(under); }
};

Shim& shim() {
  static Shim* const one = new Shim;  // outlives every other static: files are closed late
  static struct AtEnd {
    ~AtEnd() { one->~Shim(); }
  } at_end;
  return *one;
}

std::string whole_path(int folder, const char* path) {
  if (path[0] == '/') return path;
  char base[PATH_MAX] = {};
  if (folder == AT_FDCWD) {
    if (!::getcwd(base, sizeof base)) return path;
  } else {
    const std::string link = "/proc/self/fd/" + std::to_string(folder);
    if (::readlink(link.c_str(), base, sizeof base - 1) < 0) return path;
  }
  return std::string(base) + "/" + path;
}

// True when this call has to fail; errno is set. `needs_room` calls go on failing once the disk is full.
bool fails(bool needs_room) {
  Shim& s = shim();
  const long call = ++s.calls;
  const bool now = call == s.fail_at || (s.full && needs_room);
  if (!now) return false;
  if (s.error == ENOSPC) s.full = true;
  errno = s.error;
  return true;
}

class Entry {
 public:
  explicit Entry(char op) { bytes_.push_back(op); }
  Entry& number(std::int64_t value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Entry& text(const void* data, std::size_t size) {
    number(static_cast<std::int64_t>(size));
    bytes_.append(static_cast<const char*>(data), size);
    return *this;
  }
  Entry& text(const std::string& value) { return text(value.data(), value.size()); }
  void write() const {
    static const auto write_through = real<ssize_t (*)(int, const void*, size_t)>("write");
    if (shim().log >= 0 && write_through(shim().log, bytes_.data(), bytes_.size()) < 0) std::abort();
  }

 private:
  std::string bytes_;
};

// The path of an open file that concerns us, or empty.
std::string path_of(int file) {
  Shim& s = shim();
  const std::lock_guard guard(s.lock);
  const auto found = s.open_files.find(file);
  return found == s.open_files.end() ? std::string() : found->second;
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  static const auto through = real<int (*)(int, const char*, int, ...)>("openat64");
  const std::string whole = whole_path(folder, path);
  if (!shim().concerns(whole)) return through(folder, path, flags, mode);
  const bool changes = (flags & (O_CREAT | O_TRUNC)) != 0;
  if (changes && fails(true)) return -1;
  const int file = through(folder, path, flags, mode);
  if (file < 0) return file;
  Shim& s = shim();
  const std::lock_guard guard(s.lock);
  s.open_files[file] = whole;
  Entry('o').text(whole).number(file).number(flags).write();
  return file;
}

template <typename Call>
ssize_t write_at(int file, const void* data, std::int64_t offset, Call call) {
  if (path_of(file).empty()) return call();
  if (fails(true)) return -1;
  const std::lock_guard guard(shim().lock);
  const ssize_t written = call();
  if (written > 0) Entry('w').number(file).number(offset).text(data, static_cast<std::size_t>(written)).write();
  return written;
}

template <typename Call>
int sync_file(int file, Call call) {
  const std::string path = path_of(file);
  if (path.empty()) return call();
  if (fails(false)) return -1;
  const std::lock_guard guard(shim().lock);
  const int done = call();
  struct stat about{};
  if (done == 0 && ::fstat(file, &about) == 0) {
    if (S_ISDIR(about.st_mode))
      Entry('d').text(path).write();
    else
      Entry('s').number(file).write();
  }
  return done;
}

// A change of names: `entry` is recorded when `call` has succeeded.
template <typename Call>
int change_names(const std::string& path, bool needs_room, const Entry& entry, Call call) {
  if (!shim().concerns(path)) return call();
  if (fails(needs_room)) return -1;
  const std::lock_guard guard(shim().lock);
  const int done = call();
  if (done == 0) entry.write();
  return done;
}

int truncate_file(int file, off64_t length) {
  static const auto through = real<int (*)(int, off64_t)>("ftruncate64");
  if (path_of(file).empty()) return through(file, length);
  if (fails(true)) return -1;
  const std::lock_guard guard(shim().lock);
  const int done = through(file, length);
  if (done == 0) Entry('t').number(file).number(length).write();
  return done;
}

mode_t mode_argument(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : mode_t{0};
}

}  // namespace

#define OPEN_LIKE(name)                                  \
  int name(const char* path, int flags, ...) {           \
    va_list arguments;                                   \
    va_start(arguments, flags);                          \
    const mode_t mode = mode_argument(flags, arguments); \
    va_end(arguments);                                   \
    return open_at(AT_FDCWD, path, flags, mode);         \
  }
#define OPENAT_LIKE(name)                                  \
  int name(int folder, const char* path, int flags, ...) { \
    va_list arguments;                                     \
    va_start(arguments, flags);                            \
    const mode_t mode = mode_argument(flags, arguments);   \
    va_end(arguments);                                     \
    return open_at(folder, path, flags, mode);             \
  }

extern "C" {

OPEN_LIKE(open)
OPEN_LIKE(open64)
OPENAT_LIKE(openat)
OPENAT_LIKE(openat64)

// libstdc++'s file streams open by fopen, whose calls inside libc cannot be seen: give them our own descriptor.
FILE* fopen64(const char* path, const char* mode) {
  static const auto through = real<FILE* (*)(const char*, const char*)>("fopen64");
  if (!shim().concerns(whole_path(AT_FDCWD, path)) || mode[0] == 'r') return through(path, mode);
  const int flags = O_WRONLY | O_CREAT | (mode[0] == 'a' ? O_APPEND : O_TRUNC);
  const int file = open_at(AT_FDCWD, path, flags, 0666);
  return file < 0 ? nullptr : ::fdopen(file, mode);
}
FILE* fopen(const char* path, const char* mode) { return fopen64(path, mode); }

ssize_t write(int file, const void* data, size_t size) {
  static const auto through = real<ssize_t (*)(int, const void*, size_t)>("write");
  return write_at(file, data, path_of(file).empty() ? 0 : ::lseek64(file, 0, SEEK_CUR),
                  [&] { return through(file, data, size); });
}
ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
  static const auto through = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return write_at(file, data, offset, [&] { return through(file, data, size, offset); });
}
ssize_t pwrite(int file, const void* data, size_t size, off_t offset) { return pwrite64(file, data, size, offset); }
ssize_t writev(int file, const iovec* parts, int count) {
  static const auto through = real<ssize_t (*)(int, const iovec*, int)>("writev");
  if (path_of(file).empty()) return through(file, parts, count);
  std::string joined;
  for (int i = 0; i < count; ++i) joined.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return write(file, joined.data(), joined.size());
}

// Copies inside the kernel would pass us by; std::filesystem falls back to plain writes.
ssize_t sendfile(int to, int from, off_t* offset, size_t size) {
  static const auto through = real<ssize_t (*)(int, int, off_t*, size_t)>("sendfile");
  if (path_of(to).empty()) return through(to, from, offset, size);
  errno = ENOSYS;
  return -1;
}
ssize_t sendfile64(int to, int from, off64_t* offset, size_t size) { return sendfile(to, from, offset, size); }
ssize_t copy_file_range(int, off64_t*, int, off64_t*, size_t, unsigned) {
  errno = ENOSYS;
  return -1;
}

int ftruncate64(int file, off64_t length) noexcept { return truncate_file(file, length); }
int ftruncate(int file, off_t length) noexcept { return truncate_file(file, length); }

int fsync(int file) {
  static const auto through = real<int (*)(int)>("fsync");
  return sync_file(file, [&] { return through(file); });
}
int fdatasync(int file) {
  static const auto through = real<int (*)(int)>("fdatasync");
  return sync_file(file, [&] { return through(file); });
}

int close(int file) {
  static const auto through = real<int (*)(int)>("close");
  Shim& s = shim();
  const std::lock_guard guard(s.lock);
  if (s.open_files.erase(file) > 0) Entry('c').number(file).write();
  return through(file);
}

int rename(const char* from, const char* to) noexcept {
  static const auto through = real<int (*)(const char*, const char*)>("rename");
  const std::string source = whole_path(AT_FDCWD, from);
  const std::string target = whole_path(AT_FDCWD, to);
  return change_names(target, true, Entry('r').text(source).text(target), [&] { return through(from, to); });
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
  static const auto through = real<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
  const std::string source = whole_path(from_folder, from);
  const std::string target = whole_path(to_folder, to);
  const char op = (flags & 2U) != 0 ? 'e' : 'r';  // RENAME_EXCHANGE
  return change_names(target, true, Entry(op).text(source).text(target),
                      [&] { return through(from_folder, from, to_folder, to, flags); });
}
int link(const char* from, const char* to) noexcept {
  static const auto through = real<int (*)(const char*, const char*)>("link");
  const std::string target = whole_path(AT_FDCWD, to);
  return change_names(target, true, Entry('l').text(whole_path(AT_FDCWD, from)).text(target),
                      [&] { return through(from, to); });
}
int symlink(const char* text, const char* path) noexcept {
  static const auto through = real<int (*)(const char*, const char*)>("symlink");
  const std::string target = whole_path(AT_FDCWD, path);
  return change_names(target, true, Entry('y').text(std::string(text)).text(target),
                      [&] { return through(text, path); });
}
int unlink(const char* path) noexcept {
  static const auto through = real<int (*)(const char*)>("unlink");
  const std::string whole = whole_path(AT_FDCWD, path);
  return change_names(whole, false, Entry('u').text(whole), [&] { return through(path); });
}
int remove(const char* path) noexcept {
  static const auto through = real<int (*)(const char*)>("remove");
  const std::string whole = whole_path(AT_FDCWD, path);
  return change_names(whole, false, Entry('u').text(whole), [&] { return through(path); });
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  static const auto through = real<int (*)(int, const char*, int)>("unlinkat");
  const std::string whole = whole_path(folder, path);
  const char op = (flags & AT_REMOVEDIR) != 0 ? 'x' : 'u';
  return change_names(whole, false, Entry(op).text(whole), [&] { return through(folder, path, flags); });
}
int rmdir(const char* path) noexcept {
  static const auto through = real<int (*)(const char*)>("rmdir");
  const std::string whole = whole_path(AT_FDCWD, path);
  return change_names(whole, false, Entry('x').text(whole), [&] { return through(path); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  static const auto through = real<int (*)(const char*, mode_t)>("mkdir");
  const std::string whole = whole_path(AT_FDCWD, path);
  return change_names(whole, true, Entry('k').text(whole), [&] { return through(path, mode); });
}

}  // extern "C"
