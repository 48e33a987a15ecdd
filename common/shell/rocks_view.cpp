#include "common/shell/rocks_view.hpp"

#include "common/shell/logging.hpp"
#include "common/shell/rocks_check.hpp"
#include "common/shell/rocks_options.hpp"
#include "common/util/check.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <utility>

namespace suara::shell {
namespace {

rocksdb::Slice to_slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

// A view that owns what it looks at.
class ReadOnly final : public store::StoreView {
 public:
  explicit ReadOnly(RocksOptions options) : options_(std::move(options)) {}
  ~ReadOnly() override {
    for (auto* handle : handles_) database_->DestroyColumnFamilyHandle(handle);
  }
  ReadOnly(const ReadOnly&) = delete;
  ReadOnly& operator=(const ReadOnly&) = delete;

  Result<void> open() {
    const auto tuning = family_options(options_);
    std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, tuning}};
    for (const auto& name : options_.families) families.emplace_back(name, tuning);
    rocksdb::DB* opened = nullptr;
    const auto status =
        rocksdb::DB::OpenForReadOnly(look_only_options(), options_.folder, families, &handles_, &opened);
    if (!status.ok()) return to_store_error(options_, status);
    database_.reset(opened);
    view_.emplace(options_, *database_, std::vector(handles_.begin() + 1, handles_.end()));
    return {};
  }

  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override {
    return view_->get(family, key);
  }
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override {
    view_->scan(family, from, visit);
  }
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override {
    view_->scan_back(family, from, visit);
  }

 private:
  const RocksOptions options_;
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  std::optional<RocksView> view_;
};

}  // namespace

std::unique_ptr<const RocksView> RocksView::snapshot() const {
  auto view = std::make_unique<RocksView>(options_, database_, families_);
  view->moment_ = std::make_unique<rocksdb::ManagedSnapshot>(&database_);
  view->read_.snapshot = view->moment_->snapshot();
  return view;
}

std::optional<std::string> RocksView::get(store::Family family, std::string_view key) const {
  std::string value;
  const auto status = database_.Get(read_, handle(family), to_slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  require(status);
  return value;
}

store::StoreView::Values RocksView::get_many(store::Family family, const std::vector<std::string_view>& keys) const {
  std::vector<rocksdb::Slice> wanted(keys.size());
  std::ranges::transform(keys, wanted.begin(), to_slice);
  std::vector<rocksdb::PinnableSlice> found(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database_.MultiGet(read_, handle(family), wanted.size(), wanted.data(), found.data(), statuses.data());
  Values values(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    require(statuses[i]);
    values[i] = found[i].ToString();
  }
  return values;
}

void RocksView::scan(store::Family family, std::string_view from, const Visitor& visit) const {
  const std::unique_ptr<rocksdb::Iterator> at(database_.NewIterator(read_, handle(family)));
  for (at->Seek(to_slice(from)); at->Valid(); at->Next()) {
    if (!visit(to_view(at->key()), to_view(at->value()))) return;
  }
  require(at->status());
}

void RocksView::scan_back(store::Family family, std::string_view from, const Visitor& visit) const {
  const std::unique_ptr<rocksdb::Iterator> at(database_.NewIterator(read_, handle(family)));
  for (at->SeekForPrev(to_slice(from)); at->Valid(); at->Prev()) {
    if (!visit(to_view(at->key()), to_view(at->value()))) return;
  }
  require(at->status());
}

rocksdb::Status RocksView::add(const store::WriteBatch& writes, rocksdb::WriteBatch& to) const {
  for (const store::Write& write : writes.writes()) {
    const auto status = write.value ? to.Put(handle(write.family), write.key, *write.value)
                                    : to.Delete(handle(write.family), write.key);
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

rocksdb::ColumnFamilyHandle* RocksView::handle(store::Family family) const {
  CHECK(family < families_.size());
  return families_[family];
}

void RocksView::require(const rocksdb::Status& status) const {
  if (!status.ok()) throw std::runtime_error("reading: " + to_store_error(options_, status).message());
}

Result<void> migrate(const RocksOptions& options, rocksdb::DB& database, const RocksView& view) {
  std::string row;
  auto status = database.Get({}, to_slice(kFormatVersionKey), &row);
  if (!status.ok()) return to_store_error(options, status);
  const auto found = parse_format_version(row);
  CHECK(found.has_value());  // checked before it was opened
  for (std::uint32_t version = *found; version < options.format_version; ++version) {
    const store::Migration* const step = migration_from(options, version);
    CHECK(step != nullptr);
    log(Severity::kInfo, "database: from format " + std::to_string(version) + " to " + std::to_string(version + 1) +
                             ": " + std::string(step->what));
    std::string cursor;
    for (auto writes = step->next(view, cursor); !writes.empty(); writes = step->next(view, cursor)) {
      rocksdb::WriteBatch batch;
      status = view.add(writes, batch);
      if (status.ok()) status = database.Write(synced(), &batch);
      if (!status.ok()) return to_write_error(options, status);
    }
    status = database.Put(synced(), to_slice(kFormatVersionKey), std::to_string(version + 1));
    if (!status.ok()) return to_write_error(options, status);
  }
  return {};
}

Result<std::unique_ptr<store::StoreView>> open_read_only(const RocksOptions& options) {
  const auto found = look_at_database(options);
  if (!found) return found.error();
  if (*found == Found::kNothing) return Error(StoreError::kCannotOpen, "there is none in " + options.folder);
  if (*found == Found::kOlder) {
    return Error(StoreError::kOlderFormat, options.folder +
                                               "; start the daemon on it once, which brings it to format " +
                                               std::to_string(options.format_version));
  }
  auto view = std::make_unique<ReadOnly>(options);
  SUARA_TRY(view->open());
  return std::unique_ptr<store::StoreView>(std::move(view));
}

}  // namespace suara::shell
