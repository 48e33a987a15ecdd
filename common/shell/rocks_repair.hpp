// Setting a damaged database aside: nothing is deleted, and what else is in its folder, such as keys, stays.
#pragma once

#include "common/shell/rocks_store.hpp"

namespace suara::shell {

/// Whether RocksDB names its files so: CURRENT, MANIFEST-000005, 000010.sst ...
bool is_database_file(std::string_view name);

/// Moves the files of the database in `folder` into a new folder in there, damaged-20260131T120000Z, and returns its
/// path. CURRENT goes last: interrupted, the rest is still a damaged database.
Result<std::string> set_database_aside(const std::string& folder);

/// Rows that salvage() returns at most; those after them stay where they are.
inline constexpr std::size_t kMaxRowsSalvaged = 100'000;

/// The rows of these families of a damaged database, as far as they can be read; none when it cannot even be opened.
store::WriteBatch salvage(const std::string& folder, const RocksOptions& options);

}  // namespace suara::shell
