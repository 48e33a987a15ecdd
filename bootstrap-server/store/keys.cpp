#include "bootstrap-server/store/keys.hpp"

#include "common/crypto/sha256.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"

namespace suara::directory {

std::string network_key(std::string_view network) {
  if (network.empty()) return std::string(1, '\0');
  const auto id = NetworkId::from_hex(network);
  CHECK(id);  // the codec lets nothing else through
  return std::string(1, static_cast<char>(id->bytes.size())).append(as_text(id->view()));
}

std::string network_of(std::string_view key) {
  CHECK(!key.empty());
  const auto size = static_cast<unsigned char>(key.front());
  CHECK(key.size() > size);
  return to_hex(as_bytes(key.substr(1, size)));
}

std::string peer_key(std::string_view network, const wire::Address& address) {
  const std::string text = address.text();
  const Hash256 hash = sha256(as_bytes(text));
  return network_key(network).append(as_text(hash.view().first(kAddressHashSizeBytes))).append(text);
}

std::string u64_key(std::uint64_t value) {
  std::string key;
  for (unsigned shift = 64; shift > 0; shift -= 8) key += static_cast<char>(value >> (shift - 8));
  return key;
}

std::uint64_t u64_of(std::string_view key) {
  CHECK(key.size() >= 8);
  std::uint64_t value = 0;
  for (const char c : key.substr(0, 8)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

}  // namespace suara::directory
