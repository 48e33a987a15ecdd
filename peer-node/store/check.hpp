// Whether a node's database is what it should be: every header keeps the rules, has its work and, where the network
// lists miners, a listed one's seal, every block its body and its signatures, and elections, votes and indexes are
// exactly what replaying the chain from genesis gives. Pure: reads the database, writes a second ledger elsewhere.
// Memory does not grow with the chain.
#pragma once

#include "common/store/store_view.hpp"
#include "common/util/result.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/store/findings.hpp"

#include <functional>
#include <string_view>

namespace suara::node_store {

/// Rows between two reports of progress.
inline constexpr std::uint64_t kRowsPerReport = 1024;

struct CheckPorts {
  const store::StoreView& view;     ///< the database; nobody writes to it meanwhile
  const store::StoreView& scratch;  ///< empty at first
  std::function<void(const store::WriteBatch&)> write_scratch;
  /// Now and then: which part, how many rows of it are done, and of how many (0 where nobody knows).
  std::function<void(std::string_view part, std::uint64_t done, std::uint64_t total)> progress;
};

struct CheckReport {
  Findings findings;
  std::uint64_t height = 0;  ///< of the tip
  std::uint64_t headers = 0;
  std::uint64_t transactions = 0;  ///< on the connected chain
  std::uint64_t votes = 0;
};

/// Looks at everything it can, whatever it finds on the way. Damage to the files themselves is not seen here: reading
/// throws.
CheckReport check_database(const CheckPorts& ports, const NetworkId& network);

/// The little without which the chain cannot even be opened, looked at in no time: the first thing wrong, empty when
/// nothing is. An empty database has nothing wrong.
std::string check_for_opening(const store::StoreView& view);

/// Whether a row of kAddresses can be read.
[[nodiscard]] bool is_address_row(std::string_view key, std::string_view value);

}  // namespace suara::node_store
