#include "common/shell/start_up.hpp"

#include "common/shell/data_folder.hpp"
#include "common/shell/key_file.hpp"
#include "common/shell/network_error.hpp"
#include "common/shell/rocks_store.hpp"

#include <cstdio>
#include <exception>

namespace suara::shell {
namespace {

int report(const std::string& program, ExitCode code, const std::string& message) {
  std::fprintf(stderr, "%s: %s\n", program.c_str(), message.c_str());
  return static_cast<int>(code);
}

}  // namespace

ExitCode exit_code_for(const Error& error) {
  if (error == NetworkError::kAddressInUse || error == NetworkError::kCannotListen || error == StoreError::kLocked) {
    return ExitCode::kUnavailable;
  }
  if (error == NetworkError::kPrivilegedPort || error == StoreError::kNotPermitted ||
      error == FolderError::kNotPermitted || error == KeyFileError::kNotReadable ||
      error == KeyFileError::kCannotCreate) {
    return ExitCode::kPermission;
  }
  if (error == StoreError::kNewerFormat || error == StoreError::kOlderFormat || error == StoreError::kOtherIdentity ||
      error == FolderError::kNotAFolder || error == KeyFileError::kMissing || error == KeyFileError::kTooOpen ||
      error == KeyFileError::kNotAKey || error == KeyFileError::kExists) {
    return ExitCode::kConfiguration;
  }
  return ExitCode::kIo;
}

int run_main(const std::string& program, const std::function<ExitCode()>& body) {
  try {
    return static_cast<int>(body());
  } catch (const StartUpFailure& failure) {
    return report(program, failure.code(), failure.what());
  } catch (const std::exception& unexpected) {
    return report(program, ExitCode::kIo, unexpected.what());
  }
}

}  // namespace suara::shell
