#include "common/shell/key_file.hpp"

#include "common/util/check.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace suara::shell {
namespace {

constexpr std::size_t kMaxKeyFileSizeBytes = 64 * 1024;  // a PEM key has some 240; a longer file is no key

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

Error read_failure(const std::string& path) {
  return {errno == ENOENT ? KeyFileError::kMissing : KeyFileError::kNotReadable,
          path + " (" + std::strerror(errno) + ")"};
}

Error write_failure(const std::string& path) {
  const bool permission = errno == EACCES || errno == EPERM || errno == EROFS;
  return {permission ? KeyFileError::kCannotCreate : KeyFileError::kWriteFailed,
          path + " (" + std::strerror(errno) + ")"};
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

/// With its missing parents, for its owner alone. Whatever keeps it from being made is told by the file's own error.
void make_folder(const std::string& folder) {
  for (std::size_t slash = folder.find('/', 1); slash != std::string::npos; slash = folder.find('/', slash + 1)) {
    ::mkdir(folder.substr(0, slash).c_str(), 0700);
  }
}

void sync_folder(const std::string& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.valid()) ::fsync(fd.get());  // a failure leaves the name less durable, not the key less valid
}

/// Whole or not at all, and durable.
Result<void> write(const std::string& path, const PrivateKey& key) {
  const std::string draft = path + ".new";
  {
    const Descriptor fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid()) return write_failure(draft);
    if (::fchmod(fd.get(), 0600) != 0 || !write_all(fd.get(), key.to_pem()) || ::fsync(fd.get()) != 0) {
      const Error error = write_failure(draft);
      ::unlink(draft.c_str());
      return error;
    }
  }
  // A link, not a rename: it fails where the name is taken.
  if (::link(draft.c_str(), path.c_str()) != 0) {
    const Error error = errno == EEXIST ? Error(KeyFileError::kExists, path) : write_failure(path);
    ::unlink(draft.c_str());
    return error;
  }
  ::unlink(draft.c_str());
  sync_folder(folder_of(path));
  return {};
}

}  // namespace

ErrorText describe(KeyFileError error) {
  switch (error) {
    case KeyFileError::kMissing: return {"key_file_missing", "there is no such key file"};
    case KeyFileError::kNotReadable: return {"key_file_not_readable", "the key file cannot be read"};
    case KeyFileError::kTooOpen:
      return {"key_file_too_open", "others may read or write this key file; make it private with chmod 600"};
    case KeyFileError::kNotAKey:
      return {"key_file_not_a_key", "the file is not an unencrypted PEM private key of curve P-256"};
    case KeyFileError::kExists: return {"key_file_exists", "the file exists already; keys are never overwritten"};
    case KeyFileError::kCannotCreate: return {"key_file_cannot_create", "no key file may be made here"};
    case KeyFileError::kWriteFailed: return {"key_file_write_failed", "the key file could not be written"};
  }
  CHECK(false);
}

Result<PrivateKey> read_key_file(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return read_failure(path);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return read_failure(path);
  if (!S_ISREG(status.st_mode)) return Error(KeyFileError::kNotAKey, path);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return Error(KeyFileError::kTooOpen, path);
  std::string pem(kMaxKeyFileSizeBytes, '\0');
  std::size_t size = 0;
  while (size < pem.size()) {
    const ssize_t got = ::read(fd.get(), pem.data() + size, pem.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return read_failure(path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  pem.resize(size);
  auto key = PrivateKey::from_pem(pem);
  if (!key) return Error(KeyFileError::kNotAKey, path + " (" + key.error().message() + ")");
  return key;
}

Result<PrivateKey> make_key_file(const std::string& path) {
  make_folder(folder_of(path));
  const auto key = PrivateKey::generate();
  SUARA_TRY(write(path, key));
  return key;
}

Result<PrivateKey> read_or_make_key_file(const std::string& path) {
  auto key = read_key_file(path);
  return key || !(key.error() == KeyFileError::kMissing) ? key : make_key_file(path);
}

}  // namespace suara::shell
