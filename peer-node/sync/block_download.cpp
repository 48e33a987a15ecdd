#include "peer-node/sync/block_download.hpp"

#include <algorithm>

namespace suara::sync {

void BlockDownload::add_peer(ConnectionId peer, std::uint64_t height, bool dialed) {
  peers_[peer].height = height;
  peers_[peer].dialed = dialed;
}

void BlockDownload::raise_height(ConnectionId peer, std::uint64_t height) {
  const auto entry = peers_.find(peer);
  if (entry != peers_.end()) entry->second.height = std::max(entry->second.height, height);
}

void BlockDownload::remove_peer(ConnectionId peer) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end()) return;
  release(entry->second);
  peers_.erase(entry);
}

void BlockDownload::want(const std::vector<Wanted>& blocks, bool more) {
  heights_.clear();
  unasked_.clear();
  wanted_up_to_ = 0;
  want_more(blocks, more);
  std::erase_if(in_flight_, [&](const auto& entry) {
    if (heights_.contains(entry.first)) return false;
    peers_.at(entry.second).in_flight.erase(entry.first);
    return true;
  });
  std::erase_if(withheld_, [&](const chain::BlockId& id) { return !heights_.contains(id); });
}

void BlockDownload::want_more(const std::vector<Wanted>& blocks, bool more) {
  for (const Wanted& block : blocks) {
    heights_.emplace(block.id, block.height);
    if (!in_flight_.contains(block.id)) unasked_.emplace(block.height, block.id);
    wanted_up_to_ = block.height;
  }
  more_ = more;
}

std::map<ConnectionId, std::vector<chain::BlockId>> BlockDownload::assign(Instant now) {
  std::vector<std::pair<ConnectionId, Peer*>> askable;
  std::size_t free_slots = 0;
  for (auto& [id, peer] : peers_) {
    if (peer.paused_until > now || peer.in_flight.size() > kMaxBlocksInFlight / 2) continue;
    askable.emplace_back(id, &peer);
    free_slots += kMaxBlocksInFlight - peer.in_flight.size();
  }
  std::map<ConnectionId, std::vector<chain::BlockId>> requests;
  for (auto block = unasked_.begin(); block != unasked_.end() && free_slots > 0;) {
    const std::pair<ConnectionId, Peer*>* chosen = nullptr;
    for (const auto& candidate : askable) {
      const Peer& peer = *candidate.second;
      if (peer.in_flight.size() >= kMaxBlocksInFlight || !may_serve(peer, block->first, block->second, now)) continue;
      if (chosen == nullptr || goes_before(peer, *chosen->second, block->second)) chosen = &candidate;
    }
    if (chosen == nullptr) {
      ++block;
      continue;
    }
    const auto& [connection, peer] = *chosen;
    put_in_flight(connection, *peer, block->second, now);
    requests[connection].push_back(block->second);
    --free_slots;
    block = unasked_.erase(block);
  }
  return requests;
}

bool BlockDownload::goes_before(const Peer& peer, const Peer& other, const chain::BlockId& id) const {
  if (peer.dialed != other.dialed && withheld_.contains(id)) return peer.dialed;
  return peer.in_flight.size() < other.in_flight.size();
}

bool BlockDownload::claim(ConnectionId peer, const chain::BlockId& id, Instant now) {
  const auto entry = peers_.find(peer);
  const auto height = heights_.find(id);
  if (entry == peers_.end() || height == heights_.end()) return false;
  if (entry->second.in_flight.size() >= kMaxBlocksInFlight) return false;
  if (unasked_.erase({height->second, id}) == 0) return false;
  put_in_flight(peer, entry->second, id, now);
  return true;
}

void BlockDownload::put_in_flight(ConnectionId connection, Peer& peer, const chain::BlockId& id, Instant now) {
  if (peer.in_flight.empty()) peer.progress_at = now;
  peer.in_flight.insert(id);
  in_flight_.emplace(id, connection);
}

