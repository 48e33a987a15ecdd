// How our databases are tuned: small, durable, few descriptors.
#pragma once

#include <rocksdb/options.h>

#include <cstddef>

namespace suara::shell {

rocksdb::DBOptions database_options();
rocksdb::ColumnFamilyOptions family_options(std::size_t block_cache_bytes);
/// For looking into a database without leaving a trace in its folder.
rocksdb::DBOptions look_only_options();

}  // namespace suara::shell
