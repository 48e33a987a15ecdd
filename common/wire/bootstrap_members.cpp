#include "common/wire/bootstrap_members.hpp"

#include "common/crypto/sha256.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace suara::wire {
namespace {

constexpr std::size_t kHashTextSize = 64;
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

boost::json::object peers_object(const Peers& peers) {
  boost::json::array entries;
  for (const PeerEntry& entry : peers.peers) {
    boost::json::object object{{"address", entry.address.text()},
                               {"network", entry.network},
                               {"state", entry.state},
                               {"first_seen_ms", entry.first_seen_ms},
                               {"lease_left_ms", entry.lease_left_ms}};
    if (entry.status) object["status"] = status_object(*entry.status);
    entries.push_back(std::move(object));
  }
  boost::json::object payload{{"peers", std::move(entries)}, {"revision", peers.revision}};
  if (peers.next) payload["next"] = *peers.next;
  return payload;
}

}  // namespace suara::wire
