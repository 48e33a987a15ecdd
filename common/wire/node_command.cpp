#include "common/wire/node_command.hpp"

#include "common/util/byte_writer.hpp"
#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "common/wire/hex_member.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace suara::wire {
namespace {

namespace json = boost::json;

constexpr std::array kKinds{NodeCommandKind::kBan, NodeCommandKind::kUnban, NodeCommandKind::kDisconnect,
                            NodeCommandKind::kConnect};
constexpr std::size_t kLongestKindText = 16;

Result<NodeCommandKind> kind_member(const ObjectReader& reader) {
  const auto text = reader.text("command", kLongestKindText);
  if (!text) return text.error();
  for (const NodeCommandKind kind : kKinds) {
    if (text_of(kind) == *text) return kind;
  }
  return Error(DecodeError::kBadValue, "command must be ban, unban, disconnect or connect, not \"" + *text + "\"");
}

Result<std::optional<NodeCommand::Authorization>> authorization_members(const ObjectReader& reader) {
  if (!reader.has("public_key") && !reader.has("sequence") && !reader.has("signature")) {
    return std::optional<NodeCommand::Authorization>();
  }
  NodeCommand::Authorization authorization;
  const auto key = hex_member<sizeof(PublicKey::bytes)>(reader, "public_key");
  if (!key) return key.error();
  authorization.key.bytes = *key;
  const auto sequence = reader.integer("sequence");
  if (!sequence) return sequence.error();
  authorization.sequence = *sequence;
  const auto signature = hex_member<sizeof(Signature::bytes)>(reader, "signature");
  if (!signature) return signature.error();
  authorization.signature.bytes = *signature;
  return std::optional(authorization);
}

}  // namespace

std::string_view text_of(NodeCommandKind kind) {
  switch (kind) {
    case NodeCommandKind::kBan: return "ban";
    case NodeCommandKind::kUnban: return "unban";
    case NodeCommandKind::kDisconnect: return "disconnect";
    case NodeCommandKind::kConnect: return "connect";
  }
  CHECK(false);
}

Hash256 digest_to_sign(const NodeCommand& command, const NetworkId& network) {
  CHECK(command.authorization.has_value());
  ByteWriter body;
  body.sized(text_of(command.kind));
  body.sized(command.subject);
  body.u64(command.for_ms);
  body.sized(command.reason);
  body.raw(command.authorization->key.view());
  body.u64(command.authorization->sequence);
  return signing_digest("suara.node-command", network, body.view());
}

void sign(NodeCommand& command, const NetworkId& network, const PrivateKey& key, std::uint64_t sequence) {
  command.authorization = NodeCommand::Authorization{key.public_key(), sequence, {}};
  command.authorization->signature = key.sign(digest_to_sign(command, network));
}

std::string encode(const NodeCommand& command) {
  json::object object{{"command", text_of(command.kind)}, {"subject", command.subject}};
  if (command.for_ms != 0) object["for_ms"] = command.for_ms;
  if (!command.reason.empty()) object["reason"] = command.reason;
  if (const auto& authorization = command.authorization) {
    object["public_key"] = to_hex(authorization->key.view());
    object["sequence"] = authorization->sequence;
    object["signature"] = to_hex(authorization->signature.view());
  }
  return json::serialize(object);
}

Result<NodeCommand> decode_node_command(std::string_view text) {
  const auto object = parse_json_object(text);
  if (!object) return object.error();
  const ObjectReader reader(*object);
  NodeCommand command;
  const auto kind = kind_member(reader);
  if (!kind) return kind.error();
  command.kind = *kind;
  auto subject = reader.text("subject", kMaxCommandSubjectSizeBytes);
  if (!subject) return subject.error();
  command.subject = std::move(*subject);
  const auto for_ms = integer_or(reader, "for_ms", 0, kMaxBanMs);
  if (!for_ms) return for_ms.error();
  command.for_ms = *for_ms;
  auto reason = text_or(reader, "reason", kMaxCommandReasonSizeBytes);
  if (!reason) return reason.error();
  command.reason = std::move(*reason);
  auto authorization = authorization_members(reader);
  if (!authorization) return authorization.error();
  command.authorization = *authorization;
  return command;
}

}  // namespace suara::wire
