// What a program's exit status tells scripts and service managers (after BSD's sysexits.h).
#pragma once

namespace suara::shell {

enum class ExitCode : int {
  kSuccess = 0,
  kWrong = 1,           ///< what was to be checked has something wrong in it
  kUsage = 64,          ///< the command line is wrong
  kUnavailable = 69,    ///< something needed is not there: a port, a server, a locked database
  kIo = 74,             ///< disk or database
  kPermission = 77,     ///< not allowed to read or write a file
  kConfiguration = 78,  ///< a configuration file, key file or database does not fit
};

}  // namespace suara::shell
