#include "peer-node/shell/line_input.hpp"

#include "peer-node/shell/limits.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

namespace suara::node_shell {

LineInput::LineInput(int fd, OnLine on_line)
    : fd_(fd),
      wake_fd_(::eventfd(0, EFD_CLOEXEC)),
      on_line_(std::move(on_line)),
      room_(static_cast<std::ptrdiff_t>(kMaxConsoleLinesWaiting)),
      thread_([this] { run(); }) {}

LineInput::~LineInput() {
  ending_ = true;
  ::eventfd_write(wake_fd_, 1);
  room_.release();
  thread_.join();
  ::close(wake_fd_);
}

void LineInput::emit(std::string& line) {
  if (!ending_) room_.acquire();
  if (!ending_) on_line_(std::exchange(line, {}));
}

void LineInput::run() {
  std::string line;
  std::array<char, 4096> chunk{};
  while (!ending_) {
    std::array<pollfd, 2> waiting{pollfd{fd_, POLLIN, 0}, pollfd{wake_fd_, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    if (waiting[1].revents != 0) return;
    if (waiting[0].revents == 0) continue;
    const ssize_t got = ::read(fd_, chunk.data(), chunk.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) break;  // the end of input ends the console, not the node
    for (const char c : std::string_view(chunk.data(), static_cast<std::size_t>(got))) {
      if (c == '\n') {
        emit(line);
      } else if (line.size() < kMaxConsoleLineSizeBytes) {
        line.push_back(c);
      }
    }
  }
  if (!line.empty()) emit(line);
}

}  // namespace suara::node_shell
