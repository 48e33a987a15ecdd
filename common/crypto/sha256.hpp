// SHA-256 (FIPS 180-4) and the 32-byte values it yields.
#pragma once

#include "common/util/bytes.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace suara {

/// 32 bytes in the order SHA-256 puts them out; compared and shown as a big-endian number.
struct Hash256 {
  std::array<std::uint8_t, 32> bytes{};

  [[nodiscard]] ByteView view() const { return bytes; }
  [[nodiscard]] std::string hex() const;
  /// nullopt unless 64 hexadecimal digits.
  static std::optional<Hash256> from_hex(std::string_view text);
  friend auto operator<=>(const Hash256&, const Hash256&) = default;
};

/// A Hash256 that names one kind of thing.
template <class Tag>
struct HashId : Hash256 {
  HashId() = default;
  explicit HashId(const Hash256& hash) : Hash256(hash) {}
  static std::optional<HashId> from_hex(std::string_view text) {
    const auto hash = Hash256::from_hex(text);
    return hash ? std::optional<HashId>(HashId(*hash)) : std::nullopt;
  }
  friend auto operator<=>(const HashId&, const HashId&) = default;
};

/// SHA-256 of a chain specification's canonical form; part of everything signed.
using NetworkId = HashId<struct NetworkTag>;

/// SHA-256 of the parts, one after the other.
Hash256 sha256(std::initializer_list<ByteView> parts);
inline Hash256 sha256(ByteView bytes) { return sha256({bytes}); }

}  // namespace suara

template <>
struct std::hash<suara::Hash256> {
  std::size_t operator()(const suara::Hash256& value) const noexcept {
    std::size_t low = 0;  // uniform already, unless a peer grinds it: keyed where that matters
    std::memcpy(&low, value.bytes.data() + 24, sizeof low);
    return low;
  }
};
template <class Tag>
struct std::hash<suara::HashId<Tag>> : std::hash<suara::Hash256> {};
