// What happened, as one hash: two runs of a seed did the same when their traces agree.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace suara::sim {

class Trace {
 public:
  /// One event delivered to a core: when, to whom, which kind, and what it carried.
  void record(Instant when, std::uint64_t host, std::string_view kind, std::string_view content = {});
  /// Nothing is recorded any more: a large world whose run nobody compares is hashed for nothing.
  void stop() { stopped_ = true; }
  [[nodiscard]] Hash256 digest();
  [[nodiscard]] std::uint64_t events() const { return events_; }

 private:
  void fold();

  Hash256 folded_;  // of everything before buffer_
  std::string buffer_;
  std::uint64_t events_ = 0;
  bool stopped_ = false;
};

}  // namespace suara::sim
