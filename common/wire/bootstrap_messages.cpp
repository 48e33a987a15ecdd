// Replies and events: what servers encode and native clients decode.
#include "common/wire/bootstrap_messages.hpp"

#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "common/wire/bootstrap_members.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/envelope.hpp"
#include "common/wire/hex_member.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/peer_list.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace suara::wire {
namespace {

constexpr std::string_view kKnownTypes =
    "REGISTERED, PEERS, REMOVED, SUBSCRIBED, PEER_JOINED, PEER_LEFT, INSPECTED, PONG, ERROR";
constexpr std::size_t kMaxShortTextSizeBytes = 64;
constexpr std::size_t kMaxMessageSizeBytes = 4096;

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
    boost::json::object payload{{"address", reply.address.text()},  {"refreshed", reply.refreshed},
                                {"ttl_seconds", reply.ttl_seconds}, {"refresh_seconds", reply.refresh_seconds},
                                {"observed", reply.observed},       {"state", text_of(reply.state)},
                                {"revision", reply.revision}};
    if (!reply.others.empty()) {
      boost::json::array& others = payload["others"].emplace_array();
      for (const Address& other : reply.others) others.emplace_back(other.text());
    }
    return encode_envelope("REGISTERED", payload);
  }
  std::string operator()(const Peers& reply) const {
    PeerListWriter writer;
    for (const PeerEntry& entry : reply.peers) writer.add(entry);
    return writer.finish(reply.revision, reply.next);
  }
  std::string operator()(const Removed& reply) const {
    return encode_envelope("REMOVED", {{"address", reply.address.text()}, {"revision", reply.revision}});
  }
  std::string operator()(const Subscribed& reply) const {
    return encode_envelope("SUBSCRIBED", {{"revision", reply.revision}, {"reset", reply.reset}});
  }
  std::string operator()(const PeerJoined& event) const {
    return encode_envelope("PEER_JOINED", {{"address", event.address.text()},
                                           {"network", event.network},
                                           {"state", text_of(event.state)},
                                           {"revision", event.revision}});
  }
  std::string operator()(const PeerLeft& event) const {
    return encode_envelope("PEER_LEFT", {{"address", event.address.text()},
                                         {"network", event.network},
                                         {"reason", text_of(event.reason)},
                                         {"revision", event.revision}});
  }
  std::string operator()(const Inspected& reply) const {
    boost::json::object payload{{"address", reply.address.text()},
                                {"network", reply.network},
                                {"observed", reply.observed},
                                {"registered", reply.registered}};
    if (reply.registered) {
      payload["state"] = text_of(reply.state);
      payload["first_seen_ms"] = reply.first_seen_ms;
      payload["lease_left_ms"] = reply.lease_left_ms;
      payload["source_host"] = reply.source_host;
      payload["has_key"] = reply.has_key;
      if (reply.status) payload["status"] = status_object(*reply.status);
      if (reply.clock_offset_ms) payload["clock_offset_ms"] = *reply.clock_offset_ms;
    }
    if (reply.check) {
      payload["check"] = {{"time_ms", reply.check->time_ms},
                          {"ok", reply.check->ok},
                          {"error", reply.check->error},
                          {"failures", reply.check->failures}};
    }
    return encode_envelope("INSPECTED", payload);
  }
  std::string operator()(const Pong&) const { return encode_envelope("PONG", {}); }
  std::string operator()(const ErrorReply& reply) const {
    boost::json::object payload{{"code", reply.code}, {"message", reply.message}};
    if (reply.retry_after_ms) payload["retry_after_ms"] = *reply.retry_after_ms;
    if (reply.sequence) payload["sequence"] = *reply.sequence;
    return encode_envelope("ERROR", payload);
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
  const auto state = state_member(payload);
  if (!state) return state.error();
  const auto revision = payload.integer("revision");
  if (!revision) return revision.error();
  auto others = others_member(payload);
  if (!others) return others.error();
  return BootstrapReply(Registered{std::move(*address), *refreshed, static_cast<std::uint32_t>(*ttl),
                                   static_cast<std::uint32_t>(*refresh), std::move(*observed), *state, *revision,
                                   std::move(*others)});
}

Result<PeerEntry> decode_entry(const ObjectReader& peer) {
  auto address = address_member(peer);
  if (!address) return address.error();
  auto network = network_member(peer);
  if (!network) return network.error();
  const auto state = state_member(peer);
  if (!state) return state.error();
  const auto first_seen = integer_or(peer, "first_seen_ms", 0);
  if (!first_seen) return first_seen.error();
  const auto lease_left = integer_or(peer, "lease_left_ms", 0);
  if (!lease_left) return lease_left.error();
  auto status = status_member(peer);
  if (!status) return status.error();
  const auto clock_offset = clock_offset_member(peer);
  if (!clock_offset) return clock_offset.error();
  PeerEntry entry{std::move(*address), std::move(*network), *state,       *first_seen,
                  *lease_left,         std::move(*status),  *clock_offset};
  if (peer.has("public_key")) {
    const auto key = hex_member<sizeof(PublicKey::bytes)>(peer, "public_key");
    if (!key) return key.error();
    entry.key = PublicKey{*key};
  }
  return entry;
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
    if (!from_hex(*next)) return Error(DecodeError::kBadValue, "payload.next must be hexadecimal digits");
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
  if (type == "PEER_JOINED") {
    const auto state = state_member(payload);
    if (!state) return state.error();
    return BootstrapReply(PeerJoined{std::move(*address), std::move(*network), *revision, *state});
  }
  const auto reason = reason_member(payload);
  if (!reason) return reason.error();
  return BootstrapReply(PeerLeft{std::move(*address), std::move(*network), *reason, *revision});
}

