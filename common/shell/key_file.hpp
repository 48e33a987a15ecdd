// Private keys on disk: PEM, mode 0600, in a folder of mode 0700.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"

#include <string>

namespace suara::shell {

enum class KeyFileError {
  kMissing,       ///< no such file: exit 78
  kNotReadable,   ///< exit 77
  kTooOpen,       ///< others than the owner may read or write it: exit 78
  kNotAKey,       ///< not an unencrypted P-256 key in PEM: exit 78
  kExists,        ///< makes no key over another: exit 78
  kCannotCreate,  ///< exit 77
  kWriteFailed,   ///< exit 74
};
ErrorText describe(KeyFileError error);

Result<PrivateKey> read_key_file(const std::string& path);
/// Makes a key and its file, which is whole or absent at any moment. The folder is made if need be.
Result<PrivateKey> make_key_file(const std::string& path);
Result<PrivateKey> read_or_make_key_file(const std::string& path);

}  // namespace suara::shell
