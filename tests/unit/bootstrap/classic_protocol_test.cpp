// spec: "The classic protocol: what programs written from the book speak". One case per row of its tables, byte for
// byte, through the real framer, codec and core, however the bytes are split.
#include "tests/unit/bootstrap/harness.hpp"

#include "common/util/base64.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace suara::directory {
namespace {

using namespace std::chrono_literals;

std::string v2(const std::string& type, const std::string& inner, const std::string& end = "\n") {
  return R"({"type":")" + type + R"(","payload":")" + to_base64(as_bytes(inner)) + "\"}" + end;
}

// An SPKI P-256 key's first bytes: not UTF-8, with control characters, a quote and a backslash.
const std::string kDer("\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x00\xff\"x\\y", 22);
const std::string kDerInJson("0Y0\\u0013\\u0006\\u0007*\x86H\xce=\\u0002\\u0001\\u0006\\b*\\u0000\xff\\\"x\\\\y");

struct Case {
  const char* name;
  std::vector<std::string> before;  // each on a connection of its own
  std::string request;
  std::string reply;
  bool closes;
  std::string peers_after;  // what a classic GET_PEERS says then
};

std::vector<Case> cases() {
  const std::string v1_register = "{\"type\":\"REGISTER\",\"payload\":\"localhost:3000\"}\n";
  const std::string v1_remove = "{\"type\":\"REMOVE\",\"payload\":\"localhost:3000\"}\n";
  const std::string v2_register = v2("REGISTER", R"({"address":"localhost:3000","publicKey":"KEY"})");
  const std::string one = "[{\"address\":\"localhost:3000\"}]\n";
  const std::string none = "[]\n";
  return {
      {"v0 without newline", {}, "{\"address\":\"localhost:3000\"}", "", true, one},
      {"v0 with newline", {}, "{\"address\":\"localhost:3000\"}\n", "", true, one},
      {"v0 with blanks", {}, " { \"address\" : \"localhost:3000\" }\r\n", "", true, one},
      {"v0 again", {v1_register}, "{\"address\":\"localhost:3000\"}", "", true, one},

      {"v1 REGISTER", {}, v1_register, "Peer registered successfully\n", false, one},
      {"v1 REGISTER without newline",
       {},
       "{\"type\":\"REGISTER\",\"payload\":\"localhost:3000\"}",
       "Peer registered successfully\n",
       false,
       one},
      {"v1 REGISTER again", {v1_register}, v1_register, "Peer already registered\n", false, one},
      {"v1 GET_PEERS", {v1_register}, "{\"type\":\"GET_PEERS\",\"payload\":\"\"}\n", one, false, one},
      {"v1 GET_PEERS without payload", {v1_register}, "{\"type\":\"GET_PEERS\"}\n", one, false, one},
      {"v1 GET_PEERS with null", {v1_register}, "{\"type\":\"GET_PEERS\",\"payload\":null}\n", one, false, one},
      {"v1 GET_PEERS when empty", {}, "{\"type\":\"GET_PEERS\",\"payload\":\"\"}\n", "[]\n", false, none},
      {"v1 REMOVE", {v1_register}, v1_remove, "Peer removed successfully\n", false, none},
      {"v1 REMOVE of nobody", {}, v1_remove, "Peer not found\n", false, none},
      {"v1 several on one connection",
       {},
       v1_register + v1_register + "{\"type\":\"GET_PEERS\"}\n" + v1_remove + v1_remove,
       "Peer registered successfully\nPeer already registered\n" + one + "Peer removed successfully\nPeer not found\n",
       false,
       none},
      {"v1 several, joined without newlines",
       {},
       "{\"type\":\"REGISTER\",\"payload\":\"localhost:3000\"}{\"type\":\"GET_PEERS\"}",
       "Peer registered successfully\n" + one,
       false,
       one},

      {"v2 REGISTER", {}, v2_register, "", true, "[{\"address\":\"localhost:3000\",\"publicKey\":\"KEY\"}]\n"},
      {"v2 REGISTER in other case",
       {},
       v2("REGISTER", R"({"Address":"localhost:3000","PublicKey":"KEY"})"),
       "",
       true,
       "[{\"address\":\"localhost:3000\",\"publicKey\":\"KEY\"}]\n"},
      {"v2 REGISTER without key", {}, v2("REGISTER", R"({"address":"localhost:3000"})"), "", true, one},
      {"v2 REGISTER with raw DER",
       {},
       v2("REGISTER", "{\"address\":\"localhost:3000\",\"publicKey\":\"" + kDer + "\"}"),
       "",
       true,
       "[{\"address\":\"localhost:3000\",\"publicKey\":\"" + kDerInJson + "\"}]\n"},
      {"v2 GET_PEERS",
       {v2_register},
       "{\"type\":\"GET_PEERS\"}\n",
       "[{\"address\":\"localhost:3000\",\"publicKey\":\"KEY\"}]\n",
       false,
       "[{\"address\":\"localhost:3000\",\"publicKey\":\"KEY\"}]\n"},
      {"v2 REMOVE", {v2_register}, v2("REMOVE", R"({"address":"localhost:3000","publicKey":""})"), "", true, none},
      {"v2 REMOVE of nobody", {}, v2("REMOVE", R"({"address":"localhost:3000","publicKey":""})"), "", true, none},

      {"an error does not end the connection",
       {},
       "nonsense\n" + v1_register,
       "{\"type\":\"ERROR\",\"payload\":{\"code\":\"not_json\",\"message\":\"a message is one JSON object on one "
       "line: syntax error\"}}\nPeer registered successfully\n",
       false,
       one},
      {"an address without port",
       {},
       "{\"type\":\"REGISTER\",\"payload\":\"localhost\"}\n",
       "{\"type\":\"ERROR\",\"payload\":{\"code\":\"missing_port\",\"message\":\"an address is host:port, as in "
       "192.0.2.7:3000: \\\"localhost\\\" has no port\"}}\n",
       false,
       none},
  };
}

