// RocksDB behind the storage port: one database, a fixed list of column families, a format version in it, a
// writer thread that commits what has queued up as one synced batch. RocksDB stays in the .cpp.
#pragma once

#include "common/shell/reactor.hpp"
#include "common/store/migration.hpp"
#include "common/store/store_view.hpp"
#include "common/util/result.hpp"
#include "common/util/strong_id.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rocksdb {
class FileSystem;
}

namespace suara::shell {

enum class StoreError {
  kCannotOpen,     ///< folder missing, not writable, or locked by another process: exit 74 or 77
  kLocked,         ///< another process has it open: exit 69
  kNotPermitted,   ///< exit 77
  kNewerFormat,    ///< written by a newer release: exit 78, nothing touched
  kOlderFormat,    ///< written by an older release, and no migration leads on from there: exit 78, or repaired
  kOtherIdentity,  ///< belongs to another network: exit 78, nothing touched
  kCorrupt,        ///< damaged, or files are missing: exit 74
  kNoRoom,         ///< too full a disk to open it on: exit 74
  kWriteFailed,    ///< a commit or its sync failed; whether it happened is unknown: exit 74
};
ErrorText describe(StoreError error);

struct RocksOptions {
  std::string folder;
  std::vector<std::string> families;  ///< family n of the port is families[n]
  std::uint32_t format_version = 1;
  std::vector<store::Migration> migrations;  ///< from older formats; run at open, before anything reads
  std::string identity;                      ///< e.g. network id in hex; must match what the database was made with
  std::size_t block_cache_bytes = 32 * 1024 * 1024;
  bool repair = false;        ///< check all of it, and set a damaged one aside (rocks_repair.hpp) to begin an empty one
  std::string damage_advice;  ///< what to do about a damaged one; said with every kCorrupt and kOlderFormat

  /// With `repair`, once the files are known to be sound: what is wrong with their content, empty when nothing is.
  std::function<std::string(const store::StoreView&)> inspect;
  /// Families whose rows go from a database that is set aside into the new one, as far as they can be read.
  std::vector<store::Family> kept_by_repair;
  /// Which of these rows; all when not set.
  std::function<bool(std::string_view key, std::string_view value)> worth_keeping;

  using FileSystem = std::shared_ptr<rocksdb::FileSystem>;
  std::function<FileSystem(FileSystem)> observe_files;  ///< for tests: sees every operation on files
};

/// What the writer made durable at once, for whoever measures.
struct StoreCommit {
  std::size_t batches = 0;
  std::size_t size_bytes = 0;       ///< of keys, values and their framing
  std::chrono::nanoseconds took{};  ///< the write and its sync
};

/// All run on the reactor's thread; those not set are not called.
struct StoreHandlers {
  std::function<void(StoreToken)> on_stored;
  /// The disk is full: what was queued waits, in order, and nothing more is reported stored until there is room. When
  /// this is not set a full disk is a failure.
  std::function<void(const std::string& reason)> on_unavailable;
  std::function<void()> on_available;
  /// Nothing is reported stored after it.
  std::function<void(const Error&)> on_failed;
  /// Before the commit's batches are reported stored.
  std::function<void(const StoreCommit&)> on_commit;
};

class RocksStore final : public store::StoreView {
 public:
  /// Opens or makes the database.
  static Result<std::unique_ptr<RocksStore>> open(Reactor& reactor, const RocksOptions& options,
                                                  StoreHandlers handlers);
  ~RocksStore() override;

  /// Queues a batch. Durable in the order given; all that is queued when the writer gets to it is one commit.
  void store(StoreToken token, store::WriteBatch batch);

  /// Where a damaged database was set aside, if it was.
  [[nodiscard]] const std::string& set_aside() const;

  /// What is durable at this moment, for several reads that have to fit together. It must go before the store; as long
  /// as it is there, RocksDB keeps what is overwritten.
  [[nodiscard]] std::unique_ptr<const store::StoreView> snapshot() const;

  /// Reads throw std::runtime_error when the database cannot be read: that must not look like a key that is absent.
  [[nodiscard]] std::optional<std::string> get(store::Family family, std::string_view key) const override;
  [[nodiscard]] Values get_many(store::Family family, const std::vector<std::string_view>& keys) const override;
  void scan(store::Family family, std::string_view from, const Visitor& visit) const override;
  void scan_back(store::Family family, std::string_view from, const Visitor& visit) const override;

 private:
  struct State;
  explicit RocksStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace suara::shell
