#include "bootstrap-server/core/expiry_guard.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"

#include <algorithm>
#include <utility>

namespace suara::directory {
namespace {

std::string name_of(const std::string& network) {
  return network.empty() ? "the network without a name" : "network " + network;
}

}  // namespace

ExpiryGuard::Health ExpiryGuard::examine(const std::string& network, const Look& look) const {
  const std::uint64_t missed_ms = look.now_ms + static_cast<std::uint64_t>(ttl_.count()) / 2;
  std::size_t looked_at = 0;
  std::size_t silent = 0;
  for (const Row& row : sample_rows(look.view, network, kGuardSample, look.rng)) {
    const bool leased = row.lease_ends_ms != 0;
    if (!leased && !row.verified) continue;  // never heard of, so not missed
    ++looked_at;
    if (leased ? row.lease_ends_ms <= missed_ms : row.failures > 0) ++silent;
  }
  if (looked_at < kGuardMinRows || 2 * silent < looked_at) return Health::kGood;
  return 2 * silent > looked_at ? Health::kBad : Health::kEven;
}

ExpiryGuard::Health ExpiryGuard::health_of(const std::string& network, const Look& look) {
  if (std::exchange(examined_at_, look.now) != look.now) examined_.clear();
  const auto known = examined_.find(network);
  if (known != examined_.end()) return known->second;
  const Health health = examine(network, look);
  examined_.emplace(network, health);
  return health;
}

bool ExpiryGuard::holds(const std::string& network, const Look& look) {
  return decide(network, health_of(network, look), look);
}

bool ExpiryGuard::decide(const std::string& network, Health health, const Look& look) {
  const auto pause = pauses_.find(network);
  if (pause == pauses_.end()) {
    if (health != Health::kBad || pauses_.size() >= kMaxPausedNetworks) return false;
    pauses_.emplace(network, Pause{look.now});
    if (!next_look_) next_look_ = look.now + ttl_ / kGuardLooksPerTtl;
    look.actions.push_back(
        Report{Severity::kError, "alarm: more than half of " + name_of(network) +
                                     " has fallen silent; nobody expires there until they are back, or for an hour"});
    return true;
  }
  if (health == Health::kGood) {
    if (!pause->second.over) {
      look.actions.push_back(Report{Severity::kWarning, name_of(network) + " is heard again: leases end as usual"});
    }
    pauses_.erase(pause);
    return false;
  }
  if (!pause->second.over && look.now - pause->second.since >= kMaxPause) {
    pause->second.over = true;
    look.actions.push_back(
        Report{Severity::kWarning, name_of(network) + " has been silent for an hour: leases end all the same"});
  }
  return !pause->second.over;
}

void ExpiryGuard::look_again(const Look& look) {
  if (!next_look_ || look.now < *next_look_) return;
  std::vector<std::string> networks;
  for (const auto& [network, pause] : pauses_) networks.push_back(network);
  for (const std::string& network : networks) decide(network, health_of(network, look), look);
  next_look_.reset();
  if (!pauses_.empty()) next_look_ = look.now + ttl_ / kGuardLooksPerTtl;
}

std::optional<Instant> ExpiryGuard::deadline() const { return next_look_; }

std::size_t ExpiryGuard::paused() const {
  return static_cast<std::size_t>(std::ranges::count_if(pauses_, [](const auto& entry) { return !entry.second.over; }));
}

}  // namespace suara::directory
