#include "tests/shell/recorded_files.hpp"

#include <rocksdb/file_system.h>

#include <filesystem>

namespace suara::shell {
namespace {

using Kind = FileOperation::Kind;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

class RecordedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  RecordedFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string path, FileRecorder& recorder)
      : FSWritableFileOwnerWrapper(std::move(file)), path_(std::move(path)), recorder_(recorder) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    recorder_.add({Kind::kAppend, path_, data.ToString()});
    return target()->Append(data, options, debug);
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    recorder_.add({Kind::kTruncate, path_, {}, size});
    return target()->Truncate(size, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    return synced(target()->Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return synced(target()->Fsync(options, debug));
  }

 private:
  IOStatus synced(IOStatus status) {
    if (status.ok()) recorder_.add({Kind::kSync, path_});
    return status;
  }

  const std::string path_;
  FileRecorder& recorder_;
};

class RecordedFolder final : public rocksdb::FSDirectory {
 public:
  RecordedFolder(std::unique_ptr<rocksdb::FSDirectory> folder, std::string path, FileRecorder& recorder)
      : folder_(std::move(folder)), path_(std::move(path)), recorder_(recorder) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return synced(folder_->Fsync(options, debug));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& what) override {
    return synced(folder_->FsyncWithDirOptions(options, debug, what));
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override { return folder_->Close(options, debug); }

 private:
  IOStatus synced(IOStatus status) {
    if (status.ok()) recorder_.add({Kind::kSyncFolder, path_});
    return status;
  }

  const std::unique_ptr<rocksdb::FSDirectory> folder_;
  const std::string path_;
  FileRecorder& recorder_;
};

class RecordedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  RecordedFileSystem(const std::shared_ptr<FileSystem>& files, FileRecorder& recorder)
      : FileSystemWrapper(files), recorder_(recorder) {}
  [[nodiscard]] const char* Name() const override { return "RecordedFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* made, IODebugContext* debug) override {
    recorder_.add({Kind::kCreate, path});
    auto status = target()->NewWritableFile(path, options, made, debug);
    if (status.ok()) *made = std::make_unique<RecordedFile>(std::move(*made), path, recorder_);
    return status;
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* made,
                        IODebugContext* debug) override {
    auto status = target()->NewDirectory(path, options, made, debug);
    if (status.ok()) *made = std::make_unique<RecordedFolder>(std::move(*made), path, recorder_);
    return status;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    recorder_.add({Kind::kRename, from, to});
    return target()->RenameFile(from, to, options, debug);
  }
  IOStatus DeleteFile(const std::string& path, const IOOptions& options, IODebugContext* debug) override {
    recorder_.add({Kind::kDelete, path});
    return target()->DeleteFile(path, options, debug);
  }

 private:
  FileRecorder& recorder_;
};

std::string name_in(const std::string& path) { return std::filesystem::path(path).filename().string(); }

}  // namespace

RocksOptions::FileSystem record(RocksOptions::FileSystem files, FileRecorder& recorder) {
  return std::make_shared<RecordedFileSystem>(files, recorder);
}

void Disk::perform(const FileOperation& operation) {
  const std::string name = name_in(operation.path);
  switch (operation.kind) {
    case Kind::kCreate: names_[name] = std::make_shared<File>(); break;
    case Kind::kAppend: names_.at(name)->content += operation.data; return;
    case Kind::kTruncate: names_.at(name)->content.resize(operation.size); return;
    case Kind::kSync: names_.at(name)->synced = names_.at(name)->content; return;
    case Kind::kRename: {
      names_[name_in(operation.data)] = names_.at(name);
      names_.erase(name);
      break;
    }
    case Kind::kDelete: names_.erase(name); break;
    case Kind::kSyncFolder: names_since_sync_.clear(); break;
  }
  names_since_sync_.push_back(names_);
}

Disk::Files Disk::after_kill() const {
  Files files;
  for (const auto& [name, file] : names_) files[name] = file->content;
  return files;
}

Disk::Files Disk::after_power_loss(Rng& rng) const {
  constexpr std::size_t kPageSizeBytes = 4096;
  Files files;
  for (const auto& [name, file] : names_since_sync_[rng.below(names_since_sync_.size())]) {
    std::string kept = file->synced;
    const std::size_t unsynced = file->content.size() - std::min(file->content.size(), kept.size());
    // A file system that orders its data has no length without data, so a manifest's short records are never holes.
    switch (rng.below(name.starts_with("MANIFEST") ? 2 : 3)) {
      case 0: break;
      case 1: kept += file->content.substr(kept.size(), rng.below(unsynced + 1)); break;
      default:
        kept += file->content.substr(kept.size(), unsynced);
        if (unsynced > 0) {
          const std::size_t lost = kept.size() - 1 - rng.below(unsynced);
          const std::size_t begin = std::max(lost / kPageSizeBytes * kPageSizeBytes, file->synced.size());
          const std::size_t end = std::min((lost / kPageSizeBytes + 1) * kPageSizeBytes, kept.size());
          kept.replace(begin, end - begin, end - begin, '\0');
        }
    }
    files[name] = std::move(kept);
  }
  return files;
}

}  // namespace suara::shell
