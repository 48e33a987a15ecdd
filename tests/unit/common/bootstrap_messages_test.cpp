#include "common/wire/bootstrap_messages.hpp"

#include "common/util/base64.hpp"
#include "common/wire/address.hpp"
#include "common/wire/decode_error.hpp"
#include "common/wire/limits.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace suara::wire {
namespace {

const std::string kNetwork(64, 'a');

std::string error_of(std::string_view request) {
  const auto decoded = decode_bootstrap_request(request);
  return decoded ? "none" : std::string(decoded.error().name());
}

std::string message_of(std::string_view request) {
  const auto decoded = decode_bootstrap_request(request);
  return decoded ? "none" : decoded.error().message();
}

TEST(BootstrapRequest, EveryNativeOneSurvivesTheTrip) {
  const Address address{"192.0.2.7", 3000};
  const PeerStatus status{12, std::string(64, 'b'), "suara/0.1.0", UINT64_MAX};
  const Authorization authorization{PrivateKey::from_seed("owner").public_key(), UINT64_MAX, {}};
  const std::vector<BootstrapRequest> requests = {
      Register{Flavour::kNative, address, kNetwork, status, {}},
      Register{Flavour::kNative, Address{"2001:db8::1", 1}, "", {}, {}},
      GetPeers{true, kNetwork, 0, {}},
      GetPeers{true, "", 7, ""},
      Remove{Flavour::kNative, address, kNetwork},
      Register{Flavour::kNative, address, kNetwork, status, {}, authorization},
      Remove{Flavour::kNative, address, kNetwork, authorization},
      Inspect{address, kNetwork},
      Subscribe{kNetwork, {}},
      Subscribe{kNetwork, 9},
      Ping{},
  };
  for (const BootstrapRequest& request : requests) {
    const std::string line = encode(request);
    const auto decoded = decode_bootstrap_request(line);
    ASSERT_TRUE(decoded) << line << decoded.error().message();
    EXPECT_EQ(encode(*decoded), line);
  }
}

TEST(BootstrapReply, EveryOneSurvivesTheTrip) {
  const Address address{"192.0.2.7", 3000};
  const PublicKey key = PrivateKey::from_seed("owner").public_key();
  const PeerStatus status{3, "", "x", 4};
  const PeerEntry entry{address, kNetwork, RowState::kVerified, 1, 2, status, -5, key};
  const Address other{"2001:db8::1", 4000};
  const std::vector<BootstrapReply> replies = {
      Registered{address, true, 120, 40, "198.51.100.1:5000", RowState::kUnverified, 7},
      Registered{address, true, 120, 40, "198.51.100.1:5000", RowState::kUnchecked, 7, {address, other}},
      Peers{{entry, PeerEntry{address, "", RowState::kUnverified, 1, 0, {}}}, 8, "00ff"},
      Peers{},
      Removed{address, 9},
      Subscribed{10, true},
      PeerJoined{address, kNetwork, 11},
      PeerJoined{address, kNetwork, 11, RowState::kVerified},
      PeerLeft{address, kNetwork, LeaveReason::kExpired, 12},
      PeerLeft{address, kNetwork, LeaveReason::kUnreachable, 12},
      Pong{},
      Inspected{address, kNetwork, "198.51.100.1:5000"},
      Inspected{address, kNetwork, "198.51.100.1:5000", true, RowState::kVerified, 1, 2, "198.51.100.1", true, status,
                INT64_MIN, LastCheck{13, false, "refused", 2}},
      ErrorReply{"not_found", "nobody of that name"},
      ErrorReply{"rate_limited", "slower", 250},
      ErrorReply{"stale_sequence", "seen that", std::nullopt, 14},
  };
  for (const BootstrapReply& reply : replies) {
    const std::string line = encode(reply);
    const auto decoded = decode_bootstrap_reply(line);
    ASSERT_TRUE(decoded) << line << decoded.error().message();
    EXPECT_EQ(encode(*decoded), line);
  }
}

TEST(BootstrapRequest, MistakesAreNamed) {
  EXPECT_EQ(error_of(""), "not_json");
  EXPECT_EQ(error_of("GET / HTTP/1.1"), "not_json");
  EXPECT_EQ(error_of(R"({"type":"PING"}x)"), "not_json");
  EXPECT_EQ(error_of("[1]"), "not_an_object");
  EXPECT_EQ(error_of("{\"type\":\"\xff\"}"), "bad_utf8");
  EXPECT_EQ(error_of("{\"type\":\"\xed\xa0\x80\"}"), "bad_utf8");
  EXPECT_EQ(error_of("{\"type\":\"\xc0\xaf\"}"), "bad_utf8");
  EXPECT_EQ(error_of("{}"), "missing_member");
  EXPECT_EQ(error_of(R"({"type":7})"), "wrong_type");
  EXPECT_EQ(error_of(R"({"type":"FROB","payload":{}})"), "unknown_type");
  EXPECT_EQ(error_of(R"({"type":"FROB","payload":"x"})"), "unknown_type");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{}})"), "missing_member");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":null}})"), "missing_member");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":3000}})"), "wrong_type");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":[]})"), "wrong_type");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":"localhost"}})"), "missing_port");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":"localhost:65536"}})"), "bad_port");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":"a b:1"}})"), "bad_host");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":"a:1","network":"beef"}})"), "bad_value");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":"a:1","status":{"height":-1}}})"), "bad_value");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":{"address":"a:1","status":{"agent":"\n"}}})"), "bad_value");
  EXPECT_EQ(error_of(R"({"type":"GET_PEERS","payload":{"limit":1.5}})"), "bad_value");
  EXPECT_EQ(error_of(R"({"type":"GET_PEERS","payload":{"limit":"1"}})"), "wrong_type");
  EXPECT_EQ(error_of(R"({"type":"GET_PEERS","payload":{"after":"xyz"}})"), "bad_value");
  EXPECT_EQ(error_of(R"({"type":"SUBSCRIBE","payload":{"since":-3}})"), "bad_value");
  EXPECT_EQ(error_of(R"({"address":"localhost"})"), "missing_port");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":"localhost"})"), "missing_port");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":""})"), "missing_port");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":")" + to_base64(as_bytes("{}")) + "\"}"), "missing_member");
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":")" + to_base64(as_bytes("{oops")) + "\"}"), "not_json");
}

