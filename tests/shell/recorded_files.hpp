// What a database did to its files, one operation after the other, and what a crash after any of them may leave.
#pragma once

#include "common/shell/rocks_store.hpp"
#include "common/util/rng.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace suara::shell {

struct FileOperation {
  enum class Kind : std::uint8_t { kCreate, kAppend, kTruncate, kSync, kRename, kDelete, kSyncFolder };
  Kind kind;
  std::string path;
  std::string data = {};   ///< appended; the new name of a kRename
  std::uint64_t size = 0;  ///< of a kTruncate
};

/// A write is recorded before it is made, a sync after it succeeded. From any thread.
class FileRecorder {
 public:
  void add(FileOperation operation) {
    const std::lock_guard lock(mutex_);
    operations_.push_back(std::move(operation));
  }
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return operations_.size();
  }
  /// Once nobody records any longer.
  [[nodiscard]] const std::vector<FileOperation>& operations() const { return operations_; }

 private:
  mutable std::mutex mutex_;
  std::vector<FileOperation> operations_;
};

/// For RocksOptions::observe_files.
RocksOptions::FileSystem record(RocksOptions::FileSystem files, FileRecorder& recorder);

/// Follows a recording, and says what is on the disk.
class Disk {
 public:
  using Files = std::map<std::string, std::string>;

  void perform(const FileOperation& operation);

  /// The process was killed: everything written is there.
  [[nodiscard]] Files after_kill() const;
  /// Power was lost: what was synced is there, names as of the folder's last sync or a moment since then; of what was
  /// not synced nothing, a part, or all but a page.
  [[nodiscard]] Files after_power_loss(Rng& rng) const;

 private:
  struct File {
    std::string content;
    std::string synced;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;

  Names names_;
  std::vector<Names> names_since_sync_{Names{}};
};

}  // namespace suara::shell
