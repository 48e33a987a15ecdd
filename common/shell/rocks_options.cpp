#include "common/shell/rocks_options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <memory>

namespace suara::shell {
namespace {

constexpr std::size_t kWriteBufferSizeBytes = 8 * 1024 * 1024;  // per family; what a restart may have to replay
constexpr std::uint64_t kMaxWalSizeBytes = 32 * 1024 * 1024;    // of all logs, before families are flushed
constexpr std::size_t kInfoLogSizeBytes = 2 * 1024 * 1024;
constexpr std::size_t kInfoLogs = 3;
constexpr int kMaxOpenFiles = 256;  // descriptors are for connections
constexpr double kFilterBitsPerKey = 10;

class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.track_and_verify_wals_in_manifest = true;
  options.max_total_wal_size = kMaxWalSizeBytes;
  options.max_open_files = kMaxOpenFiles;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1024 * 1024;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.max_log_file_size = kInfoLogSizeBytes;
  options.keep_log_file_num = kInfoLogs;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(std::size_t block_cache_bytes) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferSizeBytes;
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

rocksdb::DBOptions look_only_options() {
  rocksdb::DBOptions options;
  options.info_log = std::make_shared<SilentLogger>();
  options.max_open_files = kMaxOpenFiles;
  return options;
}

}  // namespace suara::shell
