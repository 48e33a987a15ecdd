#include "vote-client/voter_keys.hpp"

#include "common/client/files.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace suara::voting {

/// Within every file system's 255 bytes, the ending included.
constexpr std::size_t kLongestNameBytes = 200;

PrivateKey VoterKeys::key_of(const std::string& voter) const {
  if (!folder_) return PrivateKey::generate();
  const auto path = (std::filesystem::path(*folder_) / key_file_name(voter)).string();
  std::error_code error;
  if (std::filesystem::exists(path, error)) return client::load_key(path);
  client::make_folder(*folder_);
  return client::make_key(path);
}

std::string key_file_name(const std::string& voter) {
  std::string name;
  for (const char c : voter) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || (c == '.' && !name.empty());
    name += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (name.size() > kLongestNameBytes) name = "%" + sha256(as_bytes(voter)).hex();
  return name + ".pem";
}

}  // namespace suara::voting
