#include "common/shell/key_file.hpp"

#include "common/shell/data_folder.hpp"
#include "common/util/check.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

namespace suara::shell {
namespace {

// A PEM key has about 240 bytes; what is larger is none.
constexpr std::size_t kMaxKeyFileSizeBytes = 16 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

Error from_errno(KeyFileError error, const std::string& path) {
  return Error(error, path + " (" + std::generic_category().message(errno) + ")");
}

std::optional<std::string> read_all(const Descriptor& file) {
  std::string text;
  std::array<char, 4096> chunk;
  while (text.size() <= kMaxKeyFileSizeBytes) {
    const ssize_t size = ::read(file.get(), chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(size));
  }
  return text;
}

bool write_all(const Descriptor& file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(file.get(), text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return ::fsync(file.get()) == 0;
}

std::string folder_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

}  // namespace

ErrorText describe(KeyFileError error) {
  switch (error) {
    case KeyFileError::kMissing: return {"key_file_missing", "there is no such key file"};
    case KeyFileError::kNotReadable: return {"key_file_not_readable", "the key file cannot be read"};
    case KeyFileError::kTooOpen: return {"key_file_too_open", "others may read or write the key file"};
    case KeyFileError::kNotAKey: return {"not_a_key", "the file holds no unencrypted P-256 private key in PEM"};
    case KeyFileError::kExists: return {"key_file_exists", "a file of this name exists already"};
    case KeyFileError::kCannotCreate: return {"cannot_create_key_file", "the key file cannot be made"};
    case KeyFileError::kWriteFailed: return {"key_file_write_failed", "writing the key file failed"};
  }
  CHECK(false);
}

Result<PrivateKey> read_key_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file)
    return errno == ENOENT ? Error(KeyFileError::kMissing, path) : from_errno(KeyFileError::kNotReadable, path);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return from_errno(KeyFileError::kNotReadable, path);
  if (!S_ISREG(status.st_mode)) return Error(KeyFileError::kNotAKey, path + " is no file");
  if ((status.st_mode & 077) != 0) return Error(KeyFileError::kTooOpen, "run: chmod 600 " + path);
  const auto pem = read_all(file);
  if (!pem) return from_errno(KeyFileError::kNotReadable, path);
  auto key = PrivateKey::from_pem(*pem);
  if (!key) return Error(KeyFileError::kNotAKey, path + ": " + key.error().message());
  return key;
}

Result<PrivateKey> make_key_file(const std::string& path) {
  if (const auto folder = prepare_data_folder(folder_of(path)); !folder) {
    return Error(KeyFileError::kCannotCreate, folder.error().message());
  }
  // Linked into its place when it is whole: a crash leaves no half key, and a file that is there is not replaced.
  const std::string unfinished = path + ".new." + std::to_string(::getpid());
  PrivateKey key = PrivateKey::generate();
  {
    const Descriptor file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return from_errno(KeyFileError::kCannotCreate, unfinished);
    if (!write_all(file, key.to_pem())) {
      Error error = from_errno(KeyFileError::kWriteFailed, unfinished);
      ::unlink(unfinished.c_str());
      return error;
    }
  }
  if (::link(unfinished.c_str(), path.c_str()) != 0) {
    Error not_linked =
        errno == EEXIST ? Error(KeyFileError::kExists, path) : from_errno(KeyFileError::kCannotCreate, path);
    ::unlink(unfinished.c_str());
    return not_linked;
  }
  ::unlink(unfinished.c_str());
  const Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return from_errno(KeyFileError::kWriteFailed, path);
  return key;
}

Result<PrivateKey> read_or_make_key_file(const std::string& path) {
  auto key = read_key_file(path);
  if (key || !(key.error() == KeyFileError::kMissing)) return key;
  return make_key_file(path);
}

}  // namespace suara::shell
