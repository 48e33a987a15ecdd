#include "common/wire/bootstrap_members.hpp"

#include "common/crypto/sha256.hpp"
#include "common/util/hex.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/hex_member.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace suara::wire {
namespace {

constexpr std::size_t kHashTextSize = 64;
constexpr std::size_t kMaxStateSizeBytes = 64;
constexpr std::size_t kMaxAddressTextSizeBytes = kMaxHostSizeBytes + 8;

// A hash in hex, or empty where absent or empty.
Result<std::string> hash_member(const ObjectReader& reader, std::string_view name) {
  auto text = text_or(reader, name, kHashTextSize);
  if (!text || text->empty()) return text;
  const auto hash = Hash256::from_hex(*text);
  if (!hash) return Error(DecodeError::kBadValue, reader.path_of(name) + " must be 64 hexadecimal digits or \"\"");
  return hash->hex();
}

}  // namespace

Result<Address> address_member(const ObjectReader& reader) {
  const auto text = reader.text("address", kMaxAddressTextSizeBytes);
  if (!text) return text.error();
  return parse_address(*text);
}

Result<std::string> network_member(const ObjectReader& reader) { return hash_member(reader, "network"); }

Result<RowState> state_member(const ObjectReader& reader) {
  const auto text = text_or(reader, "state", kMaxStateSizeBytes);
  if (!text) return text.error();
  for (const RowState state : {RowState::kVerified, RowState::kUnchecked}) {
    if (*text == text_of(state)) return state;
  }
  return RowState::kUnverified;
}

Result<std::optional<PeerStatus>> status_member(const ObjectReader& reader) {
  if (!reader.has("status")) return std::optional<PeerStatus>();
  const auto status = reader.object("status");
  if (!status) return status.error();
  const auto height = integer_or(*status, "height", 0);
  if (!height) return height.error();
  auto tip = hash_member(*status, "tip");
  if (!tip) return tip.error();
  auto agent = text_or(*status, "agent", kMaxAgentSizeBytes);
  if (!agent) return agent.error();
  if (!std::all_of(agent->begin(), agent->end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
    return Error(DecodeError::kBadValue, status->path_of("agent") + " must be printable ASCII");
  }
  const auto time = integer_or(*status, "time_ms", 0);
  if (!time) return time.error();
  return std::optional(PeerStatus{*height, std::move(*tip), std::move(*agent), *time});
}

boost::json::object status_object(const PeerStatus& status) {
  return {{"height", status.height_blocks}, {"tip", status.tip}, {"agent", status.agent}, {"time_ms", status.time_ms}};
}

Result<std::optional<std::int64_t>> clock_offset_member(const ObjectReader& reader) {
  if (!reader.has("clock_offset_ms")) return std::optional<std::int64_t>();
  const auto offset = reader.signed_integer("clock_offset_ms");
  if (!offset) return offset.error();
  return std::optional(*offset);
}

Result<std::optional<Authorization>> authorization_members(const ObjectReader& reader) {
  if (!reader.has("public_key") && !reader.has("sequence") && !reader.has("signature")) {
    return std::optional<Authorization>();
  }
  const auto key = hex_member<sizeof(PublicKey::bytes)>(reader, "public_key");
  if (!key) return key.error();
  const auto sequence = reader.integer("sequence");
  if (!sequence) return sequence.error();
  const auto signature = hex_member<sizeof(Signature::bytes)>(reader, "signature");
  if (!signature) return signature.error();
  return std::optional(Authorization{{*key}, *sequence, {*signature}});
}

void add_authorization(boost::json::object& payload, const std::optional<Authorization>& authorization) {
  if (!authorization) return;
  payload["public_key"] = to_hex(authorization->key.view());
  payload["sequence"] = authorization->sequence;
  payload["signature"] = to_hex(authorization->signature.view());
}

Result<std::vector<Address>> others_member(const ObjectReader& reader) {
  std::vector<Address> others;
  if (!reader.has("others")) return others;
  const auto texts = reader.texts("others", kMaxOtherServers, kMaxAddressTextSizeBytes);
  if (!texts) return texts.error();
  for (const std::string& text : *texts) {
    auto address = parse_address(text);
    if (!address) return address.error();
    others.push_back(std::move(*address));
  }
  return others;
}

}  // namespace suara::wire
