// The directory's database: which column family holds what. Integers are big-endian, so that keys sort; those inside
// a row little-endian. Changing any of this needs a new kFormatVersion.
//
// network := 00 | 20 ‖ 32 bytes of the network id; the first is the network named "".
// peer    := network ‖ first 8 bytes of SHA-256(host:port) ‖ host:port, so that a network's rows lie together in an
//            order nobody chose, and a seek to a random place finds a fair sample.
#pragma once

#include "common/store/store_view.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace suara::directory {

inline constexpr std::uint32_t kFormatVersion = 1;

enum : store::Family {
  kMeta = 0,         ///< name -> u64: revision, first_revision
  kPeers = 1,        ///< peer -> row (row.cpp)
  kLeases = 2,       ///< end of lease in ms u64 ‖ peer -> nothing
  kNetworks = 3,     ///< network -> rows u64; absent at 0
  kChanges = 4,      ///< network ‖ revision u64 -> change (change_log.cpp)
  kChangeOrder = 5,  ///< revision u64 -> network: finds the oldest change of all
};

/// Column families in the order of the numbers above.
inline std::vector<std::string> family_names() {
  return {"meta", "peers", "leases", "networks", "changes", "change_order"};
}

}  // namespace suara::directory
