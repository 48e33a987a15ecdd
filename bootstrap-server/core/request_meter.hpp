// What was asked and what became of it, for metrics: requests by kind and result, and how long each took from its line
// being read until its answer was handed to the socket, the wait for the disk included.
#pragma once

#include "bootstrap-server/core/rate_limits.hpp"
#include "common/util/duration_histogram.hpp"
#include "common/util/time.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suara::directory {

enum class RequestKind : std::uint8_t { kRegister, kGetPeers, kRemove, kSubscribe, kInspect, kPing, kNone };
/// Without kNone, which stands for a line that is no request.
inline constexpr std::size_t kRequestKinds = 6;
RequestKind kind_of(const wire::BootstrapRequest& request);
/// As metrics call it: "get_peers".
std::string_view text_of(RequestKind kind);

/// A line that is to be answered.
struct Asked {
  RequestKind kind = RequestKind::kNone;
  Instant at;
};

class RequestMeter {
 public:
  /// An error's code as a result; empty: it was granted. The view stays valid; codes are few, all of them ours.
  std::string_view result_of(std::string_view error_code);

  void bad_line(std::string_view error_code) { ++bad_lines_[result_of(error_code)]; }
  void rate_limited(Bucket bucket) { ++rate_limited_[static_cast<std::size_t>(bucket)]; }
  /// Its answer is among the actions of the event at hand.
  void answered(const Asked& asked, std::string_view result);
  /// The actions of the event at hand have been performed: the requests answered by them end here.
  void handed_over(Instant when);
  /// Another event: what was not reported as handed over is not timed.
  void begin_event() { departing_.clear(); }

  struct Kind {
    std::uint64_t granted = 0;
    std::map<std::string_view, std::uint64_t> refused;  ///< by error code
    DurationHistogram took;
  };
  [[nodiscard]] const Kind& of(RequestKind kind) const { return kinds_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const std::map<std::string_view, std::uint64_t>& bad_lines() const { return bad_lines_; }
  [[nodiscard]] std::uint64_t rate_limited_of(Bucket bucket) const {
    return rate_limited_[static_cast<std::size_t>(bucket)];
  }

 private:
  std::array<Kind, kRequestKinds> kinds_;
  std::map<std::string_view, std::uint64_t> bad_lines_;
  std::array<std::uint64_t, kBuckets> rate_limited_{};
  std::set<std::string, std::less<>> results_;
  std::vector<Asked> departing_;
};

}  // namespace suara::directory
