#include "common/shell/rocks_check.hpp"

#include "common/shell/rocks_logs.hpp"
#include "common/shell/rocks_options.hpp"
#include "common/shell/rocks_repair.hpp"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <memory>

namespace suara::shell {
namespace {

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string advice(const RocksOptions& options) {
  return options.damage_advice.empty() ? "" : "; " + options.damage_advice;
}

Error damaged(const RocksOptions& options, const std::string& how) {
  return Error(StoreError::kCorrupt, options.folder + " (" + how + ")" + advice(options));
}

// Without CURRENT there is no database yet: none was made, or making it was interrupted after its first file.
bool is_remainder(const std::string& name) {
  return is_database_file(name) && (name.ends_with(".sst") || name.ends_with(".log") ||
                                    (name.starts_with("MANIFEST-") && name != "MANIFEST-000001"));
}

Result<Found> look_without_current(const RocksOptions& options) {
  for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
    const std::string name = entry.path().filename().string();
    if (is_remainder(name)) return damaged(options, "CURRENT is missing, " + name + " is there");
  }
  return Found::kNothing;
}

// The families to look into: one to know whose it is, all to check all.
std::vector<rocksdb::ColumnFamilyDescriptor> families_to_read(const RocksOptions& options) {
  std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
  if (options.repair)
    rocksdb::DB::ListColumnFamilies(look_only_options(), options.folder, &names).PermitUncheckedError();
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  return families;
}

Result<std::string> read_row(const RocksOptions& options, rocksdb::DB& database, std::string_view key) {
  std::string value;
  const auto status = database.Get(rocksdb::ReadOptions(), rocksdb::Slice(key.data(), key.size()), &value);
  if (status.IsNotFound()) return std::string();
  if (!status.ok()) return to_store_error(options, status);
  return value;
}

// The oldest format from which step follows step up to the present one.
std::uint32_t oldest_readable(const RocksOptions& options) {
  std::uint32_t oldest = options.format_version;
  while (oldest > 1 && migration_from(options, oldest - 1) != nullptr) --oldest;
  return oldest;
}

std::string range_of(std::uint32_t first, std::uint32_t last) {
  return first == last ? std::to_string(last) : std::to_string(first) + " to " + std::to_string(last);
}

Result<Found> check_rows(const RocksOptions& options, const std::string& version_text, const std::string& identity) {
  // Made, and interrupted before its first commit, which holds both rows.
  if (version_text.empty() && identity.empty()) return Found::kNothing;
  const auto version = parse_format_version(version_text);
  if (!version) return damaged(options, "it has no format version");
  if (*version < oldest_readable(options)) {
    return Error(StoreError::kOlderFormat, options.folder + " has format " + version_text + ", this release reads " +
                                               range_of(oldest_readable(options), options.format_version) +
                                               advice(options));
  }
  if (*version > options.format_version) {
    return Error(StoreError::kNewerFormat,
                 options.folder + " has format " + version_text + ", this release reads " +
                     range_of(oldest_readable(options), options.format_version) +
                     "; nothing was changed: start the release that wrote it, or a later one, or give another folder");
  }
  if (identity != options.identity) {
    return Error(StoreError::kOtherIdentity,
                 options.folder + " belongs to \"" + identity + "\", not to \"" + options.identity + "\"");
  }
  return *version < options.format_version ? Found::kOlder : Found::kOurs;
}

}  // namespace

// RocksDB holds a write lock of fcntl(2) on this file while a database is open.
bool is_open_elsewhere(const std::string& folder) {
  const int file = ::open((folder + "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool locked = ::fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(file);
  return locked;
}

std::optional<std::uint32_t> parse_format_version(std::string_view row) {
  std::uint32_t version = 0;
  const auto parsed = std::from_chars(row.data(), row.data() + row.size(), version);
  if (parsed.ec != std::errc{} || parsed.ptr != row.data() + row.size() || version == 0) return std::nullopt;
  return version;
}

const store::Migration* migration_from(const RocksOptions& options, std::uint32_t version) {
  const auto found = std::ranges::find(options.migrations, version, &store::Migration::from);
  return found == options.migrations.end() ? nullptr : &*found;
}

Error to_store_error(const RocksOptions& options, const rocksdb::Status& status) {
  const std::string text = status.ToString();
  const std::string detail = options.folder + " (" + text + ")";
  const bool missing = status.IsPathNotFound() || status.IsNotFound();
  if (status.IsCorruption() || status.IsInvalidArgument() || missing) return damaged(options, text);
  if (contains(text, "Permission denied") || contains(text, "Read-only file system")) {
    return Error(StoreError::kNotPermitted, detail);  // also of the lock file
  }
  if (contains(text, "lock")) return Error(StoreError::kLocked, detail);
  return Error(StoreError::kCannotOpen, detail);
}

Error to_write_error(const RocksOptions& options, const rocksdb::Status& status) {
  return status.IsCorruption() ? damaged(options, status.ToString())
                               : Error(StoreError::kWriteFailed, status.ToString());
}

Result<Found> look_at_database(const RocksOptions& options) {
  struct stat status{};
  if (::stat(options.folder.c_str(), &status) != 0) {
    if (errno == ENOENT) return Found::kNothing;
    return Error(errno == EACCES ? StoreError::kNotPermitted : StoreError::kCannotOpen, options.folder);
  }
  if (!S_ISDIR(status.st_mode)) return Error(StoreError::kCannotOpen, options.folder + " is no folder");
  if (::access(options.folder.c_str(), R_OK | W_OK | X_OK) != 0) {
    return Error(StoreError::kNotPermitted, options.folder);
  }
  const std::string lock_file = options.folder + "/LOCK";
  if (::access(lock_file.c_str(), W_OK) != 0 && errno != ENOENT) return Error(StoreError::kNotPermitted, lock_file);
  if (is_open_elsewhere(options.folder)) return Error(StoreError::kLocked, options.folder);
  if (::access((options.folder + "/CURRENT").c_str(), F_OK) != 0) return look_without_current(options);

  if (has_damaged_manifest(options.folder)) return damaged(options, "CURRENT or the manifest is damaged");

  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  auto result =
      rocksdb::DB::OpenForReadOnly(look_only_options(), options.folder, families_to_read(options), &handles, &opened);
  if (!result.ok()) return to_store_error(options, result);
  const std::unique_ptr<rocksdb::DB> database(opened);
  for (auto* handle : handles) database->DestroyColumnFamilyHandle(handle);
  if (has_records_beyond(options.folder, database->GetLatestSequenceNumber())) {
    return damaged(options, "a log is damaged in the middle");
  }
  if (options.repair) result = database->VerifyChecksum();
  if (!result.ok()) return to_store_error(options, result);

  const auto version = read_row(options, *database, kFormatVersionKey);
  if (!version) return version.error();
  const auto identity = read_row(options, *database, kIdentityKey);
  if (!identity) return identity.error();
  return check_rows(options, *version, *identity);
}

}  // namespace suara::shell
