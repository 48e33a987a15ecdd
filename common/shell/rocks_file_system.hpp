// The files our databases write. RocksDB is not told that the disk is full: as Debian builds it, with its assertions,
// it aborts the process when it writes once more to a file that failed, its own log included; and it cannot tell how
// much of a batch was written. So writes wait (disk_room.hpp). Any other failure, of a sync above all, is told.
#pragma once

#include "common/shell/disk_room.hpp"

#include <rocksdb/file_system.h>

#include <memory>

namespace suara::shell {

std::shared_ptr<rocksdb::FileSystem> make_file_system(std::shared_ptr<DiskRoom> room);

}  // namespace suara::shell
