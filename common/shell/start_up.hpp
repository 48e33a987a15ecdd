// How a program that cannot start ends: one line on stderr and the fitting exit code.
#pragma once

#include "common/shell/exit_code.hpp"
#include "common/util/result.hpp"

#include <functional>
#include <stdexcept>
#include <string>

namespace suara::shell {

/// Thrown on the way up only; its message is the one line.
class StartUpFailure : public std::runtime_error {
 public:
  StartUpFailure(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The exit code for an error of the shell's own (network, store, key file, folder); kIo for any other.
ExitCode exit_code_for(const Error& error);

/// The value, or a StartUpFailure saying `doing`: error, as in "listening: something listens on ...".
template <class T>
T value_or_fail(Result<T> result, const std::string& doing) {
  if (!result) throw StartUpFailure(exit_code_for(result.error()), doing + ": " + result.error().message());
  return std::move(*result);
}

/// Runs `body` and returns the process's exit status; a StartUpFailure or any other exception is reported as
/// "program: message" on stderr.
int run_main(const std::string& program, const std::function<ExitCode()>& body);

}  // namespace suara::shell
