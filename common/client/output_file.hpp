// Where a command's bulk result goes: a file that appears whole or not at all, or the standard output.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace suara::client {

class OutputFile {
 public:
  /// Without a path: the standard output. With one: PATH.part until `commit`. Throws Failure: kUsage when the folder is
  /// not there, kPermission, kIo.
  explicit OutputFile(std::optional<std::string> path);
  /// Not committed: removes what was begun.
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws Failure kIo.
  void write(std::string_view text);
  /// On disk, and under its own name, in place of what had it before. Throws Failure kIo.
  void commit();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::optional<std::string> path_;
  std::string part_;
  std::FILE* file_ = nullptr;
};

}  // namespace suara::client
