// Headers of a network that lists miners, on their way through the workers: nothing of a header is looked at before its
// seal is known to hold, and no signature is checked on the core's thread.
//
// The threat: whoever connects may send headers, and a bogus seal costs its maker nothing and us a signature check
// (60 us). So a key that is not listed ends the connection before any signature is looked at; a seal that is in the
// store already is not checked again, which leaves replays without effect; and what is left is bounded: checks at a
// time over all peers (kMaxSealChecks), messages that wait for one peer (kMaxHeaderMessagesPerPeer). One bad seal ends
// the connection, so that an attacker without a listed key gets one message's checks for a connection.
//
// Peers take turns, a message each; the messages of one peer keep their order.
#pragma once

#include "peer-node/node/context.hpp"

#include <deque>
#include <functional>
#include <map>
#include <vector>

namespace suara::node {

class SealChecks {
 public:
  using SealedHeaders = std::vector<chain::SealedHeader>;
  /// The peer is ready when this is called; all seals hold.
  using Checked = std::function<void(p2p::Peer&, const SealedHeaders&)>;

  SealChecks(Context& context, Checked checked) : context_(context), checked_(std::move(checked)) {}

  /// The headers of one message, of a network that lists miners: passed on once their seals hold, or the peer is
  /// dropped. Errors: RuleError kUnlistedMiner; NodeError kTooManyHeaders. Both are for the caller to drop it for.
  Result<void> take(const p2p::Peer& peer, SealedHeaders headers);
  void remove_peer(ConnectionId peer);

  /// What this peer sent is not all looked at yet.
  [[nodiscard]] bool waits(ConnectionId peer) const { return messages_.contains(peer); }
  [[nodiscard]] std::size_t peers() const { return messages_.size(); }

 private:
  struct Message {
    SealedHeaders headers;
    std::vector<SignatureCheck> checks;
  };

  [[nodiscard]] std::vector<SignatureCheck> checks_of(const SealedHeaders& headers) const;
  void start_next();
  void answered(ConnectionId connection, std::size_t checks, bool all_hold);

  Context& context_;
  Checked checked_;
  std::map<ConnectionId, std::deque<Message>> messages_;  // never empty; a peer's first is the next or being checked
  std::deque<ConnectionId> turns_;                        // peers whose first message is not being checked yet
  std::size_t checks_under_way_ = 0;
};

}  // namespace suara::node
