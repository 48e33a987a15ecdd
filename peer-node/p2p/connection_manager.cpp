#include "peer-node/p2p/connection_manager.hpp"

#include <algorithm>

namespace suara::p2p {

ConnectionManager::ConnectionManager(std::vector<wire::Address> static_peers, std::optional<wire::Address> own,
                                     std::size_t max_outbound)
    : max_outbound_(max_outbound) {
  for (wire::Address& address : static_peers) static_.try_emplace(std::move(address));
  if (own) own_.insert(std::move(*own));
}

std::vector<ConnectionManager::Attempt> ConnectionManager::due(Now now, const PeerSet& peers, AddressBook& book,
                                                               Rng& rng) {
  std::vector<Attempt> attempts;
  std::set<wire::Address> chosen;
  for (const auto& [address, state] : static_) {
    if (dialing_.size() + attempts.size() >= kMaxDialing) return attempts;
    if (state.next_attempt <= now.instant && usable(address, peers)) {
      attempts.push_back({address, true});
      chosen.insert(address);
    }
  }
  if (const auto old = feeler(now, peers, book); old && dialing_.size() + attempts.size() < kMaxDialing) {
    if (chosen.insert(old->address).second) attempts.push_back(*old);
  }
  std::size_t outbound = peers.outbound() + dialing_others();
  std::set<NetGroup> taken = groups_taken(peers);
  while (outbound < max_outbound_ && dialing_.size() + attempts.size() < kMaxDialing) {
    const auto address = book.draw(now.instant, rng, [&](const wire::Address& candidate) {
      return !chosen.contains(candidate) && !static_.contains(candidate) && !taken.contains(NetGroup(candidate.host)) &&
             usable(candidate, peers);
    });
    if (!address) break;
    attempts.push_back({*address, false});
    chosen.insert(*address);
    if (const NetGroup group(address->host); group.is_exclusive()) taken.insert(group);
    ++outbound;
  }
  return attempts;
}

// Whoever is connected answers, without being dialed.
std::optional<ConnectionManager::Attempt> ConnectionManager::feeler(Now now, const PeerSet& peers,
                                                                    AddressBook& book) const {
  while (const auto old = book.to_test()) {
    if (is_dialing(*old)) return std::nullopt;
    if (own_.contains(*old)) {
      book.forget(*old, now);
    } else if (peers.connected_to(*old)) {
      book.succeeded(*old, now);
    } else {
      return Attempt{*old, false, true};
    }
  }
  return std::nullopt;
}

std::optional<ConnectionManager::Attempt> ConnectionManager::ended(DialId dial) {
  const auto entry = dialing_.find(dial);
  if (entry == dialing_.end()) return std::nullopt;
  Attempt attempt = std::move(entry->second);
  dialing_.erase(entry);
  return attempt;
}

void ConnectionManager::failed(const Attempt& attempt, Now now, AddressBook& book, Rng& rng, bool counts) {
  if (const auto entry = static_.find(attempt.address); entry != static_.end()) {
    entry->second.next_attempt = now.instant + entry->second.backoff.next(rng);
  }
  book.failed(attempt.address, now, rng, counts);
}

void ConnectionManager::succeeded(const Attempt& attempt, Now now, AddressBook& book) {
  book.add(attempt.address, NetGroup(attempt.address.host), now);
  book.succeeded(attempt.address, now);
}

void ConnectionManager::lost(const Attempt& attempt, Instant::duration lasted, Now now, AddressBook& book, Rng& rng) {
  const bool settled = lasted >= kSettledAfter;
  if (const auto entry = static_.find(attempt.address); entry != static_.end()) {
    Static& state = entry->second;
    if (settled) state.backoff.reset();
    state.next_attempt = settled ? now.instant : now.instant + state.backoff.next(rng);
  }
  book.lost(attempt.address, settled, now, rng);
}

void ConnectionManager::is_duplicate(const wire::Address& address, Now now, AddressBook& book) {
  if (const auto entry = static_.find(address); entry != static_.end()) {
    entry->second.next_attempt = now.instant + kLastRetry;
  }
  book.postpone(address, now, kDuplicateRetry);
}

bool ConnectionManager::is_crowded(const Attempt& attempt, const NetGroup& group, const PeerSet& peers) {
  return !attempt.is_static && !attempt.is_feeler && group.is_exclusive() && peers.outbound_into(group) > 0;
}

std::optional<Instant> ConnectionManager::deadline(Instant from, const PeerSet& peers, const AddressBook& book) const {
  if (dialing_.size() >= kMaxDialing) return std::nullopt;
  std::optional<Instant> next;
  for (const auto& [address, state] : static_) {
    if (state.next_attempt > from && usable(address, peers) && (!next || state.next_attempt < *next)) {
      next = state.next_attempt;
    }
  }
  if (peers.outbound() + dialing_others() < max_outbound_) {
    const auto attempt = book.next_attempt(from);
    if (attempt && (!next || *attempt < *next)) next = attempt;
  }
  return next;
}

bool ConnectionManager::usable(const wire::Address& address, const PeerSet& peers) const {
  return !own_.contains(address) && !is_dialing(address) && !peers.connected_to(address);
}

std::set<NetGroup> ConnectionManager::groups_taken(const PeerSet& peers) const {
  std::set<NetGroup> taken;
  for (const auto& [connection, peer] : peers.all()) {
    if (!peer.closing && !peer.is_static && !peer.is_feeler && peer.group && peer.group->is_exclusive())
      taken.insert(*peer.group);
  }
  for (const auto& [dial, attempt] : dialing_) {
    const NetGroup group(attempt.address.host);
    if (!attempt.is_static && !attempt.is_feeler && group.is_exclusive()) taken.insert(group);
  }
  return taken;
}

bool ConnectionManager::is_dialing(const wire::Address& address) const {
  return std::ranges::any_of(dialing_, [&](const auto& entry) { return entry.second.address == address; });
}

std::size_t ConnectionManager::dialing_others() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      dialing_, [](const auto& entry) { return !entry.second.is_static && !entry.second.is_feeler; }));
}

}  // namespace suara::p2p
