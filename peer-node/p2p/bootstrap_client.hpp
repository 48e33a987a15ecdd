// One bootstrap server, from a node's side: a long-lived connection on which the node registers (and keeps its lease)
// and, as far as those ways of finding peers are on, subscribes to joins and leaves and asks for the list: now and
// then, or, to announce itself to those listed, as long as it has no peers. A server that cannot be reached is said
// once, and tried again with jittered backoff; so is one that can be reached again.
//
// What it registers and removes is signed by the node's key, so that nobody else can. Sequences are milliseconds since
// 1970, and greater than the one before even where the clock went back; a server that has seen greater ones, because
// the clock was ahead in an earlier life, says so, and the next goes on from there.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/rng.hpp"
#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"
#include "common/wire/bootstrap_messages.hpp"
#include "peer-node/node/outbox.hpp"
#include "peer-node/p2p/address_allowance.hpp"
#include "peer-node/p2p/backoff.hpp"
#include "peer-node/p2p/discovery.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace suara::p2p {

/// What a line of the server means for finding peers.
struct Found {
  std::vector<wire::Address> joined;
  std::vector<wire::Address> left;
  std::vector<wire::Address> others;  ///< bootstrap servers that it names
  bool registered = false;            ///< it granted a registration
};

/// What a node asks of its bootstrap servers, and tells them.
struct Membership {
  NetworkId network;
  PrivateKey key;
  std::optional<wire::Address> own;             ///< what to register; none: the node only listens to the list
  std::function<wire::PeerStatus(Now)> status;  ///< for each registration
  Discovery ways;
  std::function<bool()> has_peers;
};

class BootstrapClient {
 public:
  /// Named by the operator, or by another server: of that one little is expected, and little said in the log.
  enum class Standing : std::uint8_t { kConfigured, kLearnt };

  BootstrapClient(wire::Address server, Membership membership, Standing standing = Standing::kConfigured);

  [[nodiscard]] const wire::Address& server() const { return server_; }
  enum class State : std::uint8_t { kUntried, kReachable, kUnreachable };
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool registered() const { return registered_; }

  /// Whether to dial now; began() follows.
  [[nodiscard]] bool wants_dial(Instant now) const;
  void began(DialId dial) { dial_ = dial; }
  [[nodiscard]] std::optional<DialId> dial() const { return dial_; }
  [[nodiscard]] std::optional<ConnectionId> connection() const { return connection_; }

  void connected(ConnectionId connection, Now now, Rng& rng, node::Outbox& out);
  void dial_failed(const Error& error, Now now, Rng& rng, node::Outbox& out);
  void disconnected(const Error& reason, Now now, Rng& rng, node::Outbox& out);
  Found line(std::string_view line, Now now, Rng& rng, node::Outbox& out);

  /// What is due: refresh, poll, the end of patience with an answer.
  void tick(Now now, Rng& rng, node::Outbox& out);
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Asks for removal; true when there is an answer to wait for. Nothing is dialed any more.
  bool shut_down(Now now, node::Outbox& out);
  [[nodiscard]] bool removal_pending() const { return removing_ && connection_.has_value(); }

 private:
  void send(const wire::BootstrapRequest& request, Instant now, node::Outbox& out);
  void send_register(Now now, node::Outbox& out);
  void send_remove(Now now, node::Outbox& out);
  std::uint64_t next_sequence(WallTime now);
  void send_get_peers(Now now, Rng& rng, node::Outbox& out);
  void poll_later(Instant now, Rng& rng);
  void lost(const std::string& why, Now now, Rng& rng, node::Outbox& out);
  void reset_connection();
  void take(const wire::Registered& reply, Now now, node::Outbox& out);
  void take(const wire::ErrorReply& reply, Now now, Rng& rng, node::Outbox& out);
  [[nodiscard]] std::string name() const { return "bootstrap server " + server_.text(); }

  wire::Address server_;
  Membership membership_;
  Standing standing_;
  AddressAllowance pushes_{Instant{}, kPushInterval};  // joins and leaves
  State state_ = State::kUntried;
  Backoff backoff_;
  Instant next_dial_;
  std::optional<DialId> dial_;
  std::optional<ConnectionId> connection_;
  bool registered_ = false;
  bool removing_ = false;
  bool closed_ = false;
  std::uint64_t sequence_ = 0;             // of the last signed request, or what the server says that was
  bool sequence_corrected_ = false;        // since the last registration that was taken
  std::string last_error_code_;            // reported already
  std::optional<std::uint64_t> revision_;  // of the last event seen
  std::size_t awaited_ = 0;                // replies
  Instant answer_by_;
  std::optional<Instant> refresh_at_;
  std::optional<Instant> poll_at_;
  Instant said_at_;  // the last request
};

}  // namespace suara::p2p
