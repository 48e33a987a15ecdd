// What nodes say to each other, as plain structs. The bytes are in proto-docs/peer.md: one JSON object per line,
// {"type":...,"payload":{...}}. Bulk bytes (headers, blocks, transactions) pass through undecoded: their canonical
// encoding belongs to the chain. Decoding holds every size and count to wire/limits.hpp before it allocates.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace suara::wire::peer {

inline constexpr std::uint32_t kProtocolVersion = 1;

// ---- becoming acquainted ---------------------------------------------------------------------------------------

/// First line of each side: the dialer's at once, the acceptor's in answer.
struct Hello {
  std::vector<std::uint32_t> versions;  ///< protocol versions spoken; the highest in common counts
  NetworkId network;
  PublicKey node_key;
  Hash256 nonce;                  ///< fresh for every connection
  std::optional<Address> listen;  ///< where this node can be dialed; none: nowhere
  std::uint64_t height = 0;
  Hash256 work;                          ///< accumulated at the tip, a big-endian number
  std::string agent;                     ///< program and version, at most kMaxAgentSizeBytes printable ASCII bytes
  std::optional<std::uint64_t> time_ms;  ///< the sender's clock, milliseconds since 1970, at most kMaxTimeMs
  bool compact = false;                  ///< the sender answers GetCompact
};

/// Signature over signing_digest("suara.hello", network, role ‖ my nonce ‖ your nonce ‖ your key ‖ exporter).
struct HelloProof {
  Signature signature;
};

struct Bye {
  std::string reason;
};

/// Sent before a connection is closed for a violation; also the answer to what cannot be answered otherwise.
struct ErrorMessage {
  std::string code;
  std::string message;
};

// ---- keeping in touch ------------------------------------------------------------------------------------------

struct Ping {
  std::uint64_t nonce = 0;
};
/// In order with everything else: who gets it knows that all sent before the ping was read.
struct Pong {
  std::uint64_t nonce = 0;
  std::optional<std::uint64_t> time_ms = std::nullopt;  ///< the sender's clock, as in Hello
};

struct GetPeers {};
/// The answer to GetPeers; with few addresses also unasked, as gossip about newcomers.
struct Peers {
  std::vector<Address> addresses;
};

// ---- chain and mempool -----------------------------------------------------------------------------------------

/// Ids the sender has and the receiver may ask for.
struct Announce {
  std::vector<Hash256> blocks;
  std::vector<Hash256> transactions;
};

/// Answered by Headers: those after the first locator entry on the sender's best chain.
struct GetHeaders {
  std::vector<Hash256> locator;  ///< best first
};
/// A header with its seal, on networks that list miners.
inline constexpr std::size_t kSealedHeaderSizeBytes = 96 + 128;
struct Headers {
  Bytes bytes;  ///< whole headers, ascending, 96 bytes each, or 224 with seals: which, the network says
};

/// Answered by one BlockBody each, or NotFound.
struct GetBlocks {
  std::vector<Hash256> ids;
};
struct BlockBody {
  Bytes bytes;
};

/// A new block without its transactions, for who has most of them waiting: answered by Compact or NotFound.
struct GetCompact {
  Hash256 id;
};
/// The leaves of the block's Merkle tree, in its order, stand for the transactions: they show by themselves that they
/// are what the header commits to, and name each byte of a transaction, as its id does not.
struct Compact {
  Bytes header;                 ///< 96 bytes, or 224 with the seal: which, the network says
  std::vector<Hash256> leaves;  ///< at most kMaxTransactionsPerCompact
};

/// Those of a block that the receiver of a Compact lacks: answered by BlockTransactions or NotFound.
struct GetBlockTransactions {
  Hash256 id;
  std::vector<std::uint32_t> indexes;  ///< places in the block, strictly ascending
};
struct BlockTransactions {
  Hash256 id;
  std::vector<Bytes> transactions;  ///< as they were asked for
};

/// Answered by Transactions (one or several) and NotFound.
struct GetTransactions {
  std::vector<Hash256> ids;
};
struct Transactions {
  std::vector<Bytes> transactions;
};

struct NotFound {
  std::vector<Hash256> blocks;
  std::vector<Hash256> transactions;
};

/// Answered by Announce with all ids that wait in the mempool.
struct GetMempool {};

/// The chain specification of the hello's network, for nodes that know only its id.
struct GetSpec {};
struct Spec {
  std::string json;  ///< canonical form; its hash is the network id
};

/// A type this version does not know: ignored and counted, which is how the protocol grows.
struct Unknown {
  std::string type;
};

using Message = std::variant<Hello, HelloProof, Bye, ErrorMessage, Ping, Pong, GetPeers, Peers, Announce, GetHeaders,
                             Headers, GetBlocks, BlockBody, GetTransactions, Transactions, NotFound, GetMempool,
                             GetSpec, Spec, GetCompact, Compact, GetBlockTransactions, BlockTransactions, Unknown>;

/// One line without its newline. Errors: DecodeError.
Result<Message> decode(std::string_view line);

/// The line, with its newline. The message is within its limits, or that is our bug; Unknown cannot be encoded.
std::string encode(const Message& message);

}  // namespace suara::wire::peer
