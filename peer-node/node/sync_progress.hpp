// How far the node has come with catching up: for the log every kProgressInterval while it does, for status and metrics
// at any time.
#pragma once

#include "peer-node/node/context.hpp"
#include "peer-node/node/progress.hpp"

#include <deque>
#include <optional>

namespace suara::node {

class SyncProgress {
 public:
  explicit SyncProgress(Context& context) : context_(context) {}

  /// After every event.
  void drive(bool synced);
  [[nodiscard]] std::optional<Instant> deadline() const { return next_report_; }
  [[nodiscard]] Progress now() const;

 private:
  struct Sample {
    Instant at;
    std::uint64_t height = 0;
  };

  void report() const;
  void sample();

  Context& context_;
  std::deque<Sample> samples_;          // while catching up, one per kSampleInterval, the last kSamples of them
  std::optional<Instant> next_report_;  // while catching up
};

}  // namespace suara::node
