// The daemon's log: one line an event on stderr, text for people or JSON for machines. From any thread.
#pragma once

#include "common/util/report.hpp"

#include <string>
#include <string_view>

namespace suara::shell {

enum class LogFormat : std::uint8_t {
  kText,  ///< 2026-01-31T12:00:00.000Z info    listening on 0.0.0.0:4000
  kJson,  ///< {"time":"2026-01-31T12:00:00.000Z","level":"info","message":"listening on 0.0.0.0:4000"}
};

/// May be called again at any time. Before it is called everything from kInfo up is written as text.
void set_up_logging(Severity least, LogFormat format);

/// One line whatever `text` holds: see printable().
void log(Severity severity, std::string_view text);
inline void log(const Report& report) { log(report.severity, report.text); }

/// `text` with control characters and bytes that are no UTF-8 written as \xNN (newline \n, tab \t), so that what
/// a peer sends can neither forge a line nor drive a terminal.
std::string printable(std::string_view text);

}  // namespace suara::shell
