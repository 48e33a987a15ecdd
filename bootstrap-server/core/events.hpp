// Everything that can happen to the directory server, as the shell reports it.
#pragma once

#include "common/util/error.hpp"
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

/// The deadline passed; also sent harmlessly at any other time.
struct Tick {};

using Event = std::variant<Connected, RequestReceived, BadRequest, Disconnected, Stored, Tick>;

}  // namespace suara::directory
