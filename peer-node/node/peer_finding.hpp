// All ways of finding peers (p2p/discovery.hpp), in one address book: the bootstrap servers' lists and pushes, gossip,
// and newcomers that say where they listen; and the peers the operator named. Dials while there are too few
// connections.
#pragma once

#include "peer-node/node/context.hpp"
#include "peer-node/p2p/address_book.hpp"
#include "peer-node/p2p/bootstrap_servers.hpp"
#include "peer-node/p2p/connection_manager.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace suara::node {

class PeerFinding {
 public:
  explicit PeerFinding(Context& context);

  void start();

  /// Of a bootstrap server: nothing is returned. Of a peer: the attempt that led to it.
  std::optional<p2p::ConnectionManager::Attempt> dialed(const Dialed& event);
  void dial_failed(const DialFailed& event);

  /// True when the connection is a bootstrap server's.
  bool line(ConnectionId connection, std::string_view line);
  bool disconnected(ConnectionId connection, const Error& reason);

  void ready(p2p::Peer& peer);
  /// A feeler: it is there.
  void answered(p2p::Peer& peer);
  /// The connection ended. An address that led nowhere, to one that misbehaved, or to one that has no place for us, is
  /// tried less and less often.
  void gone(const p2p::Peer& peer);
  void is_self(p2p::Peer& peer);
  void is_duplicate(p2p::Peer& peer);

  /// Dials, whatever the caps say; the peer is exempt from them like a static one, and not dialed again when it is
  /// lost. nullopt: this is our own address.
  std::optional<DialId> connect(const wire::Address& address);
  /// It is being ended, by our choice: not to be dialed again at once.
  void leave_alone(p2p::Peer& peer);
  /// How many outbound connections there may be, static ones not counted. Those beyond are not ended.
  void allow_outbound(std::size_t connections) {
    manager_.allow_outbound(connections);
    look_for_peers_ = true;
  }

  void peers_asked(p2p::Peer& peer);
  void peers_told(p2p::Peer& peer, const std::vector<wire::Address>& addresses);
  /// A classic notice; counts only when it comes from a configured bootstrap server.
  void notice(const std::string& remote_host, const wire::Address& address, bool joined);

  [[nodiscard]] bool is_bootstrap_host(const std::string& host) const { return bootstrap_hosts_.contains(host); }

  void drive();
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Deregisters everywhere.
  void shut_down();
  [[nodiscard]] bool removals_pending() const;
  /// Closes what is left, and writes what is unsaved.
  void finish();

  [[nodiscard]] std::vector<BootstrapInfo> bootstrap() const;

 private:
  /// Those that were not known and found a place.
  std::vector<wire::Address> learn(std::span<const wire::Address> addresses, const p2p::NetGroup& source);
  void forget(const wire::Address& address);
  void gossip(const std::vector<wire::Address>& news, ConnectionId except);
  void dial_bootstrap_servers();
  void dial_peers();
  [[nodiscard]] bool unwelcome(const p2p::ConnectionManager::Attempt& attempt) const;
  void learn_servers(const p2p::BootstrapClient& teller, const p2p::Found& found);
  void save();

  Context& context_;
  p2p::BootstrapServers servers_;
  std::set<std::string> bootstrap_hosts_;  // of configured ones, as named and as resolved
  p2p::AddressBook book_;
  p2p::ConnectionManager manager_;
  std::uint64_t next_dial_ = 1;
  bool look_for_peers_ = false;  // something changed: there may be somebody to dial
  Instant look_from_;            // attempts that were due until then have been considered
  bool started_ = false;
};

}  // namespace suara::node
