// Why a command ends early. Thrown where a command-line program has nothing sensible left to do, caught once, in
// run_program: there it becomes one line on stderr and the exit code.
#pragma once

#include "common/shell/exit_code.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace suara::client {

/// Those of every program of ours, and "asked and was told no".
enum class Exit : int {
  kOk = static_cast<int>(shell::ExitCode::kSuccess),
  kRefused = 1,
  kUsage = static_cast<int>(shell::ExitCode::kUsage),
  kUnavailable = static_cast<int>(shell::ExitCode::kUnavailable),
  kIo = static_cast<int>(shell::ExitCode::kIo),
  kPermission = static_cast<int>(shell::ExitCode::kPermission),
  kConfiguration = static_cast<int>(shell::ExitCode::kConfiguration),
};

class Failure : public std::runtime_error {
 public:
  /// `code` is stable and for scripts; `message` says what was wrong and what would be right.
  Failure(Exit exit, std::string code, const std::string& message)
      : std::runtime_error(message), exit_(exit), code_(std::move(code)) {}

  [[nodiscard]] Exit exit() const { return exit_; }
  [[nodiscard]] const std::string& code() const { return code_; }

 private:
  Exit exit_;
  std::string code_;
};

inline Failure usage_error(const std::string& message) { return {Exit::kUsage, "usage", message}; }

}  // namespace suara::client