TEST(BootstrapRequest, ErrorsSayWhatWouldBeRight) {
  EXPECT_THAT(message_of(R"({"type":"FROB","payload":{}})"),
              testing::HasSubstr("\"FROB\" is none of REGISTER, GET_PEERS, REMOVE, SUBSCRIBE, INSPECT, PING"));
  EXPECT_THAT(message_of(R"({"type":"REMOVE","payload":{}})"), testing::HasSubstr("payload.address is required"));
  EXPECT_THAT(message_of(R"({"type":"REGISTER","payload":{"address":"a:1","network":3}})"),
              testing::HasSubstr("payload.network must be a string"));
}

TEST(BootstrapRequest, DepthIsBounded) {
  const auto nested = [](std::size_t depth) {
    return R"({"type":"PING","x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  EXPECT_EQ(error_of(nested(kMaxJsonDepth)), "none");
  EXPECT_EQ(error_of(nested(kMaxJsonDepth + 1)), "too_deep");
  EXPECT_EQ(error_of(nested(30'000)), "too_deep");
}

TEST(BootstrapRequest, UnknownMembersAreIgnored) {
  EXPECT_EQ(error_of(R"({"v":9,"type":"REGISTER","payload":{"address":"a:1","colour":"red"},"x":[{}]})"), "none");
}

Register classic_register(const std::string& inner) {
  const auto decoded =
      decode_bootstrap_request(R"({"type":"REGISTER","payload":")" + to_base64(as_bytes(inner)) + "\"}");
  if (!decoded || !std::holds_alternative<Register>(*decoded)) {
    ADD_FAILURE() << inner << ": " << (decoded ? "no REGISTER" : decoded.error().message());
    return {};
  }
  return std::get<Register>(*decoded);
}

TEST(ClassicV2, NamesAreMatchedWithoutRegardToCase) {
  const Register request = classic_register(R"({"Address":"localhost:3000","PublicKey":"k","extra":1})");
  EXPECT_EQ(request.flavour, Flavour::kClassicV2);
  EXPECT_EQ(request.address.text(), "localhost:3000");
  EXPECT_EQ(request.classic_key, "k");
}

TEST(ClassicV2, KeysAreTakenByteForByte) {
  std::string key;
  for (int byte = 0; byte < 256; ++byte) key += static_cast<char>(byte);
  EXPECT_EQ(classic_register("{\"address\":\"a:1\",\"publicKey\":\"" + key + "\"}").classic_key, key);
  EXPECT_EQ(classic_register("{\"publicKey\":\"" + key + "\" , \"address\":\"a:1\"}").classic_key, key);
  EXPECT_EQ(classic_register(R"({"address":"a:1","publicKey":"\u0000\"\n\\"})").classic_key,
            std::string("\0\"\n\\", 4));
}

TEST(ClassicV2, LongerKeysAreRefused) {
  const std::string key(kMaxClassicKeySizeBytes, 'k');
  EXPECT_EQ(classic_register("{\"address\":\"a:1\",\"publicKey\":\"" + key + "\"}").classic_key, key);
  const std::string inner = "{\"address\":\"a:1\",\"publicKey\":\"" + key + "k\"}";
  EXPECT_EQ(error_of(R"({"type":"REGISTER","payload":")" + to_base64(as_bytes(inner)) + "\"}"), "bad_value");
}

TEST(BootstrapRequest, AnAuthorizationIsWholeOrAbsent) {
  const std::string key(128, 'a');
  const auto remove = [](const std::string& members) {
    return R"({"type":"REMOVE","payload":{"address":"a:1",)" + members + "}}";
  };
  const std::string all = R"("public_key":")" + key + R"(","sequence":1,"signature":")" + key + "\"";
  EXPECT_EQ(error_of(remove(all)), "none");
  EXPECT_EQ(error_of(remove(R"("public_key":")" + key + "\"")), "missing_member");
  EXPECT_EQ(error_of(remove(R"("sequence":1)")), "missing_member");
  EXPECT_EQ(error_of(remove(R"("public_key":")" + key + R"(","sequence":1)")), "missing_member");
  EXPECT_EQ(error_of(remove(R"("public_key":"aa","sequence":1,"signature":"aa")")), "bad_value");
  EXPECT_EQ(error_of(remove(R"("public_key":")" + key + R"(","sequence":-1,"signature":")" + key + "\"")), "bad_value");
}

