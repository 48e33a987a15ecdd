#include "peer-node/p2p/address_book.hpp"

#include "peer-node/store/schema.hpp"

#include <algorithm>
#include <tuple>

namespace suara::p2p {
namespace {

std::string encode_entry(std::uint64_t succeeded_ms) {
  std::string value(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) value[i] = static_cast<char>(succeeded_ms >> (8 * i) & 0xff);
  return value;
}

std::optional<std::uint64_t> decode_entry(std::string_view value) {
  if (value.size() != 8) return std::nullopt;
  std::uint64_t succeeded_ms = 0;
  for (std::size_t i = 8; i-- > 0;) succeeded_ms = succeeded_ms << 8 | static_cast<unsigned char>(value[i]);
  return succeeded_ms;
}

}  // namespace

void AddressBook::load(const store::StoreView& view) {
  view.scan(node_store::kAddresses, "", [&](std::string_view key, std::string_view value) {
    const auto address = wire::parse_address(key);
    const auto succeeded_ms = decode_entry(value);
    if (address && succeeded_ms) entries_[*address].succeeded_ms = *succeeded_ms;
    return entries_.size() < kMaxAddresses;
  });
}

bool AddressBook::add(const wire::Address& address, Now now) {
  if (entries_.contains(address)) return false;
  if (entries_.size() >= kMaxAddresses) make_place(now.instant);
  entries_[address].next_attempt = now.instant;
  changed(address, now.instant);
  return true;
}

void AddressBook::forget(const wire::Address& address, Now now) {
  if (entries_.erase(address) > 0) changed(address, now.instant);
}

void AddressBook::dial_succeeded(const wire::Address& address, Now now) {
  const auto entry = entries_.find(address);
  if (entry == entries_.end()) return;
  entry->second.succeeded_ms = to_unix_ms(now.wall);
  entry->second.backoff.reset();
  entry->second.next_attempt = now.instant + kFirstRetry;
  changed(address, now.instant);
}

void AddressBook::dial_failed(const wire::Address& address, Now now, Rng& rng) {
  const auto entry = entries_.find(address);
  if (entry == entries_.end()) return;
  entry->second.next_attempt = now.instant + entry->second.backoff.next(rng);
  // A few stay whatever happens: they may be all that leads back after a long outage.
  if (entry->second.backoff.failures() >= kMaxDialFailures && entries_.size() > kMinAddresses) forget(address, now);
}

void AddressBook::postpone(const wire::Address& address, Now now, std::chrono::seconds wait) {
  const auto entry = entries_.find(address);
  if (entry != entries_.end()) entry->second.next_attempt = now.instant + wait;
}

std::optional<wire::Address> AddressBook::draw(Instant now, Rng& rng,
                                               const std::function<bool(const wire::Address&)>& usable) const {
  std::vector<const wire::Address*> ready;
  for (const auto& [address, entry] : entries_) {
    if (entry.next_attempt <= now && usable(address)) ready.push_back(&address);
  }
  if (ready.empty()) return std::nullopt;
  return *ready[rng.below(ready.size())];
}

std::optional<Instant> AddressBook::next_attempt(Instant from) const {
  std::optional<Instant> next;
  for (const auto& [address, entry] : entries_) {
    if (entry.next_attempt > from && (!next || entry.next_attempt < *next)) next = entry.next_attempt;
  }
  return next;
}

std::vector<wire::Address> AddressBook::sample(std::size_t limit, Rng& rng) const {
  std::vector<wire::Address> all;
  for (const auto& [address, entry] : entries_) {
    if (entry.backoff.failures() == 0) all.push_back(address);
  }
  const std::size_t count = std::min(limit, all.size());
  for (std::size_t i = 0; i < count; ++i) std::swap(all[i], all[i + rng.below(all.size() - i)]);
  all.resize(count);
  return all;
}

store::WriteBatch AddressBook::flush() {
  store::WriteBatch batch;
  for (const wire::Address& address : unsaved_) {
    const auto entry = entries_.find(address);
    if (entry == entries_.end()) {
      batch.remove(node_store::kAddresses, address.text());
    } else {
      batch.put(node_store::kAddresses, address.text(), encode_entry(entry->second.succeeded_ms));
    }
  }
  unsaved_.clear();
  flush_at_.reset();
  return batch;
}

void AddressBook::changed(const wire::Address& address, Instant now) {
  unsaved_.insert(address);
  if (!flush_at_) flush_at_ = now + kAddressFlushInterval;
}

void AddressBook::make_place(Instant now) {
  const auto worst = std::ranges::min_element(entries_, {}, [](const auto& item) {
    return std::tuple(-static_cast<int>(item.second.backoff.failures()), item.second.succeeded_ms);
  });
  const wire::Address address = worst->first;
  entries_.erase(worst);
  changed(address, now);
}

}  // namespace suara::p2p
