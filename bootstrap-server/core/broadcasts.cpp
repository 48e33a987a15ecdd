#include "bootstrap-server/core/broadcasts.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"

#include <algorithm>
#include <map>

namespace suara::directory {

// Classic clients know no networks: theirs is the one without a name.
bool Broadcasts::News::concerns_classic_peers() const {
  return to == To::kAll && std::visit([](const auto& what) { return what.network.empty(); }, change);
}

void Broadcasts::add(StoreToken after, Change change, wire::ClassicPeer peer, To to) {
  waiting_.push_back({after, std::move(change), std::move(peer), to});
}

void Broadcasts::take(StoreToken stored, const Subscriptions& subscriptions, const store::StoreView& view, Rng& rng,
                      std::vector<Action>& actions, const TellClassic& tell_classic) {
  // Once for all news at hand: a thousand leases may have ended together.
  const std::vector<Row> classic_peers = classic_peers_to_tell(stored, view, rng);
  while (!waiting_.empty() && waiting_.front().after <= stored) {
    const News news = std::move(waiting_.front());
    waiting_.pop_front();
    const auto event = std::make_shared<const std::string>(encode_event(news.change));
    std::visit([&](const auto& change) { subscriptions.broadcast(change.network, change.revision, event, actions); },
               news.change);
    if (news.concerns_classic_peers()) notify(classic_peers, news, tell_classic);
  }
}

std::vector<Row> Broadcasts::classic_peers_to_tell(StoreToken stored, const store::StoreView& view, Rng& rng) const {
  std::size_t news = 0;
  for (auto at = waiting_.begin(); at != waiting_.end() && at->after <= stored; ++at) {
    if (at->concerns_classic_peers()) ++news;
  }
  if (news == 0) return {};
  const std::size_t limit = std::clamp<std::size_t>(kMaxNoticesAtOnce / news, 1, kMaxNotifiedPeers);
  return sample_classic_rows(view, {}, limit, rng);
}

void Broadcasts::notify(const std::vector<Row>& classic_peers, const News& news, const TellClassic& tell_classic) {
  const auto notice =
      std::holds_alternative<wire::PeerJoined>(news.change) ? wire::ClassicNotice::kJoined : wire::ClassicNotice::kLeft;
  std::map<wire::Flavour, std::shared_ptr<const std::string>> lines;
  for (const Row& row : classic_peers) {
    if (row.address == news.peer.address) continue;
    auto& line = lines[row.flavour];
    if (!line) line = std::make_shared<const std::string>(encode_classic_notice(notice, row.flavour, news.peer));
    tell_classic(row, line);
  }
}

}  // namespace suara::directory
