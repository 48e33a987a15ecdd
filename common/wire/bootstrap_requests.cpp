// Requests: what servers decode (all flavours) and native clients encode.
#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "common/wire/bootstrap_members.hpp"
#include "common/wire/bootstrap_messages.hpp"
#include "common/wire/classic_bootstrap.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/envelope.hpp"
#include "common/wire/limits.hpp"

#include <boost/json/value.hpp>

namespace suara::wire {
namespace json = boost::json;
namespace {

constexpr std::string_view kKnownTypes = "REGISTER, GET_PEERS, REMOVE, SUBSCRIBE, INSPECT, PING";

Result<BootstrapRequest> decode_register(const ObjectReader& payload) {
  auto address = address_member(payload);
  if (!address) return address.error();
  auto network = network_member(payload);
  if (!network) return network.error();
  auto status = status_member(payload);
  if (!status) return status.error();
  auto authorization = authorization_members(payload);
  if (!authorization) return authorization.error();
  return BootstrapRequest(
      Register{Flavour::kNative, std::move(*address), std::move(*network), std::move(*status), {}, *authorization});
}

// GET_PEERS alone may mean every network, and then only page by page: a fair sample of all of them is none of any.
Result<std::string> listed_network_member(const ObjectReader& payload) {
  const auto text = text_or(payload, "network", kMaxTypeSizeBytes);
  if (!text || *text != kEveryNetwork) return network_member(payload);
  if (payload.has("after")) return std::string(kEveryNetwork);
  return Error(DecodeError::kBadValue,
               "payload.network \"*\" needs payload.after: all networks are listed page by page");
}

Result<BootstrapRequest> decode_get_peers(const ObjectReader& payload) {
  auto network = listed_network_member(payload);
  if (!network) return network.error();
  const auto limit = integer_or(payload, "limit", 0, UINT32_MAX);
  if (!limit) return limit.error();
  GetPeers request{true, std::move(*network), static_cast<std::uint32_t>(*limit), {}};
  if (payload.has("after")) {
    auto after = payload.text("after", kMaxCursorSizeBytes);
    if (!after) return after.error();
    if (!from_hex(*after)) {
      return Error(DecodeError::kBadValue, "payload.after must be \"\" or the `next` of the previous page");
    }
    request.after = std::move(*after);
  }
  return BootstrapRequest(std::move(request));
}

Result<BootstrapRequest> decode_remove(const ObjectReader& payload) {
  auto address = address_member(payload);
  if (!address) return address.error();
  auto network = network_member(payload);
  if (!network) return network.error();
  auto authorization = authorization_members(payload);
  if (!authorization) return authorization.error();
  return BootstrapRequest(Remove{Flavour::kNative, std::move(*address), std::move(*network), *authorization});
}

Result<BootstrapRequest> decode_inspect(const ObjectReader& payload) {
  auto address = address_member(payload);
  if (!address) return address.error();
  auto network = network_member(payload);
  if (!network) return network.error();
  return BootstrapRequest(Inspect{std::move(*address), std::move(*network)});
}

Result<BootstrapRequest> decode_subscribe(const ObjectReader& payload) {
  auto network = network_member(payload);
  if (!network) return network.error();
  Subscribe request{std::move(*network), {}};
  if (payload.has("since")) {
    const auto since = payload.integer("since");
    if (!since) return since.error();
    request.since_revision = *since;
  }
  return BootstrapRequest(std::move(request));
}

struct Encoder {
  std::string operator()(const Register& request) const {
    CHECK(request.flavour == Flavour::kNative);
    json::object payload{{"address", request.address.text()}, {"network", request.network}};
    if (request.status) payload["status"] = status_object(*request.status);
    add_authorization(payload, request.authorization);
    return encode_envelope("REGISTER", payload);
  }
  std::string operator()(const GetPeers& request) const {
    CHECK(request.native);
    json::object payload{{"network", request.network}};
    if (request.limit != 0) payload["limit"] = request.limit;
    if (request.after) payload["after"] = *request.after;
    return encode_envelope("GET_PEERS", payload);
  }
  std::string operator()(const Remove& request) const {
    CHECK(request.flavour == Flavour::kNative);
    json::object payload{{"address", request.address.text()}, {"network", request.network}};
    add_authorization(payload, request.authorization);
    return encode_envelope("REMOVE", payload);
  }
  std::string operator()(const Subscribe& request) const {
    json::object payload{{"network", request.network}};
    if (request.since_revision) payload["since"] = *request.since_revision;
    return encode_envelope("SUBSCRIBE", payload);
  }
  std::string operator()(const Inspect& request) const {
    return encode_envelope("INSPECT", {{"address", request.address.text()}, {"network", request.network}});
  }
  std::string operator()(const Ping&) const { return encode_envelope("PING", {}); }
};

}  // namespace

Result<BootstrapRequest> decode_bootstrap_request(std::string_view text) {
  auto object = parse_json_object(text);
  if (!object) return object.error();
  if (!ObjectReader(*object).has("type")) *object = with_classic_names(*object);
  const ObjectReader message(*object);
  if (!message.has("type")) {
    auto v0 = decode_classic_v0(text);
    if (v0 || !(v0.error() == DecodeError::kMissingMember)) return v0;
    return Error(DecodeError::kMissingMember, "type is required, one of " + std::string(kKnownTypes));
  }
  const auto type = message.text("type", kMaxTypeSizeBytes);
  if (!type) return type.error();

  const json::value* payload = object->if_contains("payload");
  if (payload != nullptr && payload->is_string()) return decode_classic(*type, payload->get_string());
  if (!message.has("payload") && *type == "GET_PEERS") return decode_classic(*type, {});

  const json::object empty;
  ObjectReader members(empty, "payload");
  if (message.has("payload")) {
    const auto reader = message.object("payload");
    if (!reader) return reader.error();
    members = *reader;
  }
  if (*type == "REGISTER") return decode_register(members);
  if (*type == "GET_PEERS") return decode_get_peers(members);
  if (*type == "REMOVE") return decode_remove(members);
  if (*type == "SUBSCRIBE") return decode_subscribe(members);
  if (*type == "INSPECT") return decode_inspect(members);
  if (*type == "PING") return BootstrapRequest(Ping{});
  return unknown_type(*type, kKnownTypes);
}

std::string encode(const BootstrapRequest& request) { return std::visit(Encoder{}, request); }

}  // namespace suara::wire
