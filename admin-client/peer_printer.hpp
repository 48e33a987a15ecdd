// A list of peers as a table, as JSON, or as bare addresses; row by row, so that no list is too long.
#pragma once

#include "admin-client/peer_merge.hpp"
#include "common/client/failure.hpp"
#include "common/client/program.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace suara::admin {

/// What one server has told.
struct ServerTally {
  std::uint64_t rows = 0;
  std::uint64_t lacking = 0;  ///< rows listed that it does not have
  std::uint64_t revision = 0;
  unsigned waits = 0;  ///< in a row, for the page that is wanted
  std::optional<client::Failure> error;
};

class PeerPrinter {
 public:
  /// By --json and --quiet.
  static std::unique_ptr<PeerPrinter> make(const client::Invocation& invocation, std::vector<wire::Address> servers);

  virtual ~PeerPrinter() = default;
  /// `network`: nullopt for all.
  virtual void begin(const std::optional<std::string>& network) = 0;
  virtual void row(const ListedPeer& peer) = 0;
  /// What has been given so far may be printed.
  virtual void flush() = 0;
  virtual void end(const std::vector<ServerTally>& tallies, bool more) = 0;
};

}  // namespace suara::admin
