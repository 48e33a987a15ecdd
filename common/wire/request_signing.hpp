// Signed REGISTER and REMOVE: what exactly the owner of a row, or the server's admin, signs. The bytes are in
// proto-docs/bootstrap.md, section "Signed requests".
#pragma once

#include "common/crypto/p256.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <cstdint>

namespace suara::wire {

/// What the signature of a request that has an authorization is made over. Only native requests have one.
Hash256 digest_to_sign(const Register& request);
Hash256 digest_to_sign(const Remove& request);

/// Puts an authorization by `key` into the request, whose other members stay as they are from here on. The sequence
/// must exceed that of every signed request about this row so far; clients count in milliseconds since 1970.
void sign(Register& request, const PrivateKey& key, std::uint64_t sequence);
void sign(Remove& request, const PrivateKey& key, std::uint64_t sequence);

}  // namespace suara::wire
