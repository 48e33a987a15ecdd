#include "common/wire/dial_back.hpp"

#include "common/wire/decode_error.hpp"

#include <gtest/gtest.h>

namespace suara::wire {
namespace {

const Address kAddress{"192.0.2.7", 3000};

DialBackAnswer answer_of(const PrivateKey& key) {
  DialBackAnswer answer{sha256(as_bytes("nonce")), NetworkId(sha256(as_bytes("network"))), std::nullopt};
  answer.proof = {key.public_key(), key.sign(dial_back_digest(answer.network, answer.nonce, kAddress))};
  return answer;
}

TEST(DialBack, QuestionAndAnswerComeBackAsTheyWere) {
  const DialBack asked{sha256(as_bytes("network")).hex(), kAddress, sha256(as_bytes("nonce"))};
  const auto read = decode_dial_back(encode(asked));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->network, asked.network);
  EXPECT_EQ(read->address, asked.address);
  EXPECT_EQ(read->nonce, asked.nonce);

  const auto answer = answer_of(PrivateKey::from_seed("somebody"));
  const auto heard = decode_dial_back_answer(encode(answer));
  ASSERT_TRUE(heard) << heard.error().message();
  EXPECT_EQ(heard->nonce, answer.nonce);
  EXPECT_EQ(heard->network, answer.network);
  ASSERT_TRUE(heard->proof);
  EXPECT_EQ(heard->proof->key, answer.proof->key);
  EXPECT_EQ(heard->proof->signature, answer.proof->signature);

  const auto bare = decode_dial_back_answer(encode(DialBackAnswer{answer.nonce, answer.network, std::nullopt}));
  ASSERT_TRUE(bare) << bare.error().message();
  EXPECT_FALSE(bare->proof);
}

TEST(DialBack, TheSignatureIsWorthNothingForAnotherNonceAddressNetworkOrKey) {
  const auto answer = answer_of(PrivateKey::from_seed("somebody"));
  const auto holds = [&](const NetworkId& network, const Hash256& nonce, const Address& address) {
    return verify(answer.proof->key, dial_back_digest(network, nonce, address), answer.proof->signature);
  };
  EXPECT_TRUE(holds(answer.network, answer.nonce, kAddress));
  EXPECT_FALSE(holds(NetworkId(sha256(as_bytes("another"))), answer.nonce, kAddress));
  EXPECT_FALSE(holds(answer.network, sha256(as_bytes("another")), kAddress));
  EXPECT_FALSE(holds(answer.network, answer.nonce, Address{"192.0.2.7", 3001}));
  EXPECT_FALSE(verify(PrivateKey::from_seed("another").public_key(),
                      dial_back_digest(answer.network, answer.nonce, kAddress), answer.proof->signature));
}

TEST(DialBack, AnythingElseIsRefused) {
  const auto refused = [](const std::string& line, DecodeError error) {
    const auto question = decode_dial_back(line);
    const auto answer = decode_dial_back_answer(line);
    return !question && question.error() == error && !answer && answer.error() == error;
  };
  EXPECT_TRUE(refused("verify", DecodeError::kNotJson));
  EXPECT_TRUE(refused(R"({"type":"hello","payload":{}})", DecodeError::kUnknownType));
  const auto short_nonce = decode_dial_back(R"({"type":"verify","payload":{"address":"a:1","nonce":"00"}})");
  ASSERT_FALSE(short_nonce);
  EXPECT_EQ(short_nonce.error(), DecodeError::kBadValue);
  const std::string half = encode(answer_of(PrivateKey::from_seed("somebody")));
  const auto no_signature = decode_dial_back_answer(half.substr(0, half.find(",\"signature")) + "}}");
  ASSERT_FALSE(no_signature);
  EXPECT_EQ(no_signature.error(), DecodeError::kMissingMember);
}

}  // namespace
}  // namespace suara::wire
