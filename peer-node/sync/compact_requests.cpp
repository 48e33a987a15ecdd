#include "peer-node/sync/compact_requests.hpp"

#include <algorithm>
#include <utility>

namespace suara::sync {

void CompactRequests::remove_peer(ConnectionId peer) {
  if (peers_.erase(peer) == 0) return;
  std::erase_if(given_up_, [&](const Announcement& announcement) { return announcement.first == peer; });
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto here = entry++;
    if (here->second.asked.erase(peer) > 0) here->second.held_up = true;
    std::erase(here->second.announcers, peer);
    std::erase(here->second.failed, peer);
    if (here->second.announcers.empty() && here->second.failed.empty()) entries_.erase(here);
  }
}

bool CompactRequests::may_ask(ConnectionId peer, Instant now) const {
  const Peer& state = peers_.at(peer);
  return state.traits.answers && state.paused_until <= now;
}

bool CompactRequests::announced(ConnectionId peer, const chain::BlockId& id, Instant now) {
  const auto state = peers_.find(peer);
  if (state == peers_.end() || state->second.announced >= kMaxCompactPerPeer) return false;
  auto entry = entries_.find(id);
  if (entry == entries_.end()) {
    if (!may_ask(peer, now)) return false;
    entry = entries_.try_emplace(id).first;
  }
  Entry& found = entry->second;
  for (const auto* list : {&found.announcers, &found.failed}) {
    if (std::ranges::find(*list, peer) != list->end()) return true;
  }
  found.announcers.push_back(peer);
  ++state->second.announced;
  return true;
}

std::vector<CompactRequests::Announcement> CompactRequests::due(Instant now) {
  std::vector<Announcement> requests;
  for (auto next = entries_.begin(); next != entries_.end();) {
    const auto here = next++;
    auto& [id, entry] = *here;
    let_late_ones_go(entry, now);
    const Turn turn = next_turn(entry, now);
    if (turn.hopeless) {
      give_up(here);
    } else if (turn.peer) {
      entry.asked.emplace(*turn.peer, now);
      requests.emplace_back(*turn.peer, id);
    }
  }
  return requests;
}

void CompactRequests::let_late_ones_go(Entry& entry, Instant now) {
  std::vector<ConnectionId> late;
  for (const auto& [peer, asked_at] : entry.asked) {
    if (asked_at && *asked_at + kCompactTimeout <= now) late.push_back(peer);
  }
  for (const ConnectionId peer : late) {
    peers_.at(peer).paused_until = now + kCompactPause;
    fail(entry, peer);
  }
}

CompactRequests::Turn CompactRequests::next_turn(const Entry& entry, Instant now) const {
  const bool answered = std::ranges::any_of(entry.asked, [](const auto& asked) { return !asked.second; });
  const bool one_dialed = std::ranges::any_of(entry.asked, [&](const auto& asked) { return dialed(asked.first); });
  if (answered || one_dialed || (!entry.held_up && !entry.asked.empty())) return {};
  const auto first = [&](const auto& fits) -> std::optional<ConnectionId> {
    const auto found = std::ranges::find_if(entry.announcers, fits);
    return found == entry.announcers.end() ? std::nullopt : std::optional(*found);
  };
  const auto may = [&](ConnectionId peer) { return may_ask(peer, now) && !entry.asked.contains(peer); };
  if (entry.held_up) {
    if (const auto peer = first([&](ConnectionId it) { return dialed(it) && may(it); })) return {peer};
    if (first([&](ConnectionId it) { return dialed(it); })) return {.peer = {}, .hopeless = true};
    if (!entry.asked.empty()) return {};
  }
  const auto peer = first(may);
  return {peer, !peer};
}

std::vector<CompactRequests::Announcement> CompactRequests::take_given_up() { return std::exchange(given_up_, {}); }

bool CompactRequests::answered(ConnectionId peer, const chain::BlockId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return false;
  const auto asked = entry->second.asked.find(peer);
  return asked != entry->second.asked.end() && std::exchange(asked->second, std::nullopt);
}

void CompactRequests::failed(ConnectionId peer, const chain::BlockId& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  const auto asked = entry->second.asked.find(peer);
  if (asked != entry->second.asked.end() && asked->second) fail(entry->second, peer);
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
    for (const auto& [peer, asked_at] : entry.asked) {
      if (asked_at && (!next || *asked_at + kCompactTimeout < *next)) next = *asked_at + kCompactTimeout;
    }
  }
  return next;
}

void CompactRequests::fail(Entry& entry, ConnectionId peer) {
  std::erase(entry.announcers, peer);
  entry.failed.push_back(peer);
  entry.asked.erase(peer);
  entry.held_up = true;
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
