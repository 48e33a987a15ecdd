#include "common/shell/logging.hpp"

#include "common/util/check.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

#include <atomic>
#include <memory>

namespace suara::shell {
namespace {

spdlog::level::level_enum to_level(Severity severity) {
  switch (severity) {
    case Severity::kDebug: return spdlog::level::debug;
    case Severity::kInfo: return spdlog::level::info;
    case Severity::kWarning: return spdlog::level::warn;
    case Severity::kError: return spdlog::level::err;
  }
  CHECK(false);
}

struct Logger {
  explicit Logger(LogFormat as);

  const LogFormat format;
  spdlog::logger sink;
};

Logger::Logger(LogFormat as) : format(as), sink("suara", std::make_shared<spdlog::sinks::stderr_color_sink_mt>()) {
  sink.set_pattern(format == LogFormat::kJson ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":%v})"
                                              : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v",
                   spdlog::pattern_time_type::utc);
}

// One for each format, made once and never destroyed: other threads log while the level and the format change, and
// RocksDB's still do while the process ends. The one in use:
std::atomic<Logger*>& current() {
  static std::atomic<Logger*> logger = nullptr;
  return logger;
}

Logger& logger_of(LogFormat format) {
  static auto* const text = new Logger(LogFormat::kText);
  static auto* const json = new Logger(LogFormat::kJson);
  return format == LogFormat::kJson ? *json : *text;
}

// The length of the well-formed UTF-8 sequence at the front (RFC 3629), 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                             : (lead & 0xf0) == 0xe0        ? 3
                             : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool surrogate = lead == 0xed && at(1) > 0x9f;
  const bool too_large = lead == 0xf4 && at(1) > 0x8f;
  const bool control = lead == 0xc2 && at(1) < 0xa0;  // U+0080 to U+009F
  return overlong || surrogate || too_large || control ? 0 : length;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else {
    out += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto lead = static_cast<unsigned char>(text.front());
    if (length == 0 || lead < 0x20 || lead == 0x7f) {
      append_escaped(out, text.front());
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

void set_up_logging(Severity least, LogFormat format) {
  Logger& chosen = logger_of(format);
  chosen.sink.set_level(to_level(least));
  current() = &chosen;
}

void log(Severity severity, std::string_view text) {
  Logger* const chosen = current();
  Logger& to = chosen != nullptr ? *chosen : logger_of(LogFormat::kText);
  const auto level = to_level(severity);
  if (!to.sink.should_log(level)) return;
  const std::string line = printable(text);
  to.sink.log(level, to.format == LogFormat::kJson ? boost::json::serialize(boost::json::string_view(line)) : line);
}

}  // namespace suara::shell
