// proto-docs/bootstrap.md shows bytes; here they are what the code says. A block is tagged
//   wire request   one line that the codec reads and writes again
//   wire reply     likewise, of the server
//   wire session   lines to and from a fresh server: "> sent", "< received", "other> sent by another", "closed"
#include "common/wire/request_signing.hpp"
#include "tests/support/wire_document.hpp"
#include "tests/unit/bootstrap/harness.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace suara::directory {
namespace {

using testing::WireBlock;

void check_session(const WireBlock& block) {
  Harness harness;
  const ConnectionId id = harness.connect();
  std::string unread;
  for (const std::string& line : block.lines) {
    if (line.starts_with("> ")) {
      EXPECT_EQ(unread, "") << "not in the document, line " << block.line_number;
      harness.feed(id, line.substr(2) + "\n");
      unread += harness.take(id);
    } else if (line.starts_with("other> ")) {
      harness.ask(line.substr(7) + "\n");
      unread += harness.take(id);
    } else if (line.starts_with("< ")) {
      const std::string expected = line.substr(2) + "\n";
      EXPECT_EQ(unread.substr(0, expected.size()), expected) << "block at line " << block.line_number;
      unread.erase(0, expected.size());
    } else if (line == "closed") {
      EXPECT_TRUE(harness.closed(id)) << "block at line " << block.line_number;
    } else {
      ADD_FAILURE() << "not understood: " << line;
    }
  }
  EXPECT_EQ(unread, "") << "not in the document, block at line " << block.line_number;
}

// 1 for a request that is signed, and rightly so; the document names the digest.
template <class Request>
std::size_t check_signature(const Request& request) {
  if constexpr (requires { request.authorization; }) {
    if (!request.authorization) return 0;
    const Hash256 digest = wire::digest_to_sign(request);
    EXPECT_TRUE(verify(request.authorization->key, digest, request.authorization->signature));
    std::ifstream file(SUARA_SOURCE_DIR "/proto-docs/bootstrap.md");
    const std::string document(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(document, ::testing::HasSubstr(digest.hex()));
    return 1;
  }
  return 0;
}

TEST(BootstrapDocument, ItsBytesAreWhatTheCodeSays) {
  std::size_t requests = 0;
  std::size_t replies = 0;
  std::size_t sessions = 0;
  std::size_t signed_requests = 0;
  for (const WireBlock& block : testing::wire_blocks_of(SUARA_SOURCE_DIR "/proto-docs/bootstrap.md")) {
    if (block.tag == "session") {
      ++sessions;
      check_session(block);
      continue;
    }
    ASSERT_EQ(block.lines.size(), 1U) << "block at line " << block.line_number;
    const std::string& line = block.lines.front();
    if (block.tag == "request") {
      ++requests;
      const auto request = wire::decode_bootstrap_request(line);
      ASSERT_TRUE(request) << line << ": " << request.error().message();
      EXPECT_EQ(wire::encode(*request), line + "\n");
      signed_requests += std::visit([](const auto& one) { return check_signature(one); }, *request);
    } else if (block.tag == "reply") {
      ++replies;
      const auto reply = wire::decode_bootstrap_reply(line);
      ASSERT_TRUE(reply) << line << ": " << reply.error().message();
      EXPECT_EQ(wire::encode(*reply), line + "\n");
    } else {
      ADD_FAILURE() << "no such tag: " << block.tag;
    }
  }
  EXPECT_GE(requests, 7U);
  EXPECT_GE(replies, 8U);
  EXPECT_GE(sessions, 6U);
  EXPECT_EQ(signed_requests, 2U);
}

}  // namespace
}  // namespace suara::directory
