#include "bootstrap-server/core/broadcasts.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"

#include <algorithm>
#include <map>

namespace suara::directory {

void Broadcasts::add(StoreToken after, Change change, wire::ClassicPeer peer) {
  waiting_.push_back({after, std::move(change), std::move(peer)});
}

void Broadcasts::take(StoreToken stored, const Subscriptions& subscriptions, const store::StoreView& view, Rng& rng,
                      std::vector<Action>& actions) {
  // Once for all news at hand: a thousand leases may have ended together.
  const std::vector<Row> classic_peers = classic_peers_to_tell(stored, view, rng);
  while (!waiting_.empty() && waiting_.front().after <= stored) {
    const News news = std::move(waiting_.front());
    waiting_.pop_front();
    const auto event = std::make_shared<const std::string>(encode_event(news.change));
    std::visit(
        [&](const auto& change) {
          subscriptions.broadcast(change.network, change.revision, event, actions);
          // Classic clients know no networks: theirs is the one without a name.
          if (change.network.empty()) notify(classic_peers, news, actions);
        },
        news.change);
  }
}

std::vector<Row> Broadcasts::classic_peers_to_tell(StoreToken stored, const store::StoreView& view, Rng& rng) const {
  std::size_t news = 0;
  for (auto at = waiting_.begin(); at != waiting_.end() && at->after <= stored; ++at) {
    if (std::visit([](const auto& change) { return change.network.empty(); }, at->change)) ++news;
  }
  if (news == 0) return {};
  const std::size_t limit = std::clamp<std::size_t>(kMaxNoticesAtOnce / news, 1, kMaxNotifiedPeers);
  std::vector<Row> rows = sample_rows(view, {}, limit, rng);
  std::erase_if(rows, [](const Row& row) { return row.flavour == wire::Flavour::kNative; });
  return rows;
}

void Broadcasts::notify(const std::vector<Row>& classic_peers, const News& news, std::vector<Action>& actions) {
  const auto notice =
      std::holds_alternative<wire::PeerJoined>(news.change) ? wire::ClassicNotice::kJoined : wire::ClassicNotice::kLeft;
  std::map<wire::Flavour, std::shared_ptr<const std::string>> lines;
  for (const Row& row : classic_peers) {
    if (row.address == news.peer.address) continue;
    auto& line = lines[row.flavour];
    if (!line) line = std::make_shared<const std::string>(encode_classic_notice(notice, row.flavour, news.peer));
    actions.push_back(Notify{row.address, line});
  }
}

}  // namespace suara::directory
