// A text file read line by line, in the memory of its longest line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace suara::client {

class LineFile {
 public:
  /// Throws Failure: kUsage when there is no such file, kPermission, kIo.
  LineFile(std::string path, std::size_t max_line_size_bytes);

  /// Without its line feed; valid until the next call. nullopt at the end. A line that is longer than the bound comes
  /// cut off one byte above it, for the caller to refuse. Throws Failure kIo.
  std::optional<std::string_view> next();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }  ///< 0 for what is no regular file
  [[nodiscard]] std::uint64_t read_bytes() const { return read_bytes_; }

 private:
  std::string path_;
  std::size_t max_line_size_bytes_;
  std::ifstream file_;
  std::string line_;
  std::uint64_t size_bytes_ = 0;
  std::uint64_t read_bytes_ = 0;
};

}  // namespace suara::client
