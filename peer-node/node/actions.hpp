// Everything a node can ask its shell to do, in order.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/store/store_view.hpp"
#include "common/util/report.hpp"
#include "peer-node/node/events.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace suara::node {

struct Dial {
  DialId dial;
  wire::Address address;
};

/// Shared, because a broadcast is encoded once. The shell bounds the queue and disconnects beyond it.
struct Send {
  ConnectionId connection;
  std::shared_ptr<const std::string> bytes;
};

/// Close once what was sent has been written; `reason` goes to the log.
struct Close {
  ConnectionId connection;
  std::string reason;
};

/// The peer has proved itself: lines up to this size are accepted from now on.
struct RaiseLineLimit {
  ConnectionId connection;
  std::size_t size_bytes = 0;
};

/// Make the batch durable (synced), then report Stored. A failure ends the daemon with exit code 74.
struct Store {
  StoreToken token;
  store::WriteBatch batch;
};

struct SignatureCheck {
  PublicKey key;
  Hash256 digest;
  Signature signature;
};

/// Check signatures on a worker, then report Verified.
struct Verify {
  VerifyId verify;
  std::vector<SignatureCheck> checks;
};

/// Search a nonce for this header, replacing the previous job.
struct Mine {
  MiningJobId job;
  chain::Header header;
};

struct StopMining {};

/// The answer to a Submit: the transaction's id, or what was wrong.
struct Respond {
  RequestId request;
  Result<ledger::TransactionId> result;
};

struct CommandOutcome {
  std::size_t connections_ended = 0;  ///< of ban and disconnect
  std::string node_key_hex;           ///< of connect: who is there
};

/// The answer to an AdminCommand.
struct CommandDone {
  RequestId request;
  Result<CommandOutcome> result;
};

/// Something the API's event stream and the console tell: the tip moved to this block.
struct TipMoved {
  chain::BlockId id;
  std::uint64_t height = 0;
};

/// Everything is said and stored: the process may end.
struct Stop {};

using Action = std::variant<Dial, Send, Close, RaiseLineLimit, Store, Verify, Mine, StopMining, Respond, CommandDone,
                            TipMoved, Report, Stop>;

}  // namespace suara::node
