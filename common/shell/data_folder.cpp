#include "common/shell/data_folder.hpp"

#include "common/util/check.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace suara::shell {
namespace {

Error from_errno(const std::string& path) {
  const int number = errno;
  const std::string detail = path + " (" + std::generic_category().message(number) + ")";
  if (number == EACCES || number == EPERM || number == EROFS) return Error(FolderError::kNotPermitted, detail);
  if (number == ENOTDIR || number == EEXIST) return Error(FolderError::kNotAFolder, detail);
  return Error(FolderError::kFailed, detail);
}

// Like mkdir -p; what is made is the owner's alone.
bool make_folders(const std::filesystem::path& path) {
  struct stat status{};
  if (path.empty() || ::stat(path.c_str(), &status) == 0) return true;
  if (path.has_parent_path() && path.parent_path() != path && !make_folders(path.parent_path())) return false;
  return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
}

}  // namespace

ErrorText describe(FolderError error) {
  switch (error) {
    case FolderError::kNotAFolder: return {"not_a_folder", "this is no folder"};
    case FolderError::kNotPermitted: return {"folder_not_permitted", "no permission to make or write this folder"};
    case FolderError::kFailed: return {"folder_failed", "the folder cannot be used"};
  }
  CHECK(false);
}

Result<std::string> prepare_data_folder(const std::string& path) {
  if (!make_folders(path)) return from_errno(path);
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return from_errno(path);
  if (!S_ISDIR(status.st_mode)) return Error(FolderError::kNotAFolder, path);
  if (::access(path.c_str(), R_OK | W_OK | X_OK) != 0) return from_errno(path);
  return path;
}

}  // namespace suara::shell
