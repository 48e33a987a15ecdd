#include "bootstrap-server/core/permissions.hpp"

#include "bootstrap-server/core/hosts.hpp"
#include "bootstrap-server/core/server_error.hpp"

#include <string>

namespace suara::directory {
namespace {

bool owns(const Row& row, const Requester& requester) {
  return requester.is_admin || (requester.signer != nullptr && row.key == *requester.signer);
}

bool is_close(const Row& row, const Requester& requester) {
  return row.source_host == requester.host || is_loopback(requester.host);
}

// Somebody who can receive connections there, as far as an address tells.
bool signs_from_there(const Row& row, const Requester& requester) {
  return requester.signer != nullptr && row.address.host == requester.host;
}

Error key_needed() {
  return Error(
      ServerError::kNotPermitted,
      "this peer has a key, so the request must be signed with it (--key FILE), or with the server's admin key "
      "(--admin-key <data-dir>/admin.pem)");
}

}  // namespace

Result<void> may_remove(const Row& row, const Requester& requester) {
  if (owns(row, requester)) return {};
  if (row.key) return key_needed();
  if (is_close(row, requester)) return {};
  return Error(ServerError::kNotPermitted, "you call from " + std::string(requester.host) +
                                               "; this peer is removed from the host that registered it, from the "
                                               "server's own, or with --admin-key <data-dir>/admin.pem");
}

Result<Renewal> may_renew(const Row& row, const Requester& requester) {
  if (owns(row, requester)) return Renewal::kChanged;
  if (row.key) {
    const bool misplaced = !row.verified && row.source_host != row.address.host;
    if (misplaced && signs_from_there(row, requester)) return Renewal::kTakenOver;
    return key_needed();
  }
  return is_close(row, requester) || signs_from_there(row, requester) ? Renewal::kChanged : Renewal::kAsItIs;
}

}  // namespace suara::directory
