#include "common/client/line_file.hpp"

#include "common/client/failure.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace suara::client {

LineFile::LineFile(std::string path, std::size_t max_line_size_bytes)
    : path_(std::move(path)), max_line_size_bytes_(max_line_size_bytes) {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) throw usage_error("there is no file " + path_);
  if (std::filesystem::is_directory(path_, error)) throw usage_error(path_ + " is a folder, not a file");
  errno = 0;
  file_.open(path_, std::ios::binary);
  if (!file_) {
    throw Failure(errno == EACCES ? Exit::kPermission : Exit::kIo, "cannot_read",
                  path_ + " cannot be read: " + std::strerror(errno));
  }
  if (const auto size = std::filesystem::file_size(path_, error); !error) size_bytes_ = size;
}

std::optional<std::string_view> LineFile::next() {
  line_.clear();
  auto* buffer = file_.rdbuf();
  for (int c = buffer->sbumpc(); c != std::char_traits<char>::eof(); c = buffer->sbumpc()) {
    ++read_bytes_;
    if (c == '\n') return line_;
    line_ += static_cast<char>(c);
    if (line_.size() > max_line_size_bytes_) return line_;
  }
  if (file_.bad()) throw Failure(Exit::kIo, "cannot_read", path_ + " cannot be read to its end");
  return line_.empty() ? std::nullopt : std::optional<std::string_view>(line_);
}

}  // namespace suara::client
