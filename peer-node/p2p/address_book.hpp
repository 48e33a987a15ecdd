// Addresses of nodes, on disk: what lets a node that was ever connected come back without a bootstrap server.
// Bounded by kMaxAddresses; when full, the entry with the most failures and the oldest success makes place.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"
#include "common/wire/address.hpp"
#include "peer-node/p2p/backoff.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace suara::p2p {

class AddressBook {
 public:
  /// What the store holds of kAddresses; unreadable entries are left out.
  void load(const store::StoreView& view);

  /// True when it was not known.
  bool add(const wire::Address& address, Now now);
  void forget(const wire::Address& address, Now now);

  void dial_succeeded(const wire::Address& address, Now now);
  /// Backs off; forgets after kMaxDialFailures in a row.
  void dial_failed(const wire::Address& address, Now now, Rng& rng);
  /// Not to be dialed for `wait`: it leads to ourselves or to a node connected already.
  void postpone(const wire::Address& address, Now now, std::chrono::seconds wait);

  /// One that may be dialed now and passes `usable`, drawn at random.
  [[nodiscard]] std::optional<wire::Address> draw(Instant now, Rng& rng,
                                                  const std::function<bool(const wire::Address&)>& usable) const;
  /// When the next one after `from` may be dialed, whether usable or not.
  [[nodiscard]] std::optional<Instant> next_attempt(Instant from) const;
  /// At most `limit`, drawn at random, for those who ask.
  [[nodiscard]] std::vector<wire::Address> sample(std::size_t limit, Rng& rng) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool contains(const wire::Address& address) const { return entries_.contains(address); }

  /// Changes to be written wait until then.
  [[nodiscard]] std::optional<Instant> flush_deadline() const { return flush_at_; }
  [[nodiscard]] store::WriteBatch flush();

 private:
  struct Entry {
    std::uint64_t succeeded_ms = 0;  ///< wall time of the last success; 0: never
    Backoff backoff;
    Instant next_attempt;  ///< in this life
  };
  using Entries = std::map<wire::Address, Entry>;

  void changed(const wire::Address& address, Instant now);
  void schedule(Entries::iterator entry, Instant next_attempt);
  void erase(Entries::iterator entry);
  void make_place(Instant now);

  Entries entries_;
  std::set<std::pair<Instant, wire::Address>> schedule_;  // of all entries, by next_attempt
  std::set<wire::Address> unsaved_;
  std::optional<Instant> flush_at_;
};

}  // namespace suara::p2p
