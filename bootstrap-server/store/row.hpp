// One peer in the directory.
#pragma once

#include "common/wire/bootstrap_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara::directory {

struct Row {
  wire::Address address;
  std::string network;  ///< hex, or empty
  wire::Flavour flavour = wire::Flavour::kNative;
  bool verified = false;
  std::uint64_t first_seen_ms = 0;
  std::uint64_t lease_ends_ms = 0;  ///< 0: no lease
  std::string source_host;          ///< who registered it first, as the server saw them
  std::string classic_key;          ///< v2's opaque `publicKey`
  std::optional<wire::PeerStatus> status;
};

/// The value under peer_key; network and address are in the key.
std::string encode_row(const Row& row);
/// Both as they were written: anything else is a broken invariant.
Row decode_row(std::string_view key, std::string_view value);

}  // namespace suara::directory
