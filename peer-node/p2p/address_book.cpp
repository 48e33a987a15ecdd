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
    if (address && succeeded_ms) {
      const auto entry = entries_.try_emplace(*address).first;
      entry->second.succeeded_ms = *succeeded_ms;
      schedule(entry, Instant{});
    }
    return entries_.size() < kMaxAddresses;
  });
}

bool AddressBook::add(const wire::Address& address, Now now) {
  if (entries_.contains(address)) return false;
  if (entries_.size() >= kMaxAddresses) make_place(now.instant);
  schedule(entries_.try_emplace(address).first, now.instant);
  changed(address, now.instant);
  return true;
}

void AddressBook::forget(const wire::Address& address, Now now) {
  const auto entry = entries_.find(address);
  if (entry == entries_.end()) return;
  erase(entry);
  changed(address, now.instant);
}

void AddressBook::dial_succeeded(const wire::Address& address, Now now) {
  const auto entry = entries_.find(address);
  if (entry == entries_.end()) return;
  entry->second.succeeded_ms = to_unix_ms(now.wall);
  entry->second.backoff.reset();
  schedule(entry, now.instant + kFirstRetry);
  changed(address, now.instant);
}

void AddressBook::dial_failed(const wire::Address& address, Now now, Rng& rng) {
  const auto entry = entries_.find(address);
  if (entry == entries_.end()) return;
  schedule(entry, now.instant + entry->second.backoff.next(rng));
  // A few stay whatever happens: they may be all that leads back after a long outage.
  if (entry->second.backoff.failures() >= kMaxDialFailures && entries_.size() > kMinAddresses) forget(address, now);
}

void AddressBook::postpone(const wire::Address& address, Now now, std::chrono::seconds wait) {
  const auto entry = entries_.find(address);
  if (entry != entries_.end()) schedule(entry, now.instant + wait);
}

std::optional<wire::Address> AddressBook::draw(Instant now, Rng& rng,
                                               const std::function<bool(const wire::Address&)>& usable) const {
  std::vector<const wire::Address*> ready;
  for (const auto& [next_attempt, address] : schedule_) {
    if (next_attempt > now) break;
    if (usable(address)) ready.push_back(&address);
  }
  if (ready.empty()) return std::nullopt;
  return *ready[rng.below(ready.size())];
}

std::optional<Instant> AddressBook::next_attempt(Instant from) const {
  const auto entry = schedule_.lower_bound({from + Instant::duration(1), wire::Address{}});
  return entry == schedule_.end() ? std::nullopt : std::optional<Instant>(entry->first);
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

void AddressBook::schedule(Entries::iterator entry, Instant next_attempt) {
  schedule_.erase({entry->second.next_attempt, entry->first});
  entry->second.next_attempt = next_attempt;
  schedule_.emplace(next_attempt, entry->first);
}

void AddressBook::erase(Entries::iterator entry) {
  schedule_.erase({entry->second.next_attempt, entry->first});
  entries_.erase(entry);
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
  erase(worst);
  changed(address, now);
}

}  // namespace suara::p2p
