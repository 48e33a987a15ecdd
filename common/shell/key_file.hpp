// Private keys on disk: unencrypted PEM that only its owner may read. A key that others could have read is no key, so a
// looser mode is refused instead of repaired.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"

#include <string>

namespace suara::shell {

enum class KeyFileError {
  kMissing,       ///< no such file
  kNotPermitted,  ///< the file or its folder may not be read or written: exit 77
  kLooseMode,     ///< readable or writable by group or others: exit 78
  kNotAKey,       ///< not a PEM file of a P-256 private key: exit 78
  kExists,        ///< keys are never overwritten
  kCannotWrite,   ///< full disk, missing folder, ...: exit 74
  kCannotRead,    ///< exit 74
};
ErrorText describe(KeyFileError error);

/// Errors: KeyFileError; the detail names the file.
Result<PrivateKey> read_key_file(const std::string& path);
/// Mode 0600, durable, whole or not at all.
Result<void> write_key_file(const std::string& path, const PrivateKey& key);
/// The key in the file, or a new one written to it.
Result<PrivateKey> read_or_make_key_file(const std::string& path);

}  // namespace suara::shell
