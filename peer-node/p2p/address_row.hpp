// What the address book keeps on disk of one address, under the address as text in the family kAddresses; and, under
// names that no address can have, the book's secret and what is kept of bootstrap servers that other servers named.
//
//     row     version u8 = 1 ‖ tried u8 (0, 1) ‖ failures u8 ‖ heard u64 ‖ succeeded u64 ‖ source u64
//     row of format 2: succeeded u64
//     secret  32 bytes
//     server  named u64 ‖ answered u64
//
// Times are ms since 1970, 0 for never. `tried` needs a success. One encoding per value.
#pragma once

#include "common/wire/address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara::p2p {

inline constexpr std::string_view kBookSecretKey = "secret of the buckets";
inline constexpr std::string_view kServerKeyPrefix = "server ";  ///< before a bootstrap server's address

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

struct ServerRow {
  std::uint64_t named_ms = 0;     ///< when another first named it
  std::uint64_t answered_ms = 0;  ///< when it last did, to the hour

  friend bool operator==(const ServerRow&, const ServerRow&) = default;
};

std::string server_key(const wire::Address& server);
/// nullopt: not the key of a server.
std::optional<wire::Address> server_of_key(std::string_view key);
std::string encode(const ServerRow& row);
std::optional<ServerRow> decode_server_row(std::string_view value);

/// Whether the address book can read this row of its family.
bool is_book_row(std::string_view key, std::string_view value);

}  // namespace suara::p2p
