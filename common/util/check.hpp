// CHECK ends the process when one of our own invariants does not hold, in release builds too.
// Never reachable by what a peer or a file says: untrusted input returns a Result instead.
#pragma once

namespace suara {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace suara

#define CHECK(condition)                                     \
  do {                                                       \
    if (!(condition)) [[unlikely]]                           \
      ::suara::check_failed(#condition, __FILE__, __LINE__); \
  } while (false)
