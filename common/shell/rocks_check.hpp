// May this process open this database? Found out without changing anything in its folder.
#pragma once

#include "common/shell/rocks_store.hpp"

#include <rocksdb/status.h>

#include <optional>

namespace suara::shell {

// Rows of the default column family, which holds nothing else.
inline constexpr std::string_view kFormatVersionKey = "format_version";  // decimal
inline constexpr std::string_view kIdentityKey = "identity";

enum class Found : std::uint8_t { kNothing, kOurs, kOlder };

/// kNothing: a folder in which a database may be made. kOlder: its format is an older one that options.migrations lead
/// on from. With options.repair every block of it is read; without, what is
/// needed to open it, and its logs to the end.
Result<Found> look_at_database(const RocksOptions& options);

/// Another process has a database open for writing in this folder. Not to be asked of one that this process has open:
/// that would drop its lock.
bool is_open_elsewhere(const std::string& folder);

/// The version in such a row; nullopt where it is none.
std::optional<std::uint32_t> parse_format_version(std::string_view row);
/// The step from this format to the next one; nullptr when there is none.
const store::Migration* migration_from(const RocksOptions& options, std::uint32_t version);

/// What a failed status means, with the database's folder in the detail.
Error to_store_error(const RocksOptions& options, const rocksdb::Status& status);
/// Likewise of a write: kWriteFailed, unless the database was found damaged.
Error to_write_error(const RocksOptions& options, const rocksdb::Status& status);

}  // namespace suara::shell
