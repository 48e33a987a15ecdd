#include "common/shell/rocks_file_system.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace suara::shell {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

// Never the status of a full disk: that would set off RocksDB's own recovery, in a database that is given up.
IOStatus failure(DiskRoom& room, const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  room.note_failure();
  return IOStatus::IOError(path, reason);
}

class WrittenFile final : public rocksdb::FSWritableFile {
 public:
  WrittenFile(std::string path, int file, const rocksdb::FileOptions& options, std::shared_ptr<DiskRoom> room)
      : FSWritableFile(options),
        path_(std::move(path)),
        file_(file),
        may_allocate_(options.allow_fallocate),
        room_(std::move(room)) {}
  ~WrittenFile() override {
    if (file_ >= 0) ::close(file_);
  }

  using FSWritableFile::Append;
  IOStatus Append(const rocksdb::Slice& data, const IOOptions&, IODebugContext*) override {
    std::size_t done = 0;
    while (done < data.size()) {
      const auto written = room_->make([&] { return ::write(file_, data.data() + done, data.size() - done); });
      if (written < 0) return failure(*room_, path_);
      done += static_cast<std::size_t>(written);
    }
    size_ += data.size();
    return IOStatus::OK();
  }

  // After a failed sync the kernel takes the pages for written: to sync again would report success. So a full disk is a
  // failure here, not something to wait for.
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return ::fdatasync(file_) == 0 ? IOStatus::OK() : failure(*room_, path_);
  }
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return ::fsync(file_) == 0 ? IOStatus::OK() : failure(*room_, path_);
  }
  [[nodiscard]] bool IsSyncThreadSafe() const override { return true; }
  IOStatus Flush(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }
  IOStatus RangeSync(std::uint64_t offset, std::uint64_t size, const IOOptions&, IODebugContext*) override {
    const bool started =
        ::sync_file_range(file_, static_cast<off_t>(offset), static_cast<off_t>(size), SYNC_FILE_RANGE_WRITE) == 0;
    return started || errno == ENOSYS ? IOStatus::OK() : failure(*room_, path_);
  }

  // A help, not a need: a file system that cannot do it, or is too full, gives room as we write.
  IOStatus Allocate(std::uint64_t offset, std::uint64_t size, const IOOptions&, IODebugContext*) override {
    if (!may_allocate_) return IOStatus::OK();
    const auto from = static_cast<off_t>(offset);
    allocated_ = ::fallocate(file_, FALLOC_FL_KEEP_SIZE, from, static_cast<off_t>(size)) == 0 || allocated_;
    return IOStatus::OK();
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions&, IODebugContext*) override {
    if (::ftruncate(file_, static_cast<off_t>(size)) != 0) return failure(*room_, path_);
    size_ = size;
    return IOStatus::OK();
  }
  std::uint64_t GetFileSize(const IOOptions&, IODebugContext*) override { return size_; }

  IOStatus Close(const IOOptions&, IODebugContext*) override {
    // What was allocated beyond the end goes back; when that fails it is merely lost room.
    if (allocated_ && ::ftruncate(file_, static_cast<off_t>(size_)) != 0) allocated_ = false;
    return ::close(std::exchange(file_, -1)) == 0 ? IOStatus::OK() : failure(*room_, path_);
  }

 private:
  const std::string path_;
  int file_;
  const bool may_allocate_;
  bool allocated_ = false;
  std::uint64_t size_ = 0;
  const std::shared_ptr<DiskRoom> room_;
};

class WaitingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit WaitingFileSystem(std::shared_ptr<DiskRoom> room)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), room_(std::move(room)) {}

  [[nodiscard]] const char* Name() const override { return "WaitingFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* made, IODebugContext*) override {
    const auto open = [&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600); };
    const auto file = static_cast<int>(room_->make(open));
    if (file < 0) return failure(*room_, path);
    *made = std::make_unique<WrittenFile>(path, file, options, room_);
    return IOStatus::OK();
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions&, IODebugContext*) override {
    return room_->make([&] { return ::rename(from.c_str(), to.c_str()); }) == 0 ? IOStatus::OK() : failure(*room_, to);
  }

 private:
  const std::shared_ptr<DiskRoom> room_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_file_system(std::shared_ptr<DiskRoom> room) {
  return std::make_shared<WaitingFileSystem>(std::move(room));
}

}  // namespace suara::shell
