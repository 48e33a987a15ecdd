// The families of an open RocksDB database as a StoreView, however it was opened.
#pragma once

#include "common/shell/rocks_store.hpp"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/write_batch.h>

#include <memory>
#include <vector>

namespace suara::shell {

/// Reads throw std::runtime_error when the database cannot be read: that must not look like a key that is absent.
class RocksView final : public store::StoreView {
 public:
  /// All of it outlives the view; family n of the port is families[n].
  RocksView(const RocksOptions& options, rocksdb::DB& database, std::vector<rocksdb::ColumnFamilyHandle*> families)
      : options_(options), database_(database), families_(std::move(families)) {}

  /// The same as it is at this moment, whatever is written later. As long as it is there, RocksDB keeps what is
  /// overwritten.
  [[nodiscard]] std::unique_ptr<const RocksView> snapshot() const;

  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override;
  [[nodiscard]] Values get_many(store::Family family, const std::vector<std::string_view>& keys) const override;
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override;

  /// The same writes as RocksDB takes them.
  rocksdb::Status add(const store::WriteBatch& writes, rocksdb::WriteBatch& to) const;

 private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(store::Family family) const;
  void require(const rocksdb::Status& status) const;

  const RocksOptions& options_;
  rocksdb::DB& database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  std::unique_ptr<rocksdb::ManagedSnapshot> moment_;  // null: what there is when asked
  rocksdb::ReadOptions read_;
};

/// Runs the steps of options.migrations that lead from the database's format to the present one.
Result<void> migrate(const RocksOptions& options, rocksdb::DB& database, const RocksView& view);

/// Opens a database as it is: nothing in its folder changes, and no daemon may have it open. Looks at every block of it
/// first when options.repair is set. Errors: StoreError; kCannotOpen when there is none, kOlderFormat for a format that
/// a daemon would migrate.
Result<std::unique_ptr<store::StoreView>> open_read_only(const RocksOptions& options);

}  // namespace suara::shell
