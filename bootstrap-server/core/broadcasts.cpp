#include "bootstrap-server/core/broadcasts.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"

#include <map>

namespace suara::directory {

void Broadcasts::add(StoreToken after, Change change, wire::ClassicPeer peer) {
  waiting_.push_back({after, std::move(change), std::move(peer)});
}

void Broadcasts::take(StoreToken stored, const Subscriptions& subscriptions, const store::StoreView& view, Rng& rng,
                      std::vector<Action>& actions) {
  while (!waiting_.empty() && waiting_.front().after <= stored) {
    const News news = std::move(waiting_.front());
    waiting_.pop_front();
    const auto event = std::make_shared<const std::string>(encode_event(news.change));
    std::visit(
        [&](const auto& change) {
          subscriptions.broadcast(change.network, change.revision, event, actions);
          // Classic clients know no networks: theirs is the one without a name.
          if (change.network.empty()) notify_classic_peers(news, view, rng, actions);
        },
        news.change);
  }
}

void Broadcasts::notify_classic_peers(const News& news, const store::StoreView& view, Rng& rng,
                                      std::vector<Action>& actions) {
  const auto notice =
      std::holds_alternative<wire::PeerJoined>(news.change) ? wire::ClassicNotice::kJoined : wire::ClassicNotice::kLeft;
  std::map<wire::Flavour, std::shared_ptr<const std::string>> lines;
  for (const Row& row : sample_rows(view, {}, kMaxNotifiedPeers, rng)) {
    if (row.flavour == wire::Flavour::kNative || row.address == news.peer.address) continue;
    auto& line = lines[row.flavour];
    if (!line) line = std::make_shared<const std::string>(encode_classic_notice(notice, row.flavour, news.peer));
    actions.push_back(Notify{row.address, line});
  }
}

}  // namespace suara::directory
