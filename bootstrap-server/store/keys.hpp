// Keys of the families in schema.hpp.
#pragma once

#include "common/wire/address.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace suara::directory {

inline constexpr std::size_t kAddressHashSizeBytes = 8;

/// `network` is 64 hexadecimal digits or empty.
std::string network_key(std::string_view network);
/// The inverse, for a key that begins with one.
std::string network_of(std::string_view key);

std::string peer_key(std::string_view network, const wire::Address& address);

/// Big-endian, eight bytes.
std::string u64_key(std::uint64_t value);
std::uint64_t u64_of(std::string_view key);

}  // namespace suara::directory