Result<void> read_registered_members(const ObjectReader& payload, Inspected& reply) {
  const auto state = state_member(payload);
  if (!state) return state.error();
  reply.state = *state;
  const auto first_seen = payload.integer("first_seen_ms");
  if (!first_seen) return first_seen.error();
  reply.first_seen_ms = *first_seen;
  const auto lease_left = payload.integer("lease_left_ms");
  if (!lease_left) return lease_left.error();
  reply.lease_left_ms = *lease_left;
  auto source_host = payload.text("source_host", kMaxHostSizeBytes);
  if (!source_host) return source_host.error();
  reply.source_host = std::move(*source_host);
  const auto has_key = payload.boolean("has_key");
  if (!has_key) return has_key.error();
  reply.has_key = *has_key;
  auto status = status_member(payload);
  if (!status) return status.error();
  reply.status = std::move(*status);
  const auto clock_offset = clock_offset_member(payload);
  if (!clock_offset) return clock_offset.error();
  reply.clock_offset_ms = *clock_offset;
  return {};
}

Result<LastCheck> decode_check(const ObjectReader& check) {
  const auto time = check.integer("time_ms");
  if (!time) return time.error();
  const auto ok = check.boolean("ok");
  if (!ok) return ok.error();
  auto error = text_or(check, "error", kMaxMessageSizeBytes);
  if (!error) return error.error();
  const auto failures = integer_or(check, "failures", 0, UINT32_MAX);
  if (!failures) return failures.error();
  return LastCheck{*time, *ok, std::move(*error), static_cast<std::uint32_t>(*failures)};
}

Result<BootstrapReply> decode_inspected(const ObjectReader& payload) {
  auto address = address_member(payload);
  if (!address) return address.error();
  auto network = network_member(payload);
  if (!network) return network.error();
  auto observed = payload.text("observed", kMaxHostSizeBytes + 8);
  if (!observed) return observed.error();
  const auto registered = payload.boolean("registered");
  if (!registered) return registered.error();
  Inspected reply{std::move(*address), std::move(*network), std::move(*observed), *registered};
  if (reply.registered) {
    const auto read = read_registered_members(payload, reply);
    if (!read) return read.error();
  }
  if (payload.has("check")) {
    const auto object = payload.object("check");
    if (!object) return object.error();
    auto check = decode_check(*object);
    if (!check) return check.error();
    reply.check = std::move(*check);
  }
  return BootstrapReply(std::move(reply));
}

Result<BootstrapReply> decode_error(const ObjectReader& payload) {
  auto code = payload.text("code", kMaxShortTextSizeBytes);
  if (!code) return code.error();
  auto message = text_or(payload, "message", kMaxMessageSizeBytes);
  if (!message) return message.error();
  ErrorReply reply{std::move(*code), std::move(*message)};
  if (payload.has("retry_after_ms")) {
    const auto retry_after = payload.integer("retry_after_ms");
    if (!retry_after) return retry_after.error();
    reply.retry_after_ms = *retry_after;
  }
  if (payload.has("sequence")) {
    const auto sequence = payload.integer("sequence");
    if (!sequence) return sequence.error();
    reply.sequence = *sequence;
  }
  return BootstrapReply(std::move(reply));
}

}  // namespace

std::string_view text_of(LeaveReason reason) {
  switch (reason) {
    case LeaveReason::kRemoved: return "removed";
    case LeaveReason::kExpired: return "expired";
    case LeaveReason::kUnreachable: return "unreachable";
  }
  CHECK(false);
}

std::string_view text_of(RowState state) {
  switch (state) {
    case RowState::kUnverified: return "unverified";
    case RowState::kVerified: return "verified";
    case RowState::kUnchecked: return "unchecked";
  }
  CHECK(false);
}

Result<BootstrapReply> decode_bootstrap_reply(std::string_view line) {
  const auto envelope = decode_envelope(line);
  if (!envelope) return envelope.error();
  const std::string& type = envelope->type;
  const ObjectReader payload = envelope->reader();
  if (type == "REGISTERED") return decode_registered(payload);
  if (type == "PEERS") return decode_peers(payload);
  if (type == "REMOVED" || type == "PEER_JOINED" || type == "PEER_LEFT") return decode_change(type, payload);
  if (type == "SUBSCRIBED") return decode_subscribed(payload);
  if (type == "INSPECTED") return decode_inspected(payload);
  if (type == "PONG") return BootstrapReply(Pong{});
  if (type == "ERROR") return decode_error(payload);
  return unknown_type(type, kKnownTypes);
}

std::string encode(const BootstrapReply& reply) { return std::visit(Encoder{}, reply); }

}  // namespace suara::wire
