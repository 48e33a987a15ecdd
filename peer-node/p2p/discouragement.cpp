#include "peer-node/p2p/discouragement.hpp"

#include "common/util/hex.hpp"
#include "common/util/ip_address.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/p2p/net_group.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace suara::p2p {

Discouragement::Subject Discouragement::subject_of(const PublicKey& key) { return "key " + to_hex(key.view()); }

std::optional<Discouragement::Subject> Discouragement::subject_of(const std::string& host) {
  auto address = IpAddress::parse(host);
  if (!address || !NetGroup(host).is_exclusive()) return std::nullopt;
  if (!address->is_v4()) std::ranges::fill(std::span(address->bytes).subspan(8), std::uint8_t{0});
  return "host " + address->text();
}

bool Discouragement::violated(const Subject& subject, Instant now) {
  forget_old(now);
  if (!offenders_.contains(subject) && offenders_.size() >= kMaxOffenders) {
    offenders_.erase(by_age_.begin()->second);
    by_age_.erase(by_age_.begin());
  }
  const auto [entry, first] = offenders_.try_emplace(subject);
  Offender& offender = entry->second;
  if (!first) by_age_.erase({offender.last, subject});
  offender.last = now;
  by_age_.emplace(now, subject);
  if (first) return false;
  offender.until = now + kDiscouragedFor;
  return true;
}

bool Discouragement::discourages(const Subject& subject, Instant now) const {
  const auto entry = offenders_.find(subject);
  return entry != offenders_.end() && entry->second.until && now < *entry->second.until;
}

bool Discouragement::may_tell(const Subject& subject, Instant now) {
  const auto entry = offenders_.find(subject);
  if (entry == offenders_.end()) return true;
  auto& told_at = entry->second.told_at;
  if (told_at && now < *told_at + kDiscouragedToldEvery) return false;
  told_at = now;
  return true;
}

void Discouragement::forget_old(Instant now) {
  while (!by_age_.empty() && by_age_.begin()->first + kViolationsRemembered <= now) {
    offenders_.erase(by_age_.begin()->second);
    by_age_.erase(by_age_.begin());
  }
}

}  // namespace suara::p2p