TEST(BootstrapReply, AStateThatIsAbsentOrNewIsUnverified) {
  for (const std::string state : {"", R"("state":"immaculate",)", R"("state":"unverified",)"}) {
    const auto decoded = decode_bootstrap_reply(R"({"type":"PEER_JOINED","payload":{)" + state +
                                                R"("address":"a:1","network":"","revision":1}})");
    ASSERT_TRUE(decoded);
    EXPECT_EQ(std::get<PeerJoined>(*decoded).state, RowState::kUnverified);
  }
}

TEST(BootstrapReply, OthersAreBounded) {
  const auto with_others = [](std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list += list.empty() ? "\"a:1\"" : ",\"a:1\"";
    return decode_bootstrap_reply(
        R"({"type":"REGISTERED","payload":{"address":"a:1","refreshed":false,"ttl_seconds":1,"refresh_seconds":1,)"
        R"("revision":1,"others":[)" +
        list + "]}}");
  };
  EXPECT_TRUE(with_others(kMaxOtherServers));
  EXPECT_FALSE(with_others(kMaxOtherServers + 1));
}

TEST(BootstrapReply, APagesEndIsHexadecimal) {
  const auto with_next = [](const std::string& next) {
    return decode_bootstrap_reply(R"({"type":"PEERS","payload":{"peers":[],"revision":1,"next":")" + next + R"("}})");
  };
  EXPECT_TRUE(with_next("c0ffee"));
  EXPECT_FALSE(with_next(R"(c0\\ff)")) << "it is written as it is, without escapes";
}

TEST(BootstrapReply, UnknownTypesAreNamed) {
  const auto decoded = decode_bootstrap_reply(R"({"type":"NEWS","payload":{}})");
  ASSERT_FALSE(decoded);
  EXPECT_TRUE(decoded.error() == DecodeError::kUnknownType);
}

}  // namespace
}  // namespace suara::wire
