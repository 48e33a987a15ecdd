// Tells whoever waits how far it is: a bar on a terminal, elsewhere a line every few seconds. Writes to stderr.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace suara::client {

class Progress {
 public:
  /// `noun`: what is counted, "votes". A literal.
  Progress(std::size_t total, std::string_view noun);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Call often; it writes when it is time to.
  void show(std::size_t settled, std::size_t refused);
  /// How long to wait between calls.
  [[nodiscard]] std::chrono::milliseconds interval() const;

 private:
  std::size_t total_;
  std::string_view noun_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace suara::client
