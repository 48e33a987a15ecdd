// Addresses of nodes, on disk: what lets a node that was ever connected come back without a bootstrap server.
//
// After Bitcoin Core's addrman. Anybody may tell of any number of addresses, so the book is built that somebody who
// does cannot fill it: an address has one place, in one of 1,024 buckets of new addresses or of 256 of tried ones, 64
// places each, by hashes with a secret of this node. What comes from one source's network (net_group.hpp) reaches 64
// of the new buckets, and the addresses of one network 8 of the tried ones. An address is tried only once a handshake
// over it succeeded. A new one that finds its place taken is not taken on, unless the other is terrible. A tried one
// keeps its place until it has been dialed once more and did not answer: to_test() names it, what became of the dial
// decides, and meanwhile the newcomer stays among the new.
//
// A failing address is dialed less and less often. It is terrible once it failed 3 times and never succeeded, failed
// 10 times and last succeeded more than 7 days ago, or was heard of 30 days ago and never succeeded. Terrible ones are
// told to nobody, make place first, and are forgotten after 10 failures in a row while more than a few others are
// known.
//
// An address takes about 220 bytes beside its host's text; a full book, 80 k, some 18 MB, an empty one 0.7 MB. Nothing
// but load(), and sample() over a list of pointers, goes through all of it.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/store/store_view.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"
#include "common/wire/address.hpp"
#include "peer-node/p2p/address_row.hpp"
#include "peer-node/p2p/bucket_table.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/p2p/net_group.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace suara::p2p {

class AddressBook {
 public:
  AddressBook() : new_(kNewBuckets), tried_(kTriedBuckets) {}

  /// What the store holds of kAddresses, into an empty book; unreadable entries, and those that find no place, are left
  /// out. All may be dialed at once. A secret is drawn if there is none yet.
  void load(const store::StoreView& view, Now now, Rng& rng);

  /// True when it was not known and found a place. `source`: of whoever told.
  bool add(const wire::Address& address, const NetGroup& source, Now now);
  /// Out of the book, whatever it is worth: it leads to this very node.
  void forget(const wire::Address& address, Now now);
  /// Somebody says that it is gone. A new one is forgotten; a tried one is told to nobody, and forgotten when the next
  /// dial fails: one that lies must not empty the book.
  void said_to_have_left(const wire::Address& address, Now now);

  /// A handshake over it succeeded.
  void succeeded(const wire::Address& address, Now now);
  /// The connection that succeeded has ended. If it had settled, it may be dialed at once; else the address is good,
  /// but waits twice as long each time.
  void lost(const wire::Address& address, bool settled, Now now, Rng& rng);
  /// `counts`: it speaks against the address. While no peer is connected at all it does not: more likely this machine
  /// is cut off, and would forget everybody.
  void failed(const wire::Address& address, Now now, Rng& rng, bool counts = true);
  /// Not to be dialed for `wait`: it leads to a node connected already, or to one that is not wanted.
  void postpone(const wire::Address& address, Now now, std::chrono::seconds wait);

  /// One that may be dialed now and passes `usable`: tried or new alike likely. In a book of more than kMaxDrawWalk
  /// that are due, nullopt may mean that only others were looked at; next_attempt() then has another look soon.
  std::optional<wire::Address> draw(Instant now, Rng& rng, const std::function<bool(const wire::Address&)>& usable);
  /// When the next one after `from` may be dialed, whether usable or not.
  [[nodiscard]] std::optional<Instant> next_attempt(Instant from) const;
  /// A tried address whose place another claims: to be dialed, and succeeded() or failed() called.
  [[nodiscard]] std::optional<wire::Address> to_test() const;

  /// At most `limit`, drawn at random, for those who ask; none that fails.
  [[nodiscard]] std::vector<wire::Address> sample(std::size_t limit, Now now, Rng& rng) const;

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t tried() const { return tried_.size(); }
  [[nodiscard]] bool contains(const wire::Address& address) const { return entries_.contains(address); }
  [[nodiscard]] bool is_tried(const wire::Address& address) const;
  [[nodiscard]] bool is_terrible(const wire::Address& address, Now now) const;

  /// Changes to be written wait until then.
  [[nodiscard]] std::optional<Instant> flush_deadline() const { return flush_at_; }
  [[nodiscard]] store::WriteBatch flush();

 private:
  struct Entry {
    std::uint64_t heard_ms = 0;
    std::uint64_t succeeded_ms = 0;
    std::uint64_t source = 0;  // its group, hashed with the secret
    Instant next_attempt;      // in this life
    BucketPlace place = 0;
    std::uint32_t listed = 0;  // where in listed_
    std::uint8_t failures = 0;
    std::uint8_t unsettled = 0;  // connections in a row, in this life
    bool tried = false;
    bool said_to_have_left = false;
  };
  using Entries = std::map<wire::Address, Entry>;
  using Item = Entries::value_type;
  struct Due {
    Instant at;
    Item* item;
    bool operator<(const Due& other) const {
      if (at != other.at) return at < other.at;
      return other.item != nullptr && (item == nullptr || item->first < other.item->first);  // null: before all
    }
  };

  Item* find(const wire::Address& address);
  [[nodiscard]] bool terrible(const Entry& entry, Now now) const;
  [[nodiscard]] bool few() const { return entries_.size() <= kMinAddresses; }

  [[nodiscard]] std::uint64_t keyed(std::initializer_list<std::string_view> parts) const;
  [[nodiscard]] BucketPlace new_place(const wire::Address& address, std::uint64_t source) const;
  [[nodiscard]] BucketPlace tried_place(const wire::Address& address) const;
  void place_loaded(const wire::Address& address, const AddressRow& row, Now now);
  void heard_again(Item& known, Now now);
  Item& insert(const wire::Address& address, const Entry& entry);
  void make_tried(Item& item, Now now);
  void take_tried_place(Item& newcomer, BucketPlace place, Now now);
  [[nodiscard]] Item* claimant_of(BucketPlace place);
  void schedule(Item& item, Instant next_attempt);
  void erase(Item& item, Now now);
  void changed(const wire::Address& address, Now now);

  std::string secret_ = std::string(sizeof(Hash256::bytes), '\0');
  Entries entries_;
  BucketTable<Item> new_;
  BucketTable<Item> tried_;
  std::vector<Item*> listed_;                    // all, in no order that means anything
  std::set<Due> schedule_;                       // of all, by next_attempt
  std::map<BucketPlace, wire::Address> claims_;  // places among the tried, and the new ones that claim them
  std::optional<Instant> look_again_at_;         // the last draw did not look at all that are due
  std::set<wire::Address> unsaved_;
  bool secret_unsaved_ = false;
  std::optional<Instant> flush_at_;
};

}  // namespace suara::p2p
