// Why transactions were refused lately: spares asking for them again, and lets a client learn the reason. Bounded by
// kMaxRefused; the oldest are forgotten.
#pragma once

#include "common/util/error.hpp"
#include "peer-node/ledger/transaction.hpp"
#include "peer-node/p2p/limits.hpp"

#include <deque>
#include <map>
#include <optional>

namespace suara::node {

class Refusals {
 public:
  /// `height`: of the tip it was refused on. None: the reason may pass at any moment, it is welcome again.
  void add(const ledger::TransactionId& id, Error why, std::optional<std::uint64_t> height) {
    const auto [entry, inserted] = reasons_.insert_or_assign(id, Refusal{std::move(why), height});
    if (!inserted) return;
    order_.push_back(id);
    if (order_.size() <= p2p::kMaxRefused) return;
    reasons_.erase(order_.front());
    order_.pop_front();
  }
  /// Refused against the state at this height: with another it may be welcome.
  [[nodiscard]] bool refused_at(const ledger::TransactionId& id, std::uint64_t height) const {
    const auto entry = reasons_.find(id);
    return entry != reasons_.end() && entry->second.height == height;
  }
  [[nodiscard]] std::optional<Error> why(const ledger::TransactionId& id) const {
    const auto entry = reasons_.find(id);
    return entry == reasons_.end() ? std::nullopt : std::optional<Error>(entry->second.why);
  }

 private:
  struct Refusal {
    Error why;
    std::optional<std::uint64_t> height;
  };
  std::map<ledger::TransactionId, Refusal> reasons_;
  std::deque<ledger::TransactionId> order_;
};

}  // namespace suara::node
