// Setting a damaged database aside: nothing is deleted, and what else is in its folder, such as keys, stays.
#pragma once

#include "common/shell/rocks_store.hpp"

namespace suara::shell {

/// Whether RocksDB names its files so: CURRENT, MANIFEST-000005, 000010.sst ...
bool is_database_file(std::string_view name);

/// Moves the files of the database in `folder` into a new folder in there, damaged-20260131T120000Z, and returns its
/// path. CURRENT goes last: interrupted, the rest is still a damaged database.
Result<std::string> set_database_aside(const std::string& folder);

}  // namespace suara::shell
