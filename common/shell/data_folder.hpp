// A daemon's folder of data: its own, mode 0700.
#pragma once

#include "common/util/error.hpp"
#include "common/util/result.hpp"

#include <string>

namespace suara::shell {

enum class FolderError {
  kNotAFolder,    ///< exit 78
  kNotPermitted,  ///< cannot be made, or not be written to: exit 77
  kFailed,        ///< exit 74
};
ErrorText describe(FolderError error);

/// Makes the folder and its missing parents, checks that files can be made in it. Returns the path.
Result<std::string> prepare_data_folder(const std::string& path);

}  // namespace suara::shell
