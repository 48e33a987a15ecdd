// Members of fixed size in hexadecimal: ids, keys, nonces, signatures.
#pragma once

#include "common/util/hex.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/json_reader.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace suara::wire {

/// Exactly `kSize` bytes, either case.
template <std::size_t kSize>
Result<std::array<std::uint8_t, kSize>> hex_member(const ObjectReader& reader, std::string_view name) {
  const auto text = reader.text(name, 2 * kSize);
  if (!text) return text.error();
  const auto bytes = from_hex(*text);
  if (!bytes || bytes->size() != kSize) {
    return Error(DecodeError::kBadValue,
                 reader.path_of(name) + " must be " + std::to_string(2 * kSize) + " hexadecimal digits");
  }
  std::array<std::uint8_t, kSize> array{};
  std::memcpy(array.data(), bytes->data(), kSize);
  return array;
}

}  // namespace suara::wire
