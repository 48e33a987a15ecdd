// The keys of people who vote through this node's console: one file per name, made on first use. Whoever can read the
// folder can vote for them, which is why real voters keep their own keys and use vote-client.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"

#include <string>
#include <string_view>

namespace suara::node_shell {

class ConsoleKeys {
 public:
  /// The folder is made, mode 0700, when the first key is.
  explicit ConsoleKeys(std::string folder) : folder_(std::move(folder)) {}

  /// Errors: shell::KeyFileError.
  Result<PrivateKey> key_of(std::string_view name);

  /// The name in hex, or its hash where that would be too long for a file: no name reaches outside the folder, and no
  /// two names share a file whatever the file system thinks of upper and lower case.
  static std::string file_name(std::string_view name);

 private:
  std::string folder_;
};

}  // namespace suara::node_shell
