// Transaction ids to be announced to one peer, gathered so that thousands of votes go in few messages.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/time.hpp"
#include "peer-node/p2p/limits.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace suara::p2p {

class AnnounceQueue {
 public:
  void add(const Hash256& id, Instant now) {
    if (ids_.empty()) due_ = now + kAnnounceDelay;
    ids_.push_back(id);
  }

  /// When take() has something to give; a full batch is due at once.
  [[nodiscard]] std::optional<Instant> deadline() const {
    if (ids_.empty()) return std::nullopt;
    return ids_.size() >= kAnnounceBatch ? Instant{} : due_;
  }

  /// What is due, at most `limit` ids.
  std::vector<Hash256> take(Instant now, std::size_t limit) {
    const auto due = deadline();
    if (!due || *due > now) return {};
    const auto count = static_cast<std::ptrdiff_t>(std::min(limit, ids_.size()));
    std::vector<Hash256> batch(ids_.begin(), ids_.begin() + count);
    ids_.erase(ids_.begin(), ids_.begin() + count);
    return batch;
  }

 private:
  std::vector<Hash256> ids_;
  Instant due_;
};

}  // namespace suara::p2p