void expect(const Case& c, const std::vector<std::string>& reads, const std::string& how) {
  Harness harness;
  for (const std::string& line : c.before) harness.ask(line);
  const ConnectionId id = harness.connect();
  for (const std::string& read : reads) {
    if (!harness.closed(id)) harness.feed(id, read);
  }
  EXPECT_EQ(harness.take(id), c.reply) << c.name << ", " << how;
  EXPECT_EQ(harness.closed(id), c.closes) << c.name << ", " << how;
  EXPECT_EQ(harness.ask("{\"type\":\"GET_PEERS\"}\n"), c.peers_after) << c.name << ", " << how;
}

TEST(ClassicProtocol, EveryRowHoweverTheBytesAreSplit) {
  for (const Case& c : cases()) {
    expect(c, {c.request}, "joined");
    for (std::size_t split = 1; split < c.request.size(); ++split) {
      expect(c, {c.request.substr(0, split), c.request.substr(split)}, "split at " + std::to_string(split));
    }
    std::vector<std::string> bytes;
    for (const char byte : c.request) bytes.emplace_back(1, byte);
    expect(c, bytes, "byte by byte");
  }
}

// What each registered peer is dialled with: "address line".
std::vector<std::string> notices(Harness& harness) {
  std::vector<std::string> texts;
  for (const Notify& notice : harness.notices) texts.push_back(notice.address.text() + " " + *notice.line);
  harness.notices.clear();
  return texts;
}

std::string notice(const std::string& type, const std::string& data) {
  return "{\"type\":\"" + type + "\",\"data\":\"" + to_base64(as_bytes(data)) + "\"}\n";
}

TEST(ClassicProtocol, NoticesFollowHowTheirReceiverRegistered) {
  Harness harness;
  harness.ask("{\"address\":\"v0:1\"}");
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"v1:1\"}\n");
  harness.ask(v2("REGISTER", R"({"address":"v2:1","publicKey":"K2"})"));
  harness.notices.clear();

  harness.ask(v2("REGISTER", R"({"address":"new:1","publicKey":"KN"})"));
  EXPECT_THAT(notices(harness),
              testing::UnorderedElementsAre(
                  "v0:1 " + notice("new_peer_joined", "new:1"), "v1:1 " + notice("new_peer_joined", "new:1"),
                  "v2:1 " + notice("new_peer_joined", R"({"address":"new:1","publicKey":"KN"})")));
  harness.ask(v2("REMOVE", R"({"address":"new:1","publicKey":""})"));
  EXPECT_THAT(notices(harness), testing::UnorderedElementsAre("v0:1 " + notice("shutdown_peer", "new:1"),
                                                              "v1:1 " + notice("shutdown_peer", "new:1"),
                                                              "v2:1 " + notice("shutdown_peer", "new:1")));
}

TEST(ClassicProtocol, RefreshesAndNetworksWithANameNotifyNobody) {
  Harness harness;
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"v1:1\"}\n");
  harness.notices.clear();
  harness.ask("{\"type\":\"REGISTER\",\"payload\":\"v1:1\"}\n");
  harness.ask(R"({"type":"REGISTER","payload":{"address":"a:1","network":")" + std::string(64, 'a') + "\"}}\n");
  EXPECT_THAT(notices(harness), testing::IsEmpty());
}

}  // namespace
}  // namespace suara::directory
