#include "peer-node/sync/header_sync.hpp"

#include "common/util/check.hpp"

#include <algorithm>

namespace suara::sync {

void HeaderSync::add_peer(ConnectionId peer, chain::Uint256 work, bool dialed) {
  Peer& state = peers_[peer];
  state.work = std::move(work);
  state.dialed = dialed;
  state.in_line = ++last_in_line_;
}

void HeaderSync::remove_peer(ConnectionId peer) { peers_.erase(peer); }

void HeaderSync::announced(ConnectionId peer, const chain::BlockId& id) {
  if (const auto entry = peers_.find(peer); entry != peers_.end()) entry->second.wanted = id;
}

std::vector<std::pair<ConnectionId, chain::BlockId>> HeaderSync::take_known(
    const std::function<bool(const chain::BlockId&)>& is_known) {
  std::vector<std::pair<ConnectionId, chain::BlockId>> known;
  for (auto& [id, peer] : peers_) {
    if (!peer.wanted || !is_known(*peer.wanted)) continue;
    known.emplace_back(id, *peer.wanted);
    peer.wanted.reset();
  }
  return known;
}

std::optional<HeaderSync::Ask> HeaderSync::next(const chain::Uint256& best_work, Instant now) {
  std::pair<const ConnectionId, Peer>* best = nullptr;
  const bool some_are_silent =
      std::ranges::any_of(peers_, [](const auto& entry) { return entry.second.asked_at.has_value(); });
  for (auto& entry : peers_) {
    const Peer& peer = entry.second;
    if (peer.asked_at && *peer.asked_at + kHeadersStall > now) return std::nullopt;
    const bool has_news =
        peer.wanted || peer.more || peer.again || peer.work > best_work || (peer.fresh && peer.work == best_work);
    if (!has_news || peer.asked_at || peer.not_before > now) continue;
    if (best == nullptr || goes_before(peer, best->second, some_are_silent)) best = &entry;
  }
  if (best == nullptr) return std::nullopt;
  best->second.asked_at = now;
  best->second.again = false;
  best->second.fresh = false;
  best->second.in_line = ++last_in_line_;
  return Ask{best->first, best->second.more ? best->second.after : std::nullopt};
}

bool HeaderSync::goes_before(const Peer& peer, const Peer& other, bool some_are_silent) {
  if (some_are_silent) {
    if (peer.dialed != other.dialed) return peer.dialed;
    if (peer.has_answered != other.has_answered) return peer.has_answered;
    return peer.in_line < other.in_line;
  }
  if (peer.fruitless_at != other.fruitless_at) return peer.fruitless_at < other.fruitless_at;  // none is least
  return peer.work > other.work;
}

bool HeaderSync::asked(ConnectionId peer) const {
  const auto entry = peers_.find(peer);
  return entry != peers_.end() && entry->second.asked_at;
}

void HeaderSync::ask_ahead(ConnectionId peer, Instant now) {
  const auto entry = peers_.find(peer);
  CHECK(entry != peers_.end() && entry->second.asked_at);
  entry->second.asked_at = now;
  entry->second.asked_ahead = true;
  entry->second.in_line = ++last_in_line_;
}

bool HeaderSync::passes_over(ConnectionId peer) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end() || entry->second.void_questions == 0) return false;
  --entry->second.void_questions;
  return true;
}

bool HeaderSync::answered(ConnectionId peer, const Answer& answer, Instant now) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end() || !entry->second.asked_at) return false;
  Peer& state = entry->second;
  state.has_answered = true;
  const bool further = !state.more || answer.anew || answer.work > state.after_work;
  state.more = answer.more && answer.last && further;
  const bool ahead = std::exchange(state.asked_ahead, false);
  if (!ahead || !state.more) state.asked_at.reset();
  if (ahead && !state.more) ++state.void_questions;
  state.after = answer.last;
  state.after_work = answer.work;
  state.fruitless_at = answer.news ? std::nullopt : std::optional(now);
  // Whatever it announced, it has now had the chance to show.
  state.wanted.reset();
  // With nothing to add it may have all we have, but no more than it ever said.
  if (!answer.last) state.work = std::min(state.work, answer.work);
  if (answer.last && !state.more) state.work = answer.work;
  return true;
}

void HeaderSync::postpone(ConnectionId peer, Instant now) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end()) return;
  entry->second.again = true;
  entry->second.not_before = now + kHeadersRetry;
}

std::vector<ConnectionId> HeaderSync::silent(Instant now) const {
  std::vector<ConnectionId> silent;
  for (const auto& [id, peer] : peers_) {
    if (peer.asked_at && *peer.asked_at + kHeadersTimeout <= now) silent.push_back(id);
  }
  return silent;
}

std::optional<Instant> HeaderSync::deadline(Instant now) const {
  std::optional<Instant> next;
  const auto consider = [&](Instant instant) {
    if (instant > now && (!next || instant < *next)) next = instant;
  };
  for (const auto& [id, peer] : peers_) {
    if (peer.asked_at) {
      consider(*peer.asked_at + kHeadersStall);
      consider(*peer.asked_at + kHeadersTimeout);
    }
    consider(peer.not_before);
  }
  return next;
}

chain::Uint256 HeaderSync::most_work(Instant now) const {
  chain::Uint256 most = 0;
  for (const auto& [id, peer] : peers_) {
    if (peer.asked_at && *peer.asked_at + kHeadersStall <= now) continue;
    if (peer.fruitless_at && peer.more) continue;
    most = std::max(most, peer.work);
  }
  return most;
}

}  // namespace suara::sync
