// Whether the server takes requests, check by check: what /readyz says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace suara::directory {

struct ReadinessCheck {
  std::string name;
  bool passed = true;
  std::string detail;  ///< for people; of a failure, why
};

/// What is known of the outside.
struct ReadinessFacts {
  bool shutting_down = false;
  bool disk_full = false;
  std::string data_folder = {};
};

std::vector<ReadinessCheck> check_readiness(const ReadinessFacts& facts);

/// On the file system of a folder, for this user; nullopt where the system does not say.
std::optional<std::uint64_t> free_disk_bytes(const std::string& folder);

/// Each check on a line: "[+] store: ok", "[-] store: the disk is full".
std::string readiness_text(const std::vector<ReadinessCheck>& checks);

}  // namespace suara::directory
