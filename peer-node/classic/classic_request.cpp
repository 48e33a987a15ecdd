#include "peer-node/classic/classic_request.hpp"

#include "common/util/base64.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/limits.hpp"

namespace suara::classic {
namespace {

/// Base64 of host:port, or of a JSON object with an address (a key in it may be any bytes).
std::optional<wire::Address> notice_address(const wire::ObjectReader& reader) {
  const auto data = reader.text("data", wire::kMaxUntrustedLineSizeBytes);
  if (!data) return std::nullopt;
  const auto bytes = from_base64(*data);
  if (!bytes) return std::nullopt;
  const std::string_view text = as_text(*bytes);
  if (const auto plain = wire::parse_address(text)) return *plain;
  const auto object = wire::parse_json_object(text, wire::Utf8::kAny);
  if (!object) return std::nullopt;
  const auto address = wire::ObjectReader(*object).text("address", wire::kMaxHostSizeBytes + 8);
  if (!address) return std::nullopt;
  const auto parsed = wire::parse_address(*address);
  return parsed ? std::optional<wire::Address>(*parsed) : std::nullopt;
}

}  // namespace

Request classify(std::string_view line) {
  const auto object = wire::parse_json_object(line, wire::Utf8::kAny);
  if (!object) return {};
  const wire::ObjectReader reader(*object);
  if (!reader.has("type")) return {reader.has("Index") ? Kind::kBareBlock : Kind::kNone, {}};
  const auto type = reader.text("type", 64);
  if (!type) return {};
  if (*type == "request_blockchain") return {Kind::kRequestBlockchain, {}};
  if (*type == "blockchain_update") return {Kind::kBlockchainUpdate, {}};
  if (*type == "new_peer_joined") return {Kind::kPeerJoined, notice_address(reader)};
  if (*type == "shutdown_peer") return {Kind::kPeerLeft, notice_address(reader)};
  return {};
}

}  // namespace suara::classic
