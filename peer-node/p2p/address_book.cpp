#include "peer-node/p2p/address_book.hpp"

#include "common/util/byte_writer.hpp"
#include "peer-node/p2p/backoff.hpp"
#include "peer-node/store/schema.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace suara::p2p {
namespace {

constexpr std::uint64_t to_ms(std::chrono::milliseconds time) { return static_cast<std::uint64_t>(time.count()); }

bool is_past(std::uint64_t since_ms, std::chrono::milliseconds lasts, Now now) {
  const std::uint64_t now_ms = to_unix_ms(now.wall);
  return now_ms > since_ms && now_ms - since_ms > to_ms(lasts);
}

std::string_view raw(const std::uint64_t& number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

}  // namespace

// -- where an address belongs ------------------------------------------------------------------------------------

std::uint64_t AddressBook::keyed(std::initializer_list<std::string_view> parts) const {
  ByteWriter text;
  for (const std::string_view part : parts) text.sized(part);
  const Hash256 hash = sha256({as_bytes(secret_), text.view()});
  std::uint64_t number = 0;
  std::memcpy(&number, hash.bytes.data(), sizeof number);
  return number;
}

BucketPlace AddressBook::new_place(const wire::Address& address, std::uint64_t source) const {
  const std::uint64_t slot = keyed({"of source", raw(source), NetGroup(address.host).text()}) % kNewBucketsOfSource;
  const std::uint64_t bucket = keyed({"new", raw(source), raw(slot)}) % kNewBuckets;
  const std::uint64_t place = keyed({"place among new", raw(bucket), address.text()}) % kBucketPlaces;
  return static_cast<BucketPlace>(bucket * kBucketPlaces + place);
}

BucketPlace AddressBook::tried_place(const wire::Address& address) const {
  const std::string text = address.text();
  const std::uint64_t slot = keyed({"of group", text}) % kTriedBucketsOfGroup;
  const std::uint64_t bucket = keyed({"tried", NetGroup(address.host).text(), raw(slot)}) % kTriedBuckets;
  const std::uint64_t place = keyed({"place among tried", raw(bucket), text}) % kBucketPlaces;
  return static_cast<BucketPlace>(bucket * kBucketPlaces + place);
}

bool AddressBook::terrible(const Entry& entry, Now now) const {
  if (entry.succeeded_ms == 0) {
    return entry.failures >= kFailuresWithoutSuccess || is_past(entry.heard_ms, kHearsayCounts, now);
  }
  return entry.failures >= kMaxDialFailures && is_past(entry.succeeded_ms, kSuccessCounts, now);
}

// -- coming and going --------------------------------------------------------------------------------------------

void AddressBook::load(const store::StoreView& view, Now now, Rng& rng) {
  if (const auto secret = view.get(node_store::kAddresses, kBookSecretKey);
      secret && is_book_row(kBookSecretKey, *secret)) {
    secret_ = *secret;
  } else {
    for (std::size_t at = 0; at < secret_.size(); at += sizeof(std::uint64_t)) {
      const std::uint64_t random = rng.next();
      std::memcpy(secret_.data() + at, &random, sizeof random);
    }
    secret_unsaved_ = true;
  }
  view.scan(node_store::kAddresses, "", [&](std::string_view key, std::string_view value) {
    const auto address = wire::parse_address(key);
    const auto row = decode_address_row(value);
    if (address && row) place_loaded(*address, *row, now);
    return true;
  });
}

void AddressBook::place_loaded(const wire::Address& address, const AddressRow& row, Now now) {
  Entry entry;
  entry.heard_ms = row.source ? row.heard_ms : to_unix_ms(now.wall);
  entry.succeeded_ms = row.succeeded_ms;
  entry.failures = row.failures;
  entry.source = row.source.value_or(keyed({"group", NetGroup(address.host).text()}));
  if (row.tried) entry.place = tried_place(address);
  entry.tried = row.tried && tried_.at(entry.place) == nullptr;
  if (!entry.tried) entry.place = new_place(address, entry.source);
  if (!entry.tried && new_.at(entry.place) != nullptr) return changed(address, now);  // which removes the row
  insert(address, entry);
  if (entry.tried != row.tried) changed(address, now);  // of format 2, which knew no places
}

bool AddressBook::add(const wire::Address& address, const NetGroup& source, Now now) {
  if (Item* known = find(address)) {
    heard_again(*known, now);
    return false;
  }
  Entry entry;
  entry.heard_ms = to_unix_ms(now.wall);
  entry.source = keyed({"group", source.text()});
  entry.place = new_place(address, entry.source);
  entry.next_attempt = now.instant;
  if (Item* there = new_.at(entry.place)) {
    if (!terrible(there->second, now)) return false;
    erase(*there, now);
  }
  insert(address, entry);
  changed(address, now);
  return true;
}

// What is not dialed, because others are, must not look like hearsay of long ago.
void AddressBook::heard_again(Item& known, Now now) {
  Entry& entry = known.second;
  if (entry.tried || entry.failures > 0 || !is_past(entry.heard_ms, kHeardAgain, now)) return;
  entry.heard_ms = to_unix_ms(now.wall);
  changed(known.first, now);
}

AddressBook::Item& AddressBook::insert(const wire::Address& address, const Entry& entry) {
  Item& item = *entries_.emplace(address, entry).first;
  (entry.tried ? tried_ : new_).put(entry.place, item);
  item.second.listed = static_cast<std::uint32_t>(listed_.size());
  listed_.push_back(&item);
  schedule_.insert({entry.next_attempt, &item});
  return item;
}

void AddressBook::erase(Item& item, Now now) {
  const wire::Address address = item.first;
  const Entry entry = item.second;
  schedule_.erase({entry.next_attempt, &item});
  listed_[entry.listed] = listed_.back();
  listed_[entry.listed]->second.listed = entry.listed;
  listed_.pop_back();
  (entry.tried ? tried_ : new_).clear(entry.place);
  std::erase_if(claims_, [&](const auto& claim) { return claim.second == address; });
  entries_.erase(address);
  changed(address, now);
  if (!entry.tried) return;
  if (Item* claimant = claimant_of(entry.place)) take_tried_place(*claimant, entry.place, now);
}

void AddressBook::forget(const wire::Address& address, Now now) {
  if (Item* item = find(address)) erase(*item, now);
}

void AddressBook::said_to_have_left(const wire::Address& address, Now now) {
  Item* item = find(address);
  if (item == nullptr) return;
  if (item->second.succeeded_ms == 0) return erase(*item, now);
  item->second.said_to_have_left = true;
}

// -- how dials end -----------------------------------------------------------------------------------------------

void AddressBook::succeeded(const wire::Address& address, Now now) {
  Item* item = find(address);
  if (item == nullptr) return;
  Entry& entry = item->second;
  entry.succeeded_ms = std::max<std::uint64_t>(to_unix_ms(now.wall), 1);
  entry.failures = 0;
  entry.said_to_have_left = false;
  schedule(*item, now.instant + kFirstRetry);
  changed(address, now);
  if (entry.tried) {
    claims_.erase(entry.place);
  } else {
    make_tried(*item, now);
  }
}

void AddressBook::lost(const wire::Address& address, bool settled, Now now, Rng& rng) {
  Item* item = find(address);
  if (item == nullptr) return;
  std::uint8_t& unsettled = item->second.unsettled;
  if (settled) {
    unsettled = 0;
    return;
  }
  schedule(*item, now.instant + Backoff::wait(unsettled, kFirstRetry, kLastRetry, rng));
  if (unsettled < UINT8_MAX) ++unsettled;
}

void AddressBook::make_tried(Item& item, Now now) {
  const BucketPlace place = tried_place(item.first);
  const Item* there = tried_.at(place);
  if (there == nullptr || terrible(there->second, now)) {
    take_tried_place(item, place, now);
  } else if (claims_.size() < kMaxClaims) {
    claims_.try_emplace(place, item.first);
  }
}

// Who was there goes back among the new ones, and displaces whoever is in its place there.
void AddressBook::take_tried_place(Item& newcomer, BucketPlace place, Now now) {
  claims_.erase(place);
  new_.clear(newcomer.second.place);
  Item* displaced = tried_.at(place);
  tried_.put(place, newcomer);
  newcomer.second.tried = true;
  newcomer.second.place = place;
  changed(newcomer.first, now);
  if (displaced == nullptr) return;
  const BucketPlace back = new_place(displaced->first, displaced->second.source);
  if (Item* there = new_.at(back)) erase(*there, now);
  displaced->second.tried = false;
  displaced->second.place = back;
  new_.put(back, *displaced);
  changed(displaced->first, now);
}

void AddressBook::failed(const wire::Address& address, Now now, Rng& rng, bool counts) {
  Item* item = find(address);
  if (item == nullptr) return;
  if (!counts && !few()) return schedule(*item, now.instant + kLastRetry);
  Entry& entry = item->second;
  const unsigned before = entry.failures;
  if (entry.failures < UINT8_MAX) ++entry.failures;
  changed(address, now);
  if (entry.tried) {
    if (Item* claimant = claimant_of(entry.place)) take_tried_place(*claimant, entry.place, now);
  }
  const bool is_terrible = terrible(entry, now);
  if (!few() && (entry.said_to_have_left || (is_terrible && entry.failures >= kMaxDialFailures))) {
    return erase(*item, now);
  }
  const milliseconds last = is_terrible && !few() ? milliseconds(kTerribleRetry) : kLastRetry;
  schedule(*item, now.instant + Backoff::wait(before, kFirstRetry, last, rng));
}

void AddressBook::postpone(const wire::Address& address, Now now, std::chrono::seconds wait) {
  if (Item* item = find(address)) schedule(*item, now.instant + wait);
}

// -- whom to dial, whom to tell of -------------------------------------------------------------------------------

std::optional<wire::Address> AddressBook::draw(Instant now, Rng& rng,
                                               const std::function<bool(const wire::Address&)>& usable) {
  look_again_at_.reset();
  for (std::size_t probe = 0; probe < kDrawProbes && !entries_.empty(); ++probe) {
    const bool from_tried = new_.size() == 0 || (tried_.size() > 0 && rng.below(2) == 0);
    const Item& item = *(from_tried ? tried_ : new_).draw(rng);
    if (item.second.next_attempt <= now && usable(item.first)) return item.first;
  }
  std::vector<const wire::Address*> ready;
  std::size_t walked = 0;
  for (const auto& [at, item] : schedule_) {
    if (at > now) break;
    if (++walked > kMaxDrawWalk) {
      look_again_at_ = now + kDrawAgain;
      break;
    }
    if (usable(item->first)) ready.push_back(&item->first);
  }
  if (ready.empty()) return std::nullopt;
  return *ready[rng.below(ready.size())];
}

std::optional<Instant> AddressBook::next_attempt(Instant from) const {
  const auto due = schedule_.lower_bound({from + Instant::duration(1), nullptr});
  std::optional<Instant> next;
  if (due != schedule_.end()) next = due->at;
  if (look_again_at_ && *look_again_at_ > from && (!next || *look_again_at_ < *next)) next = look_again_at_;
  return next;
}

std::optional<wire::Address> AddressBook::to_test() const {
  if (claims_.empty()) return std::nullopt;
  return tried_.at(claims_.begin()->first)->first;
}

std::vector<wire::Address> AddressBook::sample(std::size_t limit, Now now, Rng& rng) const {
  std::vector<Item*> shuffled = listed_;
  std::vector<wire::Address> chosen;
  for (std::size_t i = 0; i < shuffled.size() && chosen.size() < limit; ++i) {
    std::swap(shuffled[i], shuffled[i + rng.below(shuffled.size() - i)]);
    const Entry& entry = shuffled[i]->second;
    if (entry.failures > 0 || entry.said_to_have_left || terrible(entry, now)) continue;
    chosen.push_back(shuffled[i]->first);
  }
  return chosen;
}

bool AddressBook::is_tried(const wire::Address& address) const {
  const auto item = entries_.find(address);
  return item != entries_.end() && item->second.tried;
}

bool AddressBook::is_terrible(const wire::Address& address, Now now) const {
  const auto item = entries_.find(address);
  return item != entries_.end() && terrible(item->second, now);
}

// -- upkeep ------------------------------------------------------------------------------------------------------

store::WriteBatch AddressBook::flush() {
  store::WriteBatch batch;
  if (secret_unsaved_ && !unsaved_.empty()) {
    batch.put(node_store::kAddresses, std::string(kBookSecretKey), secret_);
    secret_unsaved_ = false;
  }
  for (const wire::Address& address : unsaved_) {
    const Item* item = find(address);
    if (item == nullptr) {
      batch.remove(node_store::kAddresses, address.text());
    } else {
      const Entry& entry = item->second;
      batch.put(node_store::kAddresses, address.text(),
                encode(AddressRow{entry.tried, entry.failures, entry.heard_ms, entry.succeeded_ms, entry.source}));
    }
  }
  unsaved_.clear();
  flush_at_.reset();
  return batch;
}

AddressBook::Item* AddressBook::find(const wire::Address& address) {
  const auto item = entries_.find(address);
  return item == entries_.end() ? nullptr : &*item;
}

AddressBook::Item* AddressBook::claimant_of(BucketPlace place) {
  const auto claim = claims_.find(place);
  return claim == claims_.end() ? nullptr : find(claim->second);
}

void AddressBook::schedule(Item& item, Instant next_attempt) {
  schedule_.erase({item.second.next_attempt, &item});
  item.second.next_attempt = next_attempt;
  schedule_.insert({next_attempt, &item});
}

void AddressBook::changed(const wire::Address& address, Now now) {
  unsaved_.insert(address);
  if (!flush_at_) flush_at_ = now.instant + kAddressFlushInterval;
}

}  // namespace suara::p2p
