// Reading RocksDB's logs, the write-ahead logs and the manifest, for one question that it does not answer. A log that
// ends in the middle of a record is what a crash leaves, and everything before it is there. But damage in the middle
// looks the same to RocksDB, which opens without what follows. Since every commit is synced before the next one is
// written, a whole record after a damaged one proves that the damaged one had been acknowledged. Format: RocksDB's
// wiki, "Write Ahead Log File Format": blocks of 32 KiB, fragments with a masked CRC-32C.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace suara::shell {

/// Whether the manifest that CURRENT names has whole records after a damaged one: RocksDB may take its first half for
/// the whole.
bool has_damaged_manifest(const std::string& folder);

/// Whether the logs of a database hold whole records after the last one that was replayed.
bool has_records_beyond(const std::string& folder, std::uint64_t replayed_sequence);

/// The sequence numbers of the records of one log that are whole, or have another one begin after them.
std::vector<std::uint64_t> record_sequences(std::string_view log);

}  // namespace suara::shell
