#include "peer-node/p2p/transaction_requests.hpp"

#include "common/wire/limits.hpp"

#include <algorithm>

namespace suara::p2p {

void TransactionRequests::announced(ConnectionId peer, const Hash256& id) {
  auto entry = entries_.find(id);
  if (entry == entries_.end()) {
    if (entries_.size() >= kMaxTransactionsRequested && !make_room(peer)) return;
    entry = entries_.try_emplace(id).first;
  }
  std::vector<ConnectionId>& announcers = entry->second.announcers;
  if (announcers.size() >= kMaxAnnouncers || std::ranges::find(announcers, peer) != announcers.end()) return;
  announcers.push_back(peer);
  peers_[peer].queue.push_back(id);
}

// Takes the last in the longest line, unless that is no longer than this peer's own.
bool TransactionRequests::make_room(ConnectionId peer) {
  const auto longest =
      std::ranges::max_element(peers_, {}, [](const auto& entry) { return entry.second.queue.size(); });
  if (longest == peers_.end()) return false;
  const auto own = peers_.find(peer);
  const std::size_t at_least = own == peers_.end() ? 1 : own->second.queue.size() + 1;
  std::deque<Hash256>& queue = longest->second.queue;
  const std::size_t before = entries_.size();
  while (queue.size() > at_least && entries_.size() == before) {
    const auto entry = entries_.find(queue.back());
    queue.pop_back();
    if (entry != entries_.end() && entry->second.asked != longest->first) next_announcer(entry, longest->first);
  }
  return entries_.size() < before;
}

bool TransactionRequests::settled(const Hash256& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return false;
  unask(id, entry->second);
  entries_.erase(entry);
  return true;
}

void TransactionRequests::not_found(ConnectionId peer, const Hash256& id) {
  const auto entry = entries_.find(id);
  if (entry != entries_.end() && entry->second.asked == peer) next_announcer(entry, peer);
}

void TransactionRequests::remove_peer(ConnectionId peer) {
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto here = entry++;
    const auto& announcers = here->second.announcers;
    if (std::ranges::find(announcers, peer) != announcers.end()) next_announcer(here, peer);
  }
  peers_.erase(peer);
}

std::map<ConnectionId, std::vector<Hash256>> TransactionRequests::due(Instant now) {
  while (!asked_.empty() && asked_.begin()->first + kTransactionTimeout <= now) {
    const auto entry = entries_.find(asked_.begin()->second);
    next_announcer(entry, *entry->second.asked);
  }
  std::map<ConnectionId, std::vector<Hash256>> requests;
  for (auto& [connection, peer] : peers_) {
    while (!peer.queue.empty() && peer.in_flight < wire::kMaxTransactionsPerRequest) {
      const Hash256 id = peer.queue.front();
      peer.queue.pop_front();
      const auto entry = entries_.find(id);
      if (entry == entries_.end() || entry->second.asked) continue;
      entry->second.asked = connection;
      entry->second.asked_at = now;
      asked_.emplace(now, id);
      ++peer.in_flight;
      requests[connection].push_back(id);
    }
  }
  return requests;
}

std::optional<Instant> TransactionRequests::deadline() const {
  if (asked_.empty()) return std::nullopt;
  return asked_.begin()->first + kTransactionTimeout;
}

void TransactionRequests::next_announcer(Entries::iterator entry, ConnectionId failed) {
  const Hash256 id = entry->first;
  std::vector<ConnectionId>& announcers = entry->second.announcers;
  std::erase(announcers, failed);
  if (entry->second.asked == failed) unask(id, entry->second);
  if (announcers.empty()) {
    entries_.erase(entry);
  } else if (!entry->second.asked) {
    peers_[announcers.front()].queue.push_front(id);
  }
}

void TransactionRequests::unask(const Hash256& id, Entry& entry) {
  if (!entry.asked) return;
  asked_.erase({entry.asked_at, id});
  --peers_[*entry.asked].in_flight;
  entry.asked.reset();
}

}  // namespace suara::p2p
