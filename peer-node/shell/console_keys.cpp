#include "peer-node/shell/console_keys.hpp"

#include "common/crypto/sha256.hpp"
#include "common/shell/key_file.hpp"
#include "common/util/hex.hpp"

#include <sys/stat.h>

namespace suara::node_shell {

std::string ConsoleKeys::file_name(std::string_view name) {
  constexpr std::size_t kMaxHexNameBytes = 64;
  if (name.size() <= kMaxHexNameBytes) return "name-" + to_hex(as_bytes(name)) + ".pem";
  return "hash-" + sha256(as_bytes(name)).hex() + ".pem";
}

Result<PrivateKey> ConsoleKeys::key_of(std::string_view name) {
  ::mkdir(folder_.c_str(), 0700);  // whatever keeps it from being made is told by the file's own error
  return shell::read_or_make_key_file(folder_ + "/" + file_name(name));
}

}  // namespace suara::node_shell
