// Where a file's voters have their keys from: new ones that live as long as the process, or a folder's.
#pragma once

#include "common/crypto/p256.hpp"

#include <optional>
#include <string>
#include <utility>

namespace suara::voting {

class VoterKeys {
 public:
  /// The folder is made, with mode 0700, when it is not there.
  explicit VoterKeys(std::optional<std::string> folder) : folder_(std::move(folder)) {}

  /// The voter's key: the folder's if it has one, else a new one, which the folder then has. Each call for a voter
  /// makes another key when there is no folder. Safe for different voters at the same time. Throws Failure.
  [[nodiscard]] PrivateKey key_of(const std::string& voter) const;

 private:
  std::optional<std::string> folder_;
};

/// The file's name: the voter's, with what could mean something to a file system as %XX; a hash for long names.
std::string key_file_name(const std::string& voter);

}  // namespace suara::voting
