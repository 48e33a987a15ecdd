#include "common/client/output_file.hpp"

#include "common/client/failure.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace suara::client {

OutputFile::OutputFile(std::optional<std::string> path) : path_(std::move(path)) {
  if (!path_) {
    file_ = stdout;
    return;
  }
  const auto folder = std::filesystem::path(*path_).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::is_directory(folder, error))
    throw usage_error("there is no folder " + folder.string() + " for " + *path_ + "; make it first");
  if (std::filesystem::is_directory(*path_, error)) throw usage_error(*path_ + " is a folder; --out names a file");
  part_ = *path_ + ".part";
  file_ = std::fopen(part_.c_str(), "wbe");
  if (file_ == nullptr) {
    throw Failure(errno == EACCES || errno == EPERM || errno == EROFS ? Exit::kPermission : Exit::kIo, "cannot_write",
                  part_ + " cannot be made: " + std::strerror(errno));
  }
}

OutputFile::~OutputFile() {
  if (!path_ || file_ == nullptr) return;
  std::fclose(file_);
  std::error_code error;
  std::filesystem::remove(part_, error);
}

void OutputFile::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail("cannot be written");
}

void OutputFile::commit() {
  if (std::fflush(file_) != 0) fail("cannot be written");
  if (!path_) return;
  if (fsync(fileno(file_)) != 0) fail("cannot be written to the disk");
  std::FILE* file = std::exchange(file_, nullptr);
  if (std::fclose(file) != 0 || std::rename(part_.c_str(), path_->c_str()) != 0) fail("cannot be put in place");
}

void OutputFile::fail(const char* what) const {
  throw Failure(Exit::kIo, "cannot_write",
                path_.value_or("the standard output") + " " + what + ": " + std::strerror(errno));
}

}  // namespace suara::client
