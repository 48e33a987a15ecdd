#include "peer-node/node/admin_commands.hpp"

#include "common/util/hex.hpp"
#include "peer-node/node/admin_error.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/node_error.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {
namespace {

constexpr const char* kBannedReason = "this node's operator has banned you";
constexpr const char* kDisconnectReason = "disconnected by this node's operator";

}  // namespace

Result<void> AdminCommands::may(const wire::NodeCommand& command) const {
  const auto& authorization = command.authorization;
  if (!authorization) return Error(AdminError::kUnsigned);
  if (context_.options.admin_key != authorization->key) {
    return Error(AdminError::kNotPermitted, to_hex(authorization->key.view()));
  }
  if (authorization->sequence > to_unix_ms(context_.now.wall + kMaxCommandSequenceAhead)) {
    return Error(AdminError::kSequenceAhead, std::to_string(authorization->sequence));
  }
  const std::uint64_t last =
      std::max(p2p::last_sequence(context_.overlay), to_unix_ms(context_.now.wall - kMaxCommandSequenceAhead));
  if (authorization->sequence <= last) {
    return Error(AdminError::kStaleSequence, "greater than " + std::to_string(last));
  }
  if (!verify(authorization->key, wire::digest_to_sign(command, context_.network), authorization->signature)) {
    return Error(AdminError::kBadSignature);
  }
  return {};
}

void AdminCommands::command(const AdminCommand& event) {
  if (context_.stopping) return answer(event.request, Error(NodeError::kShuttingDown));
  if (const auto allowed = may(event.command); !allowed) return answer(event.request, allowed.error());
  store::WriteBatch writes;
  p2p::put_last_sequence(event.command.authorization->sequence, writes);
  auto outcome = obey(event, writes);
  context_.out.report(Severity::kInfo, "the operator says: " + std::string(text_of(event.command.kind)) + " " +
                                           event.command.subject + (outcome && !*outcome ? ": refused" : ""));
  context_.commit(std::move(writes));
  if (outcome) answer_when_stored(event.request, std::move(*outcome));
}

std::optional<Result<CommandOutcome>> AdminCommands::obey(const AdminCommand& event, store::WriteBatch& writes) {
  switch (event.command.kind) {
    case wire::NodeCommandKind::kBan: return ban(event.command, writes);
    case wire::NodeCommandKind::kUnban: return unban(event.command, writes);
    case wire::NodeCommandKind::kDisconnect: return disconnect(event.command);
    case wire::NodeCommandKind::kConnect: {
      const auto begun = connect(event.command, event.request);
      if (begun) return std::nullopt;
      return Result<CommandOutcome>(begun.error());
    }
  }
  return std::nullopt;
}

Result<CommandOutcome> AdminCommands::ban(const wire::NodeCommand& command, store::WriteBatch& writes) {
  auto subject = p2p::BanSubject::parse(command.subject);
  if (!subject) return subject.error();
  const p2p::BanSubject who = *subject;
  const WallTime now = context_.now.wall;
  p2p::Ban ban{std::move(*subject), now, {}, command.reason};
  if (command.for_ms != 0) ban.until = now + std::chrono::milliseconds(command.for_ms);
  if (const auto added = context_.bans.add(std::move(ban), now, writes); !added) return added.error();
  return CommandOutcome{
      end_connections([&](const p2p::Peer& peer) { return context_.names(who, peer); }, kBannedReason), ""};
}

Result<CommandOutcome> AdminCommands::unban(const wire::NodeCommand& command, store::WriteBatch& writes) {
  const auto subject = p2p::BanSubject::parse(command.subject);
  if (!subject) return subject.error();
  if (const auto removed = context_.bans.remove(*subject, context_.now.wall, writes); !removed) return removed.error();
  return CommandOutcome{};
}

