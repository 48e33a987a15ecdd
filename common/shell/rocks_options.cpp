#include "common/shell/rocks_options.hpp"

#include "common/shell/logging.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <array>
#include <cstdio>
#include <memory>

namespace suara::shell {
namespace {

constexpr std::size_t kWriteBufferSizeBytes = 16 * 1024 * 1024;  // per family; what a restart may have to replay
constexpr std::uint64_t kMaxWalSizeBytes = 32 * 1024 * 1024;     // of all logs, before families are flushed
constexpr std::size_t kManifestAllocationBytes = 64 * 1024;
constexpr int kMaxOpenFiles = 256;  // descriptors are for connections
constexpr double kFilterBitsPerKey = 10;
constexpr double kMemtableFilterShare = 0.02;   // of the write buffer: most look-ups are for what is not there
constexpr int kCacheShardBits = 2;              // one thread reads, two compact
constexpr std::size_t kLogLineSizeBytes = 512;  // longer ones are cut

// RocksDB's own log into ours: a file of its own would be one more thing that fails when the disk is full. What
// matters in it comes as a status too, and is reported by us.
class ForwardingLogger final : public rocksdb::Logger {
 public:
  ForwardingLogger() : Logger(rocksdb::WARN_LEVEL) {}
  void LogHeader(const char*, va_list) override {}
  using rocksdb::Logger::Logv;
  __attribute__((format(printf, 3, 0))) void Logv(const rocksdb::InfoLogLevel level, const char* format,
                                                  va_list arguments) override {
    if (level < rocksdb::WARN_LEVEL) return;
    std::array<char, kLogLineSizeBytes> text{};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    log(Severity::kDebug, std::string("database: ") + text.data());
  }
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
  options.manifest_preallocation_size = kManifestAllocationBytes;
  options.bytes_per_sync = 1024 * 1024;
  options.info_log = std::make_shared<ForwardingLogger>();
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const RocksOptions& wanted) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(wanted.block_cache_bytes, kCacheShardBits);
  table.cache_index_and_filter_blocks = true;
  // In pieces of a block's size: the filter of a large table would not fit a shard, and be read again by every look-up.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_top_level_index_and_filter = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;  // small, and looked at by every look-up
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = kWriteBufferSizeBytes;
  options.memtable_prefix_bloom_size_ratio = kMemtableFilterShare;
  options.memtable_whole_key_filtering = true;
  // Batches come sorted: the next key belongs near the last one, so all keys share one hint.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(0));
  options.level_compaction_dynamic_level_bytes = true;
  // What was just written is read soon, and most of it is hashes and signatures.
  options.compression_per_level = {rocksdb::kNoCompression, rocksdb::kSnappyCompression};
  return options;
}

rocksdb::DBOptions look_only_options() {
  rocksdb::DBOptions options;
  options.info_log = std::make_shared<ForwardingLogger>();
  options.max_open_files = kMaxOpenFiles;
  options.track_and_verify_wals_in_manifest = true;  // else RocksDB wants to forget those it tracked, and aborts
  return options;
}

}  // namespace suara::shell
