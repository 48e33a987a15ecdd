// Everything the directory server can ask its shell to do, in order.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/report.hpp"
#include "common/util/strong_id.hpp"
#include "common/wire/address.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace suara::directory {

/// Write bytes to a connection; shared, because a broadcast is encoded once. The shell bounds the queue.
struct Send {
  ConnectionId connection;
  std::shared_ptr<const std::string> bytes;
};

/// Close once what was sent has been written; `reason` goes to the log.
struct Close {
  ConnectionId connection;
  std::string reason;
};

/// Make the batch durable (synced), then report `Stored`. A failure ends the daemon with exit code 74.
struct Store {
  StoreToken token;
  store::WriteBatch batch;
};

/// Classic notification: dial, write one line, close. Fire and forget; the shell bounds and times the dials.
struct Notify {
  wire::Address address;
  std::shared_ptr<const std::string> line;
};

using Action = std::variant<Send, Close, Store, Notify, Report>;

}  // namespace suara::directory
