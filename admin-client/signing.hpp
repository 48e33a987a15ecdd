// --key and --admin-key of the commands that change the directory.
#pragma once

#include "admin-client/refusals.hpp"
#include "common/client/program.hpp"
#include "common/crypto/p256.hpp"

#include <cstdint>
#include <optional>

namespace suara::admin {

struct Signer {
  SignedBy by = SignedBy::kNobody;
  std::optional<PrivateKey> key;
};

/// Throws Failure: kUsage when both are given, kConfiguration and kPermission for files that hold no key.
Signer signer_of(const client::Invocation& invocation);

/// Milliseconds since 1970: greater than at any earlier time that somebody signed.
std::uint64_t sequence_now();

}  // namespace suara::admin
