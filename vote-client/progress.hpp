// Tells whoever waits how far it is: a bar on a terminal, elsewhere a line every few seconds. Writes to stderr.
#pragma once

#include <chrono>
#include <cstddef>

namespace suara::voting {

class Progress {
 public:
  explicit Progress(std::size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Call often; it writes when it is time to.
  void show(std::size_t settled, std::size_t refused);
  /// How long to wait between calls.
  [[nodiscard]] std::chrono::milliseconds interval() const;

 private:
  std::size_t total_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace suara::voting
