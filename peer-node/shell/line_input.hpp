// Lines of a file descriptor (the console's stdin: terminal, pipe or file), read on a thread of its own, because epoll
// cannot wait for files, and a terminal made non-blocking would be so for the shell that started us too.
#pragma once

#include <atomic>
#include <functional>
#include <semaphore>
#include <string>
#include <thread>

namespace suara::node_shell {

class LineInput {
 public:
  /// Called on the reading thread, without the newline; a longer line than kMaxConsoleLineSizeBytes is cut. After
  /// kMaxConsoleLinesWaiting lines without handled() it waits.
  using OnLine = std::function<void(std::string line)>;

  LineInput(int fd, OnLine on_line);
  /// Stops reading; `on_line` is not called any more.
  ~LineInput();
  LineInput(const LineInput&) = delete;
  LineInput& operator=(const LineInput&) = delete;

  /// A line has been dealt with. From any thread.
  void handled() { room_.release(); }

 private:
  void run();
  void emit(std::string& line);

  int fd_;
  int wake_fd_;
  OnLine on_line_;
  std::atomic<bool> ending_{false};
  std::counting_semaphore<> room_;
  std::thread thread_;
};

}  // namespace suara::node_shell
