// The sequences of signed requests that were acted on, so that none is acted on again. A row knows that of its own key;
// here are those of rows that are gone, and of admins. Per address and key: nobody can use up the numbers of another.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/store/draft.hpp"
#include "common/wire/address.hpp"

#include <cstdint>
#include <string_view>

namespace suara::directory {

/// The greatest of this key's requests about this address; 0: none is remembered.
std::uint64_t remembered_sequence(const store::StoreView& view, std::string_view network, const wire::Address& address,
                                  const PublicKey& key);

/// Of more than kSequencesKept the one remembered longest ago is forgotten: an old request about that address, should
/// somebody have kept one, would then be acted on once more.
void remember_sequence(store::Draft& draft, std::string_view network, const wire::Address& address,
                       const PublicKey& key, std::uint64_t sequence);

/// The row knows it again.
void forget_sequence(store::Draft& draft, std::string_view network, const wire::Address& address, const PublicKey& key);

}  // namespace suara::directory
