// Who may change what others will read.
#pragma once

#include "bootstrap-server/store/row.hpp"
#include "common/util/result.hpp"

#include <cstdint>
#include <string_view>

namespace suara::directory {

/// Who asks. A signature is taken for valid here: whoever acts on the answer has had it checked, and its sequence.
struct Requester {
  std::string_view host;              ///< an address literal in its usual form
  const PublicKey* signer = nullptr;  ///< none: the request is not signed
  bool is_admin = false;              ///< the signer is one of the server's admins
};

/// REMOVE. A row with a key: that key, or an admin. Others: an admin too, or by where the caller is: whoever registered
/// the row first, or anybody on the server's own host.
Result<void> may_remove(const Row& row, const Requester& requester);

enum class Renewal : std::uint8_t {
  kAsItIs,     ///< the lease only: else a lease put on somebody's classic row, and left to end, would be a REMOVE
  kChanged,    ///< its flavour and key too
  kTakenOver,  ///< the row was never its peer's: it begins anew
};

/// REGISTER of a row that is there. A row with a key: that key, or an admin; and while the peer has not been reached
/// and was registered from elsewhere, a signature from the host that the address names takes the row over. Rows without
/// a key are renewed by anybody, and changed by those who may remove them and by a signature from the host that the
/// address names.
Result<Renewal> may_renew(const Row& row, const Requester& requester);

}  // namespace suara::directory
