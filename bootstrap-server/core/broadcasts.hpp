// News of joins and leaves, held back until the change is durable, then told to everybody it concerns: one encoded
// event for all subscribers, one dialled notice for each classic peer.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "bootstrap-server/core/change_log.hpp"
#include "bootstrap-server/core/subscriptions.hpp"
#include "bootstrap-server/store/row.hpp"
#include "common/util/rng.hpp"
#include "common/wire/classic_bootstrap.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace suara::directory {

/// Bounded by the batches in flight.
class Broadcasts {
 public:
  /// Classic peers know joins and leaves, but no states.
  enum class To : std::uint8_t { kAll, kSubscribers };
  using TellClassic = std::function<void(const Row& receiver, const std::shared_ptr<const std::string>& line)>;

  /// `change` happened to `peer` and is written with the batch `after`; tokens ascend.
  void add(StoreToken after, Change change, wire::ClassicPeer peer, To to);
  /// Tells of all changes up to `stored`. `view` shows who is registered now.
  void take(StoreToken stored, const Subscriptions& subscriptions, const store::StoreView& view, Rng& rng,
            std::vector<Action>& actions, const TellClassic& tell_classic);

 private:
  struct News {
    StoreToken after;
    Change change;
    wire::ClassicPeer peer;
    To to;

    [[nodiscard]] bool concerns_classic_peers() const;
  };

  [[nodiscard]] std::vector<Row> classic_peers_to_tell(StoreToken stored, const store::StoreView& view, Rng& rng) const;
  static void notify(const std::vector<Row>& classic_peers, const News& news, const TellClassic& tell_classic);

  std::deque<News> waiting_;
};

}  // namespace suara::directory
