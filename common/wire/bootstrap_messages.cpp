// Replies and events: what servers encode and native clients decode.
#include "common/wire/bootstrap_messages.hpp"

#include "common/util/check.hpp"
#include "common/wire/bootstrap_members.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/envelope.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace suara::wire {
namespace {

constexpr std::string_view kKnownTypes = "REGISTERED, PEERS, REMOVED, SUBSCRIBED, PEER_JOINED, PEER_LEFT, PONG, ERROR";
constexpr std::size_t kMaxShortTextSizeBytes = 64;
constexpr std::size_t kMaxMessageSizeBytes = 4096;

std::string_view text_of(LeaveReason reason) {
  switch (reason) {
    case LeaveReason::kRemoved: return "removed";
    case LeaveReason::kExpired: return "expired";
    case LeaveReason::kUnreachable: return "unreachable";
  }
  CHECK(false);
}

Result<LeaveReason> reason_member(const ObjectReader& payload) {
  const auto text = payload.text("reason", kMaxShortTextSizeBytes);
  if (!text) return text.error();
  for (const LeaveReason reason : {LeaveReason::kRemoved, LeaveReason::kExpired, LeaveReason::kUnreachable}) {
    if (*text == text_of(reason)) return reason;
  }
  return Error(DecodeError::kBadValue, "payload.reason must be removed, expired or unreachable");
}

struct Encoder {
  std::string operator()(const Registered& reply) const {
    return encode_envelope("REGISTERED", {{"address", reply.address.text()},
                                          {"refreshed", reply.refreshed},
                                          {"ttl_seconds", reply.ttl_seconds},
                                          {"refresh_seconds", reply.refresh_seconds},
                                          {"observed", reply.observed},
                                          {"state", reply.state},
                                          {"revision", reply.revision}});
  }
  std::string operator()(const Peers& reply) const { return encode_envelope("PEERS", peers_object(reply)); }
  std::string operator()(const Removed& reply) const {
    return encode_envelope("REMOVED", {{"address", reply.address.text()}, {"revision", reply.revision}});
  }
  std::string operator()(const Subscribed& reply) const {
    return encode_envelope("SUBSCRIBED", {{"revision", reply.revision}, {"reset", reply.reset}});
  }
  std::string operator()(const PeerJoined& event) const {
    return encode_envelope(
        "PEER_JOINED", {{"address", event.address.text()}, {"network", event.network}, {"revision", event.revision}});
  }
  std::string operator()(const PeerLeft& event) const {
    return encode_envelope("PEER_LEFT", {{"address", event.address.text()},
                                         {"network", event.network},
                                         {"reason", text_of(event.reason)},
                                         {"revision", event.revision}});
  }
  std::string operator()(const Pong&) const { return encode_envelope("PONG", {}); }
  std::string operator()(const ErrorReply& reply) const {
    return encode_envelope("ERROR", {{"code", reply.code}, {"message", reply.message}});
  }
};

Result<BootstrapReply> decode_registered(const ObjectReader& payload) {
  auto address = address_member(payload);
  if (!address) return address.error();
  const auto refreshed = payload.boolean("refreshed");
  if (!refreshed) return refreshed.error();
  const auto ttl = payload.integer("ttl_seconds", UINT32_MAX);
  if (!ttl) return ttl.error();
  const auto refresh = payload.integer("refresh_seconds", UINT32_MAX);
  if (!refresh) return refresh.error();
  auto observed = text_or(payload, "observed", kMaxHostSizeBytes + 8);
  if (!observed) return observed.error();
  auto state = text_or(payload, "state", kMaxShortTextSizeBytes);
  if (!state) return state.error();
  const auto revision = payload.integer("revision");
  if (!revision) return revision.error();
  return BootstrapReply(Registered{std::move(*address), *refreshed, static_cast<std::uint32_t>(*ttl),
                                   static_cast<std::uint32_t>(*refresh), std::move(*observed), std::move(*state),
                                   *revision});
}

Result<PeerEntry> decode_entry(const ObjectReader& peer) {
  auto address = address_member(peer);
  if (!address) return address.error();
  auto network = network_member(peer);
  if (!network) return network.error();
  auto state = text_or(peer, "state", kMaxShortTextSizeBytes);
  if (!state) return state.error();
  const auto first_seen = integer_or(peer, "first_seen_ms", 0);
  if (!first_seen) return first_seen.error();
  const auto lease_left = integer_or(peer, "lease_left_ms", 0);
  if (!lease_left) return lease_left.error();
  auto status = status_member(peer);
  if (!status) return status.error();
  return PeerEntry{std::move(*address), std::move(*network), std::move(*state),
                   *first_seen,         *lease_left,         std::move(*status)};
}

Result<BootstrapReply> decode_peers(const ObjectReader& payload) {
  const auto items = payload.objects("peers", kMaxPeersPerAnswer);
  if (!items) return items.error();
  const auto revision = payload.integer("revision");
  if (!revision) return revision.error();
  Peers reply{{}, *revision, {}};
  for (const ObjectReader& item : *items) {
    auto entry = decode_entry(item);
    if (!entry) return entry.error();
    reply.peers.push_back(std::move(*entry));
  }
  if (payload.has("next")) {
    auto next = payload.text("next", kMaxCursorSizeBytes);
    if (!next) return next.error();
    reply.next = std::move(*next);
  }
  return BootstrapReply(std::move(reply));
}

Result<BootstrapReply> decode_subscribed(const ObjectReader& payload) {
  const auto revision = payload.integer("revision");
  if (!revision) return revision.error();
  const auto reset = payload.boolean("reset");
  if (!reset) return reset.error();
  return BootstrapReply(Subscribed{*revision, *reset});
}

// REMOVED, PEER_JOINED and PEER_LEFT: an address that something happened to at a revision.
Result<BootstrapReply> decode_change(std::string_view type, const ObjectReader& payload) {
  auto address = address_member(payload);
  if (!address) return address.error();
  const auto revision = payload.integer("revision");
  if (!revision) return revision.error();
  if (type == "REMOVED") return BootstrapReply(Removed{std::move(*address), *revision});
  auto network = network_member(payload);
  if (!network) return network.error();
  if (type == "PEER_JOINED") return BootstrapReply(PeerJoined{std::move(*address), std::move(*network), *revision});
  const auto reason = reason_member(payload);
  if (!reason) return reason.error();
  return BootstrapReply(PeerLeft{std::move(*address), std::move(*network), *reason, *revision});
}

Result<BootstrapReply> decode_error(const ObjectReader& payload) {
  auto code = payload.text("code", kMaxShortTextSizeBytes);
  if (!code) return code.error();
  auto message = text_or(payload, "message", kMaxMessageSizeBytes);
  if (!message) return message.error();
  return BootstrapReply(ErrorReply{std::move(*code), std::move(*message)});
}

}  // namespace

Result<BootstrapReply> decode_bootstrap_reply(std::string_view line) {
  const auto envelope = decode_envelope(line);
  if (!envelope) return envelope.error();
  const std::string& type = envelope->type;
  const ObjectReader payload = envelope->reader();
  if (type == "REGISTERED") return decode_registered(payload);
  if (type == "PEERS") return decode_peers(payload);
  if (type == "REMOVED" || type == "PEER_JOINED" || type == "PEER_LEFT") return decode_change(type, payload);
  if (type == "SUBSCRIBED") return decode_subscribed(payload);
  if (type == "PONG") return BootstrapReply(Pong{});
  if (type == "ERROR") return decode_error(payload);
  return unknown_type(type, kKnownTypes);
}

std::string encode(const BootstrapReply& reply) { return std::visit(Encoder{}, reply); }

}  // namespace suara::wire
