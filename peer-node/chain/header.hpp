// The block header: 96 bytes, and the two numbers in it that stand for work.
#pragma once

#include "common/crypto/sha256.hpp"
#include "common/util/bytes.hpp"
#include "common/util/result.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>

namespace suara::chain {

/// SHA-256 of the encoded header.
using BlockId = HashId<struct BlockTag>;

using Uint256 = boost::multiprecision::uint256_t;

inline constexpr std::size_t kHeaderSizeBytes = 96;

struct Header {
  std::uint32_t version = 1;
  std::uint64_t height = 0;
  BlockId previous;
  Hash256 transactions_root;
  std::uint64_t time_ms = 0;  ///< since 1970
  std::uint32_t bits = 0;     ///< compact target, see work.hpp
  std::uint64_t nonce = 0;
  friend bool operator==(const Header&, const Header&) = default;
};

std::array<std::uint8_t, kHeaderSizeBytes> encode(const Header& header);
Result<Header> decode_header(ByteView bytes);
BlockId block_id(const Header& header);

}  // namespace suara::chain
