// What the operator tells the node while it runs: ban, unban, disconnect, connect. Whoever can reach the HTTP interface
// can send commands, so only those count that the node's admin key has signed, each once: its sequence must exceed that
// of all before, over restarts too. Answered once what was decided is on disk, `connect` moreover once the peer is
// ready or gone.
#pragma once

#include "peer-node/node/context.hpp"
#include "peer-node/node/peer_finding.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace suara::node {

class AdminCommands {
 public:
  AdminCommands(Context& context, PeerFinding& finding) : context_(context), finding_(finding) {}

  void command(const AdminCommand& event);
  void stored(StoreToken token);

  // -- how `connect` fares --
  void dialed(DialId dial, ConnectionId connection);
  void dial_failed(DialId dial, const Error& why);
  void ready(const p2p::Peer& peer);
  void ended(const p2p::Peer& peer);

  /// Those that wait to connect are told that nothing will come of it.
  void shut_down();
  [[nodiscard]] std::size_t waiting() const { return dials_.size() + handshakes_.size(); }

 private:
  struct Unstored {
    StoreToken token;
    RequestId request;
    Result<CommandOutcome> outcome;
  };

  [[nodiscard]] Result<void> may(const wire::NodeCommand& command) const;
  /// What came of it, as far as that is known at once; nullopt for a `connect` that is under way.
  std::optional<Result<CommandOutcome>> obey(const AdminCommand& event, store::WriteBatch& writes);
  Result<CommandOutcome> ban(const wire::NodeCommand& command, store::WriteBatch& writes);
  Result<CommandOutcome> unban(const wire::NodeCommand& command, store::WriteBatch& writes);
  Result<CommandOutcome> disconnect(const wire::NodeCommand& command);
  Result<void> connect(const wire::NodeCommand& command, RequestId request);
  template <class Matches>
  std::size_t end_connections(const Matches& matches, const std::string& reason);
  /// Once all that was decided so far is on disk.
  void answer_when_stored(RequestId request, Result<CommandOutcome> outcome);
  void answer(RequestId request, Result<CommandOutcome> outcome);

  Context& context_;
  PeerFinding& finding_;
  std::deque<Unstored> unstored_;
  std::map<DialId, RequestId> dials_;
  std::map<ConnectionId, RequestId> handshakes_;
};

}  // namespace suara::node
