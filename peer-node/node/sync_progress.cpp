#include "peer-node/node/sync_progress.hpp"

#include "peer-node/node/limits.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace suara::node {

using std::chrono::seconds;

void SyncProgress::drive(bool synced) {
  if (context_.chain == nullptr || context_.stopping) return next_report_.reset();
  const bool behind = context_.chain->tip().height < context_.chain->best_header().height;
  if (!next_report_) {
    if (synced || !behind) return;
    next_report_ = context_.now.instant + kProgressInterval;
  }
  sample();
  if (synced) {
    context_.out.report(Severity::kInfo, "synced at block " + std::to_string(context_.chain->tip().height));
  } else if (behind && *next_report_ <= context_.now.instant) {
    report();
  }
  if (synced) {
    next_report_.reset();
    samples_.clear();
  } else if (*next_report_ <= context_.now.instant) {
    next_report_ = context_.now.instant + kProgressInterval;
  }
}

void SyncProgress::sample() {
  const Sample now{context_.now.instant, context_.chain->tip().height};
  if (!samples_.empty() && now.at < samples_.back().at + kSampleInterval) return;
  if (samples_.size() == kSamples) samples_.pop_front();
  samples_.push_back(now);
}

void SyncProgress::report() const {
  const Progress progress = now();
  const auto tenths = static_cast<std::uint64_t>(progress.percent * 10);
  const std::string text = "syncing: " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
                           " % (block " + std::to_string(progress.height) + " of " +
                           std::to_string(progress.target_height) + "), " +
                           std::to_string(std::llround(progress.blocks_per_second)) + " blocks/s";
  const std::string left = progress.left ? ", " + std::to_string(progress.left->count()) + " s left" : "";
  context_.out.report(Severity::kInfo, text + left);
}

Progress SyncProgress::now() const {
  Progress progress;
  if (context_.chain == nullptr) return progress;
  progress.height = context_.chain->tip().height;
  progress.target_height = std::max(progress.height, context_.chain->best_header().height);
  progress.percent = progress.target_height == 0
                         ? 100.0
                         : 100.0 * static_cast<double>(progress.height) / static_cast<double>(progress.target_height);
  if (samples_.empty()) return progress;
  const Sample& first = samples_.front();
  const double passed = std::chrono::duration<double>(context_.now.instant - first.at).count();
  if (passed < 1 || progress.height <= first.height) return progress;
  progress.blocks_per_second = static_cast<double>(progress.height - first.height) / passed;
  const auto missing = static_cast<double>(progress.target_height - progress.height);
  progress.left = seconds(static_cast<std::int64_t>(std::ceil(missing / progress.blocks_per_second)));
  return progress;
}

}  // namespace suara::node
