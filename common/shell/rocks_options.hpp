// How our databases are tuned: small, durable, few descriptors.
#pragma once

#include "common/shell/rocks_store.hpp"

#include <rocksdb/options.h>

namespace suara::shell {

rocksdb::DBOptions database_options();
rocksdb::ColumnFamilyOptions family_options(const RocksOptions& options);
/// For looking into a database without leaving a trace in its folder.
rocksdb::DBOptions look_only_options();

}  // namespace suara::shell
