// Proof of work: a header's `bits` is a target in compact form, and the header holds when its id, read as a big-endian
// number, is below the target. The work of a header is how many hashes that takes on average, floor(2^256 / target):
// a target of n leading zero bits, 2^(256-n), is a work of exactly 2^n.
//
// Compact form, as Bitcoin's nBits: the high byte is the target's size in bytes, the lower 23 bits are its leading
// bytes, rounded down; bit 23 (Bitcoin's sign) is never set. Here every target has exactly one form: zeros, signs,
// overflows and padded mantissas are refused.
#pragma once

#include "peer-node/chain/header.hpp"

#include <optional>
#include <string_view>

namespace suara::chain {

/// nullopt unless `bits` is the one compact form of a target of 2 to 2^255.
std::optional<Uint256> target_of(std::uint32_t bits);
/// The largest compact target not above `target`, which is at least 2.
std::uint32_t compact(const Uint256& target);
/// The target 2^(256 - n) that ids of at least n leading zero bits are below; n of 1 to 254.
std::uint32_t bits_of_leading_zeros(unsigned zero_bits);

Uint256 work_of_target(const Uint256& target);

/// A hash as the number it is compared as, and back.
Uint256 to_number(const Hash256& hash);
Hash256 to_hash(const Uint256& number);

/// Decimal digits, at least one, without sign or spaces; nullopt for anything else and from 2^256 on.
std::optional<Uint256> parse_work(std::string_view text);

[[nodiscard]] bool meets_target(const BlockId& id, const Uint256& target);

}  // namespace suara::chain