Result<CommandOutcome> AdminCommands::disconnect(const wire::NodeCommand& command) {
  std::size_t ended = 0;
  if (const auto address = wire::parse_address(command.subject)) {
    ended = end_connections(
        [&](const p2p::Peer& peer) {
          return peer.dialed == *address || peer.address() == *address || peer.remote == address->text();
        },
        kDisconnectReason);
  } else {
    const auto subject = p2p::BanSubject::parse(command.subject);
    if (!subject) return subject.error();
    ended = end_connections([&](const p2p::Peer& peer) { return context_.names(*subject, peer); }, kDisconnectReason);
  }
  if (ended == 0) return Error(AdminError::kNotConnected, command.subject);
  return CommandOutcome{ended, ""};
}

template <class Matches>
std::size_t AdminCommands::end_connections(const Matches& matches, const std::string& reason) {
  std::size_t ended = 0;
  for (auto& [connection, peer] : context_.peers.all()) {
    if (peer.closing || !matches(peer)) continue;
    context_.part(peer, reason);
    finding_.leave_alone(peer);
    ++ended;
  }
  return ended;
}

// -- connect -----------------------------------------------------------------------------------------------------

Result<void> AdminCommands::connect(const wire::NodeCommand& command, RequestId request) {
  const auto address = wire::parse_address(command.subject);
  if (!address) return Error(AdminError::kBadAddress, address.error().message());
  if (context_.bans.of_host(address->host, context_.now.wall) != nullptr) return Error(AdminError::kBanned);
  if (context_.peers.connected_to(*address)) return Error(AdminError::kAlreadyConnected, address->text());
  if (waiting() >= kMaxConnectCommands) return Error(NodeError::kBusy);
  const auto dial = finding_.connect(*address);
  if (!dial) return Error(AdminError::kOwnAddress, address->text());
  dials_.emplace(*dial, request);
  return {};
}

void AdminCommands::dialed(DialId dial, ConnectionId connection) {
  if (auto waiting = dials_.extract(dial)) {
    if (context_.peers.find(connection) != nullptr) {
      handshakes_.emplace(connection, waiting.mapped());
    } else {
      answer_when_stored(waiting.mapped(), Error(AdminError::kCannotConnect));
    }
  }
}

void AdminCommands::dial_failed(DialId dial, const Error& why) {
  auto waiting = dials_.extract(dial);
  if (waiting) answer_when_stored(waiting.mapped(), Error(AdminError::kCannotConnect, why.message()));
}

void AdminCommands::ready(const p2p::Peer& peer) {
  auto waiting = handshakes_.extract(peer.connection);
  if (!waiting) return;
  answer_when_stored(waiting.mapped(), CommandOutcome{0, to_hex(peer.handshake.theirs()->node_key.view())});
}

void AdminCommands::ended(const p2p::Peer& peer) {
  auto waiting = handshakes_.extract(peer.connection);
  if (waiting) answer_when_stored(waiting.mapped(), Error(AdminError::kCannotConnect, peer.end_reason));
}

// -- answers -----------------------------------------------------------------------------------------------------

// The command's sequence among it: after a power loss it must not be obeyed once more.
void AdminCommands::answer_when_stored(RequestId request, Result<CommandOutcome> outcome) {
  const auto newest = context_.newest_in_flight();
  if (!newest) return answer(request, std::move(outcome));
  unstored_.push_back({*newest, request, std::move(outcome)});
}

void AdminCommands::stored(StoreToken token) {
  while (!unstored_.empty() && unstored_.front().token <= token) {
    answer(unstored_.front().request, std::move(unstored_.front().outcome));
    unstored_.pop_front();
  }
}

void AdminCommands::shut_down() {
  for (const auto& [dial, request] : std::exchange(dials_, {})) answer(request, Error(NodeError::kShuttingDown));
  for (const auto& [connection, request] : std::exchange(handshakes_, {})) {
    answer(request, Error(NodeError::kShuttingDown));
  }
}

void AdminCommands::answer(RequestId request, Result<CommandOutcome> outcome) {
  context_.out.add(CommandDone{request, std::move(outcome)});
}

}  // namespace suara::node
