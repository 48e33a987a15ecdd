#include "peer-node/sync/compact_requests.hpp"

#include <algorithm>
#include <utility>

namespace suara::sync {

void CompactRequests::remove_peer(ConnectionId peer) {
  if (peers_.erase(peer) == 0) return;
  std::erase_if(given_up_, [&](const Announcement& announcement) { return announcement.first == peer; });
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto here = entry++;
    if (here->second.asked == peer) {
      here->second.asked.reset();
      here->second.asked_at.reset();
    }
    std::erase(here->second.announcers, peer);
    std::erase(here->second.failed, peer);
    if (here->second.announcers.empty() && here->second.failed.empty()) entries_.erase(here);
  }
}

bool CompactRequests::may_ask(ConnectionId peer, Instant now) const {
  const Peer& state = peers_.at(peer);
  return state.answers && state.paused_until <= now;
}

bool CompactRequests::announced(ConnectionId peer, const chain::BlockId& id, Instant now) {
  const auto state = peers_.find(peer);
  if (state == peers_.end() || state->second.announced >= kMaxCompactPerPeer) return false;
  auto entry = entries_.find(id);
  if (entry == entries_.end()) {
    if (!may_ask(peer, now)) return false;
    entry = entries_.try_emplace(id).first;
  }
  auto& [announcers, failed, asked, asked_at] = entry->second;
  if (std::ranges::find(announcers, peer) != announcers.end()) return true;
  if (std::ranges::find(failed, peer) != failed.end()) return true;
  announcers.push_back(peer);
  ++state->second.announced;
  return true;
}

std::vector<CompactRequests::Announcement> CompactRequests::due(Instant now) {
  std::vector<Announcement> requests;
  for (auto next = entries_.begin(); next != entries_.end();) {
    const auto here = next++;
    auto& [id, entry] = *here;
    if (entry.asked_at && *entry.asked_at + kCompactTimeout <= now) {
      peers_.at(*entry.asked).paused_until = now + kCompactPause;
      fail(entry, *entry.asked);
    }
    if (entry.asked) continue;
    const auto chosen =
        std::ranges::find_if(entry.announcers, [&](ConnectionId announcer) { return may_ask(announcer, now); });
    if (chosen == entry.announcers.end()) {
      give_up(here);
      continue;
    }
    entry.asked = *chosen;
    entry.asked_at = now;
    requests.emplace_back(*chosen, id);
  }
  return requests;
}

std::vector<CompactRequests::Announcement> CompactRequests::take_given_up() { return std::exchange(given_up_, {}); }

bool CompactRequests::answered(ConnectionId peer, const chain::BlockId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end() || entry->second.asked != peer || !entry->second.asked_at) return false;
  entry->second.asked_at.reset();
  return true;
}

void CompactRequests::failed(ConnectionId peer, const chain::BlockId& id) {
  const auto entry = entries_.find(id);
  const bool open = entry != entries_.end() && entry->second.asked == peer && entry->second.asked_at;
  if (open) fail(entry->second, peer);
}

void CompactRequests::give_up(const chain::BlockId& id) {
  if (const auto entry = entries_.find(id); entry != entries_.end()) give_up(entry);
}

std::vector<ConnectionId> CompactRequests::settled(const chain::BlockId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return {};
  std::vector<ConnectionId> announcers = entry->second.announcers;
  erase(entry);
  return announcers;
}

std::vector<CompactRequests::Announcement> CompactRequests::take_known(
    const std::function<bool(const chain::BlockId&)>& is_known) {
  std::vector<Announcement> known;
  for (auto next = entries_.begin(); next != entries_.end();) {
    const chain::BlockId id = (next++)->first;
    if (!is_known(id)) continue;
    for (const ConnectionId peer : settled(id)) known.emplace_back(peer, id);
  }
  return known;
}

std::optional<Instant> CompactRequests::deadline() const {
  std::optional<Instant> next;
  for (const auto& [id, entry] : entries_) {
    if (!entry.asked_at) continue;
    const Instant due = *entry.asked_at + kCompactTimeout;
    if (!next || due < *next) next = due;
  }
  return next;
}

void CompactRequests::fail(Entry& entry, ConnectionId peer) {
  std::erase(entry.announcers, peer);
  entry.failed.push_back(peer);
  entry.asked.reset();
  entry.asked_at.reset();
}

// Those who have not failed go first.
void CompactRequests::give_up(Entries::iterator entry) {
  for (const auto* list : {&entry->second.announcers, &entry->second.failed}) {
    for (const ConnectionId peer : *list) given_up_.emplace_back(peer, entry->first);
  }
  erase(entry);
}

void CompactRequests::erase(Entries::iterator entry) {
  for (const auto* list : {&entry->second.announcers, &entry->second.failed}) {
    for (const ConnectionId peer : *list) --peers_.at(peer).announced;
  }
  entries_.erase(entry);
}

}  // namespace suara::sync
