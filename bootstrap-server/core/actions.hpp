// Everything the directory server can ask its shell to do, in order.
#pragma once

#include "common/crypto/p256.hpp"
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

/// Dial back: dial, write the line if there is one, read one line if wanted, close, report `Probed`. An empty or no
/// line only connects. The core has at most kMaxChecksInFlight of them at a time, each to an address of its own.
struct Probe {
  ProbeId probe;
  wire::Address address;
  std::shared_ptr<const std::string> line;
  bool want_answer = false;
};

/// Check a signature (common/crypto/p256.hpp's verify), then report `SignatureChecked`. They finish in any order.
struct CheckSignature {
  SignatureCheckId check;
  PublicKey key;
  Hash256 digest;
  Signature signature;
};

using Action = std::variant<Send, Close, Store, Notify, Probe, CheckSignature, Report>;

}  // namespace suara::directory
