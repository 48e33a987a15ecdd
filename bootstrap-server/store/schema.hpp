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

inline constexpr std::uint32_t kFormatVersion = 2;

enum : store::Family {
  kMeta = 0,         ///< name -> u64s (change_log.cpp, sequences.cpp, directory.cpp)
  kPeers = 1,        ///< peer -> row (row.cpp)
  kDeadlines = 2,    ///< due in ms u64 ‖ peer -> nothing; one for each row (Row::due_ms)
  kNetworks = 3,     ///< network -> listed rows u64 ‖ those of them that are verified u64; absent at 0
  kChanges = 4,      ///< network ‖ revision u64 -> change (change_log.cpp)
  kChangeOrder = 5,  ///< revision u64 -> network: finds the oldest change of all
  kClassic = 6,    ///< peer -> nothing, of classic rows: finds the few who are told by dial among the many who are not
  kSequences = 7,  ///< first 16 bytes of SHA-256(peer ‖ public key) -> sequence u64 ‖ place u64 (sequences.cpp)
  kSequenceOrder = 8,  ///< place u64 -> key in kSequences: finds the one remembered longest ago
  kUnlisted = 9,       ///< as kPeers: rows that wait for their first check to be listed (`--verify require`)
};

/// Column families in the order of the numbers above.
inline std::vector<std::string> family_names() {
  return {"meta",         "peers",   "deadlines", "networks",       "changes",
          "change_order", "classic", "sequences", "sequence_order", "unlisted"};
}

}  // namespace suara::directory
