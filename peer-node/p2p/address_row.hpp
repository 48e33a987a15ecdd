// What the address book keeps on disk of one address, under the address as text in the family kAddresses; and, under a
// name that no address can have, the book's secret.
//
//     row     version u8 = 1 ‖ tried u8 (0, 1) ‖ failures u8 ‖ heard u64 ‖ succeeded u64 ‖ source u64
//     row of format 2: succeeded u64
//     secret  32 bytes
//
// Times are ms since 1970, 0 for never. `tried` needs a success. One encoding per value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara::p2p {

inline constexpr std::string_view kBookSecretKey = "secret of the buckets";

struct AddressRow {
  bool tried = false;
  std::uint8_t failures = 0;              ///< in a row, at most that many are counted
  std::uint64_t heard_ms = 0;             ///< when somebody first told of it
  std::uint64_t succeeded_ms = 0;         ///< the last handshake over it
  std::optional<std::uint64_t> source{};  ///< the group it was heard from, hashed with the secret; format 2 had none

  friend bool operator==(const AddressRow&, const AddressRow&) = default;
};

/// `source` must be there.
std::string encode(const AddressRow& row);
/// nullopt: not a row.
std::optional<AddressRow> decode_address_row(std::string_view value);

/// Whether the address book can read this row of its family.
bool is_book_row(std::string_view key, std::string_view value);

}  // namespace suara::p2p
