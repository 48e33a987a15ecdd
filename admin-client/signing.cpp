#include "admin-client/signing.hpp"

#include "common/client/failure.hpp"
#include "common/client/files.hpp"

#include <chrono>

namespace suara::admin {

Signer signer_of(const client::Invocation& invocation) {
  const auto own = invocation.find("key");
  const auto admin = invocation.find("admin-key");
  if (own && admin)
    throw client::usage_error("--key signs as the peer's owner, --admin-key as the server's admin: give one of them");
  if (own) return {SignedBy::kOwner, client::load_key(*own)};
  if (admin) return {SignedBy::kAdmin, client::load_key(*admin)};
  return {};
}

std::uint64_t sequence_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace suara::admin