void BlockDownload::received(ConnectionId peer, const chain::BlockId& id, Instant now) {
  const auto flight = in_flight_.find(id);
  bool delivers = flight != in_flight_.end() && flight->second == peer;
  if (flight != in_flight_.end()) {
    peers_.at(flight->second).in_flight.erase(id);
    in_flight_.erase(flight);
  }
  if (const auto height = heights_.find(id); height != heights_.end()) {
    delivers = true;
    unasked_.erase({height->second, id});
    heights_.erase(height);
    withheld_.erase(id);
  }
  if (const auto entry = peers_.find(peer); delivers && entry != peers_.end()) {
    entry->second.progress_at = now;
    entry->second.stall = std::max(kFirstStall, entry->second.stall / 2);
  }
}

bool BlockDownload::free_slot(Peer& peer, const chain::BlockId& id) {
  if (peer.in_flight.erase(id) == 0) return false;
  in_flight_.erase(id);
  if (const auto height = heights_.find(id); height != heights_.end()) {
    unasked_.emplace(height->second, id);
    withheld_.insert(id);
  }
  return true;
}

void BlockDownload::give_back(ConnectionId peer, const chain::BlockId& id) {
  if (const auto entry = peers_.find(peer); entry != peers_.end()) free_slot(entry->second, id);
}

void BlockDownload::not_found(ConnectionId peer, const chain::BlockId& id, Instant now) {
  const auto entry = peers_.find(peer);
  if (entry == peers_.end() || !free_slot(entry->second, id)) return;
  auto& lacks = entry->second.lacks;
  std::erase_if(lacks, [&](const auto& lacked) { return lacked.second <= now; });
  lacks.insert_or_assign(id, now + kNotFoundRetry);
  if (lacks.size() > kDownloadWindow) lacks.erase(lacks.begin());
}

std::vector<ConnectionId> BlockDownload::stalled(Instant now) {
  std::vector<ConnectionId> hopeless;
  for (auto& [id, peer] : peers_) {
    if (peer.in_flight.empty() || peer.progress_at + peer.stall > now) continue;
    if (peer.progress_at + kLastStall <= now) {
      hopeless.push_back(id);
    } else if (another_may_serve(id, peer, now)) {
      if (peer.stall >= kLastStall) hopeless.push_back(id);
      release(peer);
      peer.stall = std::min(kLastStall, peer.stall * 2);
      peer.paused_until = now + peer.stall;
    }
  }
  return hopeless;
}

std::optional<Instant> BlockDownload::deadline(Instant now) const {
  std::optional<Instant> next;
  const auto consider = [&](Instant instant) {
    if (instant > now && (!next || instant < *next)) next = instant;
  };
  for (const auto& [id, peer] : peers_) {
    if (!unasked_.empty()) {
      consider(peer.paused_until);
      for (const auto& [lacked, until] : peer.lacks) consider(until);
    }
    if (peer.in_flight.empty()) continue;
    consider(peer.progress_at + peer.stall);
    consider(peer.progress_at + kLastStall);
  }
  return next;
}

bool BlockDownload::may_serve(const Peer& peer, std::uint64_t height, const chain::BlockId& id, Instant now) {
  const auto lacks = peer.lacks.find(id);
  return peer.height >= height && peer.paused_until <= now && (lacks == peer.lacks.end() || lacks->second <= now);
}

bool BlockDownload::another_may_serve(ConnectionId but, const Peer& stalling, Instant now) const {
  return std::ranges::any_of(stalling.in_flight, [&](const chain::BlockId& id) {
    const auto height = heights_.find(id);
    if (height == heights_.end()) return false;
    return std::ranges::any_of(peers_, [&](const auto& entry) {
      return entry.first != but && may_serve(entry.second, height->second, id, now);
    });
  });
}

void BlockDownload::release(Peer& peer) {
  while (!peer.in_flight.empty()) {
    const chain::BlockId id = *peer.in_flight.begin();
    free_slot(peer, id);
  }
}

}  // namespace suara::sync
