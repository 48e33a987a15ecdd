// Everything that can happen to a node, as the shell (or the simulator) reports it.
#pragma once

#include "common/util/error.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/address.hpp"
#include "common/wire/node_command.hpp"
#include "peer-node/chain/block.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace suara::node {

/// A batch of signature checks handed to a worker.
using VerifyId = StrongId<struct VerifyTag>;
/// A header handed to the miner; a later job replaces the earlier one.
using MiningJobId = StrongId<struct MiningJobTag>;
/// A question from the API or the console.
using RequestId = StrongId<struct RequestTag>;

/// First event of a life: begin dialing, registering, mining.
struct Started {};

/// Somebody connected to us. `remote_host` is an address literal.
struct Accepted {
  ConnectionId connection;
  std::string remote_host;
  std::uint16_t remote_port = 0;
};

struct Dialed {
  DialId dial;
  ConnectionId connection;
  std::string remote_host;
};

struct DialFailed {
  DialId dial;
  Error error;
};

/// One line, as framed; the core decodes it, because who sent it decides what it means. Valid during the call.
struct LineReceived {
  ConnectionId connection;
  std::string_view line;
};

/// A line over the limit: the connection cannot be understood any more.
struct BadLine {
  ConnectionId connection;
  Error error;
};

/// Gone, whoever closed it. Nothing more is reported of it.
struct Disconnected {
  ConnectionId connection;
  Error reason;
};

/// The batch is durable.
struct Stored {
  StoreToken token;
};

/// Answer to Verify.
struct Verified {
  VerifyId verify;
  bool all_hold = false;
};

/// The miner found a nonce for this job.
struct Mined {
  MiningJobId job;
  std::uint64_t nonce = 0;
};

/// The miner has tried all nonces of this job in vain.
struct NoncesExhausted {
  MiningJobId job;
};

/// A transaction from the API or the console; answered by Respond with the same id.
struct Submit {
  RequestId request;
  Bytes transaction;  ///< canonical encoding
};

/// What the operator says over HTTP; answered by CommandDone with the same id.
struct AdminCommand {
  RequestId request;
  wire::NodeCommand command;
};

/// Deregister, say bye, then Stop.
struct ShutdownRequested {};

/// The deadline passed; also sent harmlessly at any other time.
struct Tick {};

using Event = std::variant<Started, Accepted, Dialed, DialFailed, LineReceived, BadLine, Disconnected, Stored, Verified,
                           Mined, NoncesExhausted, Submit, AdminCommand, ShutdownRequested, Tick>;

}  // namespace suara::node
