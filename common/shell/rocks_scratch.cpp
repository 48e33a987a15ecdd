#include "common/shell/rocks_scratch.hpp"

#include "common/shell/rocks_check.hpp"
#include "common/shell/rocks_options.hpp"
#include "common/shell/rocks_view.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace suara::shell {
namespace {

class Scratch final : public RocksScratch {
 public:
  explicit Scratch(RocksOptions options) : options_(std::move(options)) {}
  ~Scratch() override {
    if (database_ == nullptr) return;  // not ours, then
    for (auto* handle : handles_) database_->DestroyColumnFamilyHandle(handle);
    database_.reset();
    std::error_code left_behind;  // for the next one to remove
    std::filesystem::remove_all(options_.folder, left_behind);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Result<void> open() {
    if (is_open_elsewhere(options_.folder)) return Error(StoreError::kLocked, options_.folder);
    std::error_code failure;
    std::filesystem::remove_all(options_.folder, failure);
    if (failure) return Error(StoreError::kCannotOpen, options_.folder + " is in the way: " + failure.message());
    const auto tuning = family_options(options_);
    std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, tuning}};
    for (const auto& name : options_.families) families.emplace_back(name, tuning);
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::Open(database_options(), options_.folder, families, &handles_, &opened);
    if (!status.ok()) return to_store_error(options_, status);
    database_.reset(opened);
    view_.emplace(options_, *database_, std::vector(handles_.begin() + 1, handles_.end()));
    return {};
  }

  void write(const store::WriteBatch& batch) override {
    rocksdb::WriteOptions careless;
    careless.disableWAL = true;
    rocksdb::WriteBatch all;
    auto status = view_->add(batch, all);
    if (status.ok()) status = database_->Write(careless, &all);
    if (!status.ok()) throw std::runtime_error("writing: " + to_write_error(options_, status).message());
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

Result<std::unique_ptr<RocksScratch>> RocksScratch::make(const std::string& folder,
                                                         const std::vector<std::string>& families) {
  RocksOptions options;
  options.folder = folder;
  options.families = families;
  auto made = std::make_unique<Scratch>(std::move(options));
  SUARA_TRY(made->open());
  return std::unique_ptr<RocksScratch>(std::move(made));
}

}  // namespace suara::shell
