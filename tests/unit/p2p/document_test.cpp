// proto-docs/peer.md shows bytes; here they are what the code says. A block is tagged
//   wire message     one line that the codec reads and writes again
//   wire dial-back   question and answer, whose signature holds
//   wire handshake   the four lines of one, "> " the dialer's, "< " the acceptor's, whose proofs hold
#include "common/wire/dial_back.hpp"
#include "common/wire/peer_messages.hpp"
#include "tests/support/wire_document.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace suara::wire::peer {
namespace {

using testing::WireBlock;

template <class T>
T take(const std::string& line) {
  const auto message = decode(std::string_view(line).substr(2));
  EXPECT_TRUE(message) << line;
  const T* typed = message ? std::get_if<T>(&*message) : nullptr;
  EXPECT_NE(typed, nullptr) << line;
  return typed == nullptr ? T{} : *typed;
}

/// As the document words it: role ‖ prover's nonce ‖ verifier's nonce ‖ verifier's key.
bool proof_holds(std::uint8_t role, const Hello& prover, const Hello& verifier, const HelloProof& proof) {
  Bytes body{role};
  for (const ByteView part : {prover.nonce.view(), verifier.nonce.view(), verifier.node_key.view()}) {
    body.insert(body.end(), part.begin(), part.end());
  }
  return verify(prover.node_key, signing_digest("suara.hello", prover.network, body), proof.signature);
}

void check_handshake(const WireBlock& block) {
  ASSERT_EQ(block.lines.size(), 4U);
  const auto dialer = take<Hello>(block.lines[0]);
  const auto acceptor = take<Hello>(block.lines[1]);
  EXPECT_TRUE(proof_holds(1, acceptor, dialer, take<HelloProof>(block.lines[2])));
  EXPECT_TRUE(proof_holds(0, dialer, acceptor, take<HelloProof>(block.lines[3])));
}

/// As the document words it: nonce ‖ address.
void check_dial_back(const WireBlock& block) {
  ASSERT_EQ(block.lines.size(), 2U);
  const auto asked = decode_dial_back(block.lines[0].substr(2));
  const auto answer = decode_dial_back_answer(block.lines[1].substr(2));
  ASSERT_TRUE(asked && answer && answer->proof);
  EXPECT_EQ("> " + encode(*asked), block.lines[0] + "\n");
  EXPECT_EQ("< " + encode(*answer), block.lines[1] + "\n");
  EXPECT_EQ(answer->nonce, asked->nonce);
  Bytes body(asked->nonce.bytes.begin(), asked->nonce.bytes.end());
  const std::string address = asked->address.text();
  body.insert(body.end(), address.begin(), address.end());
  EXPECT_TRUE(
      verify(answer->proof->key, signing_digest("suara.verify", answer->network, body), answer->proof->signature));
}

TEST(PeerDocument, ItsBytesAreWhatTheCodeSays) {
  std::set<std::size_t> kinds;
  std::size_t handshakes = 0;
  std::size_t dial_backs = 0;
  for (const WireBlock& block : testing::wire_blocks_of(SUARA_SOURCE_DIR "/proto-docs/peer.md")) {
    if (block.tag == "handshake") {
      ++handshakes;
      check_handshake(block);
      continue;
    }
    if (block.tag == "dial-back") {
      ++dial_backs;
      check_dial_back(block);
      continue;
    }
    ASSERT_EQ(block.lines.size(), 1U) << "block at line " << block.line_number;
    const auto message = decode(block.lines[0]);
    ASSERT_TRUE(message) << "block at line " << block.line_number << ": " << message.error().message();
    ASSERT_FALSE(std::holds_alternative<Unknown>(*message)) << "block at line " << block.line_number;
    EXPECT_EQ(encode(*message), block.lines[0] + "\n") << "block at line " << block.line_number;
    kinds.insert(message->index());
  }
  EXPECT_EQ(handshakes, 1U);
  EXPECT_EQ(dial_backs, 1U);
  // Beside hello and hello_proof, which have the handshake, and Unknown, which has no bytes.
  EXPECT_EQ(kinds.size(), std::variant_size_v<Message> - 3) << "a kind of message has no example";
}

}  // namespace
}  // namespace suara::wire::peer
