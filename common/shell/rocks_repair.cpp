#include "common/shell/rocks_repair.hpp"

#include "common/shell/reactor.hpp"
#include "common/shell/rocks_options.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <rocksdb/db.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>

namespace suara::shell {
namespace {

namespace fs = std::filesystem;

Error from_errno(const std::string& path) {
  const int number = errno;
  const std::string detail = "setting it aside: " + path + " (" + std::generic_category().message(number) + ")";
  const bool forbidden = number == EACCES || number == EPERM || number == EROFS;
  return Error(forbidden ? StoreError::kNotPermitted : StoreError::kCannotOpen, detail);
}

bool sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return false;
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  return synced;
}

Result<std::string> make_folder_of_now(const std::string& folder) {
  const auto now = static_cast<std::time_t>(to_unix_ms(Reactor::now().wall) / 1000);
  const std::string wanted = fmt::format("{}/damaged-{:%Y%m%dT%H%M%S}Z", folder, fmt::gmtime(now));
  for (int number = 1; number < 100; ++number) {
    std::string path = number == 1 ? wanted : wanted + "-" + std::to_string(number);
    if (::mkdir(path.c_str(), 0700) == 0) return path;
    if (errno != EEXIST) return from_errno(path);
  }
  return from_errno(wanted);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_database_file(std::string_view name) {
  if (name == "CURRENT" || name == "IDENTITY" || name == "LOG") return true;
  for (const std::string_view prefix : {"MANIFEST-", "OPTIONS-", "LOG.old."}) {
    if (name.starts_with(prefix)) return true;
  }
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos || !all_digits(name.substr(0, dot))) return false;
  const std::string_view extension = name.substr(dot);
  return extension == ".sst" || extension == ".log" || extension == ".blob" || extension == ".dbtmp";
}

Result<std::string> set_database_aside(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    std::string name = entry.path().filename().string();
    if (is_database_file(name)) names.push_back(std::move(name));
  }
  if (failure) return Error(StoreError::kCannotOpen, folder + " (" + failure.message() + ")");
  std::partition(names.begin(), names.end(), [](const std::string& name) { return name != "CURRENT"; });

  auto target = make_folder_of_now(folder);
  if (!target) return target;
  for (const std::string& name : names) {
    const std::string from = std::string(folder).append("/").append(name);
    const std::string to = std::string(*target).append("/").append(name);
    if (::rename(from.c_str(), to.c_str()) != 0) return from_errno(name);
  }
  if (!sync_folder(*target) || !sync_folder(folder)) return from_errno(*target);
  return target;
}

store::WriteBatch salvage(const std::string& folder, const RocksOptions& options) {
  store::WriteBatch rows;
  auto database_options = look_only_options();
  database_options.track_and_verify_wals_in_manifest = false;  // a log that is missing takes only its own rows along
  for (const store::Family family : options.kept_by_repair) {
    const std::vector<rocksdb::ColumnFamilyDescriptor> wanted{
        {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()},
        {options.families.at(family), rocksdb::ColumnFamilyOptions()}};
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    const auto status = rocksdb::DB::OpenForReadOnly(database_options, folder, wanted, &handles, &opened);
    if (!status.ok()) continue;
    const std::unique_ptr<rocksdb::DB> database(opened);
    {
      const std::unique_ptr<rocksdb::Iterator> at(database->NewIterator({}, handles.back()));
      for (at->SeekToFirst(); at->Valid() && rows.writes().size() < kMaxRowsSalvaged; at->Next()) {
        if (options.worth_keeping && !options.worth_keeping(at->key().ToStringView(), at->value().ToStringView()))
          continue;
        rows.put(family, at->key().ToString(), at->value().ToString());
      }
      at->status().PermitUncheckedError();
    }
    for (auto* handle : handles) database->DestroyColumnFamilyHandle(handle);
  }
  return rows;
}

}  // namespace suara::shell
