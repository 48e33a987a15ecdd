#include "common/client/progress.hpp"

#include "common/client/output.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace suara::client {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBarWidth = 30;

Progress::Progress(std::size_t total, std::string_view noun)
    : total_(total), noun_(noun), terminal_(stderr_is_terminal()), began_(Clock::now()), next_(began_ + interval()) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);  // the bar makes room for the summary
}

std::chrono::milliseconds Progress::interval() const { return std::chrono::milliseconds(terminal_ ? 100 : 3000); }

void Progress::show(std::size_t settled, std::size_t refused) {
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + interval();
  const auto seconds = std::chrono::duration<double>(now - began_).count();
  const auto rate = static_cast<double>(settled) / seconds;
  auto text = fmt::format("{} of {} {}, {:.0f}/s", settled, total_, noun_, rate);
  if (refused != 0) text += fmt::format(", {} refused", refused);
  if (!terminal_) return say(text);
  const auto filled = total_ == 0 ? kBarWidth : kBarWidth * settled / total_;
  fmt::print(stderr, "\r[{}{}] {}\033[K", std::string(filled, '#'), std::string(kBarWidth - filled, ' '), text);
  std::fflush(stderr);
  drawn_ = true;
}

}  // namespace suara::client
