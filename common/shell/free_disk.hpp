// How much room the file system has.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

namespace suara::shell {

/// For us, where `folder` is; nullopt when it cannot be found out.
inline std::optional<std::uint64_t> free_disk_bytes(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return space.available;
}

}  // namespace suara::shell
