// Everything that can happen to the directory server, as the shell reports it.
#pragma once

#include "common/util/error.hpp"
#include "common/util/result.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <string>
#include <variant>

namespace suara::directory {

/// Someone connected. `remote_host` is the address literal, without port.
struct Connected {
  ConnectionId connection;
  std::string remote_host;
  std::uint16_t remote_port = 0;
};

/// A well-formed request; requests on one connection are answered in order.
struct RequestReceived {
  ConnectionId connection;
  wire::BootstrapRequest request;
};

/// Bytes that are no request: a bad line, JSON, member or value. The framing survives unless `fatal`.
struct BadRequest {
  ConnectionId connection;
  Error error;
  bool fatal = false;
};

/// The connection is gone, whoever closed it. Nothing more is reported of it.
struct Disconnected {
  ConnectionId connection;
};

/// The batch is durable.
struct Stored {
  StoreToken token;
};

/// A probe's end, once for each, in any order.
struct Probed {
  ProbeId probe;
  bool connected = false;      ///< somebody accepts connections there, whatever came of it
  Result<std::string> answer;  ///< the line that came back, empty where none was wanted
};

/// The disk is full: batches handed out wait, in order, and no `Stored` comes until there is room.
struct StoreUnavailable {
  std::string reason;
};

/// There is room again; the batches that waited are reported stored next.
struct StoreAvailable {};

/// What a `CheckSignature` found.
struct SignatureChecked {
  SignatureCheckId check;
  bool valid = false;
};

/// The deadline passed; also sent harmlessly at any other time.
struct Tick {};

using Event = std::variant<Connected, RequestReceived, BadRequest, Disconnected, Stored, StoreUnavailable,
                           StoreAvailable, Probed, SignatureChecked, Tick>;

}  // namespace suara::directory
