// A log line as a value: cores return it, shells write it.
#pragma once

#include <cstdint>
#include <string>

namespace suara {

enum class Severity : std::uint8_t { kDebug, kInfo, kWarning, kError };

struct Report {
  Severity severity = Severity::kInfo;
  std::string text;
};

}  // namespace suara
