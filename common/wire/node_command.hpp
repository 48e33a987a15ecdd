// What an operator tells a running node: signed with its admin key, because its HTTP interface has no accounts. The
// form and the bytes that are signed are in proto-docs/http.md, "POST /v1/commands".
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara::wire {

enum class NodeCommandKind : std::uint8_t {
  kBan,         ///< `subject`: IP address, prefix, or node key
  kUnban,       ///< likewise
  kDisconnect,  ///< likewise, or host:port
  kConnect,     ///< `subject`: host:port
};
/// As on the wire: "ban", "unban", "disconnect", "connect".
std::string_view text_of(NodeCommandKind kind);

struct NodeCommand {
  NodeCommandKind kind = NodeCommandKind::kBan;
  std::string subject;
  std::uint64_t for_ms = 0;  ///< kBan only; 0: for good
  std::string reason;        ///< kBan only; for people

  struct Authorization {
    PublicKey key;
    std::uint64_t sequence = 0;
    Signature signature;
  };
  std::optional<Authorization> authorization;
};

inline constexpr std::size_t kMaxCommandSubjectSizeBytes = 300;
inline constexpr std::size_t kMaxCommandReasonSizeBytes = 256;
/// Ten years: longer is meant to be for good.
inline constexpr std::uint64_t kMaxBanMs = 10ULL * 365 * 24 * 3600 * 1000;

/// Of a command that has an authorization.
Hash256 digest_to_sign(const NodeCommand& command, const NetworkId& network);
/// The sequence must exceed that of every command this node has obeyed; clients count in milliseconds since 1970.
void sign(NodeCommand& command, const NetworkId& network, const PrivateKey& key, std::uint64_t sequence);

/// One JSON object.
std::string encode(const NodeCommand& command);
/// Errors: DecodeError, naming the member. A command without public_key, sequence and signature decodes as unsigned.
Result<NodeCommand> decode_node_command(std::string_view text);

}  // namespace suara::wire
