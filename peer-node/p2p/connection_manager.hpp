// Whom to dial, and when: static peers always, an address whose place in the book another claims only to see whether it
// answers (a feeler; one at a time), others from the address book until there are enough outbound
// connections, at most one into each group of likely one hand (net_group.hpp). Knows nothing of what is said on a
// connection; the node tells it how each attempt ended.
#pragma once

#include "common/util/strong_id.hpp"
#include "peer-node/p2p/address_book.hpp"
#include "peer-node/p2p/backoff.hpp"
#include "peer-node/p2p/peer_set.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace suara::p2p {

class ConnectionManager {
 public:
  ConnectionManager(std::vector<wire::Address> static_peers, std::optional<wire::Address> own,
                    std::size_t max_outbound);

  struct Attempt {
    wire::Address address;
    bool is_static = false;
    bool is_feeler = false;  ///< to be ended as soon as it has proved itself
  };

  /// Addresses to dial now; the caller names each attempt with began().
  [[nodiscard]] std::vector<Attempt> due(Now now, const PeerSet& peers, AddressBook& book, Rng& rng);
  void began(DialId dial, const Attempt& attempt) { dialing_.emplace(dial, attempt); }
  /// The attempt behind a DialId, once; nullopt when it is not one of ours.
  std::optional<Attempt> ended(DialId dial);

  /// The connection could not be made, or did not become ready.
  /// `counts`: as for AddressBook::failed.
  void failed(const Attempt& attempt, Now now, AddressBook& book, Rng& rng, bool counts = true);
  /// It became ready. That does not shorten the next wait yet: the other end may have no place for us.
  void succeeded(const Attempt& attempt, Now now, AddressBook& book);
  /// It was ready and has ended, after this long: sooner than kSettledAfter, and the next attempt waits as after a
  /// failure.
  void lost(const Attempt& attempt, Instant::duration lasted, Now now, AddressBook& book, Rng& rng);
  /// It led to this very node: never dialed again in this life.
  void is_self(const wire::Address& address) {
    if (own_.size() < kMaxOwnAddresses) own_.insert(address);
  }
  /// It led to a node connected already.
  void is_duplicate(const wire::Address& address, Now now, AddressBook& book);
  /// It led to this host, and another outbound connection into its group is open: a name may lead anywhere.
  [[nodiscard]] static bool is_crowded(const Attempt& attempt, const NetGroup& group, const PeerSet& peers);

  void allow_outbound(std::size_t connections) { max_outbound_ = connections; }

  [[nodiscard]] bool is_own(const wire::Address& address) const { return own_.contains(address); }
  /// The first moment after `from` at which due() may have more to say.
  [[nodiscard]] std::optional<Instant> deadline(Instant from, const PeerSet& peers, const AddressBook& book) const;

 private:
  struct Static {
    Backoff backoff;
    Instant next_attempt;
  };

  [[nodiscard]] std::optional<Attempt> feeler(Now now, const PeerSet& peers, AddressBook& book) const;
  [[nodiscard]] bool usable(const wire::Address& address, const PeerSet& peers) const;
  /// Static peers do not count: who the operator trusts takes nobody's place.
  [[nodiscard]] std::set<NetGroup> groups_taken(const PeerSet& peers) const;
  [[nodiscard]] bool is_dialing(const wire::Address& address) const;
  [[nodiscard]] std::size_t dialing_others() const;

  std::map<wire::Address, Static> static_;
  std::set<wire::Address> own_;
  std::size_t max_outbound_;
  std::map<DialId, Attempt> dialing_;
};

}  // namespace suara::p2p
