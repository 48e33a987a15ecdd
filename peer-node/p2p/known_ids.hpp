// Ids a peer is known to have, so that nothing is announced to it twice. Bounded: the oldest are forgotten.
#pragma once

#include "common/crypto/sha256.hpp"
#include "peer-node/p2p/limits.hpp"

#include <deque>
#include <set>

namespace suara::p2p {

class KnownIds {
 public:
  explicit KnownIds(std::size_t limit = kMaxKnownIds) : limit_(limit) {}

  /// False when it was there already.
  bool insert(const Hash256& id) {
    if (!ids_.insert(id).second) return false;
    order_.push_back(id);
    if (order_.size() > limit_) {
      ids_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }
  [[nodiscard]] bool contains(const Hash256& id) const { return ids_.contains(id); }
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  std::size_t limit_;
  std::set<Hash256> ids_;
  std::deque<Hash256> order_;
};

}  // namespace suara::p2p
