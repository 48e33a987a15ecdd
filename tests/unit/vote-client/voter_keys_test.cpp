#include "vote-client/voter_keys.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace suara::voting {
namespace {

TEST(VoterKeys, NamesFilesSoThatNothingLeavesTheFolder) {
  EXPECT_EQ(key_file_name("voter-1_a.b"), "voter-1_a.b.pem");
  EXPECT_EQ(key_file_name("../x"), "%2E.%2Fx.pem");
  EXPECT_EQ(key_file_name("ann/ben"), "ann%2Fben.pem");
  EXPECT_EQ(key_file_name(std::string("a\0b", 3)), "a%00b.pem");
  EXPECT_LE(key_file_name(std::string(5000, 'a')).size(), 255U);
  EXPECT_NE(key_file_name(std::string(5000, 'a')), key_file_name(std::string(5001, 'a')));
  EXPECT_NE(key_file_name("%41"), key_file_name("A"));
}

TEST(VoterKeys, KeepsAVotersKeyInTheFolder) {
  const auto folder = ::testing::TempDir() + "suara_voter_keys_test";
  std::filesystem::remove_all(folder);
  const auto first = VoterKeys(folder).key_of("ann").public_key();
  EXPECT_EQ(VoterKeys(folder).key_of("ann").public_key(), first);
  EXPECT_NE(VoterKeys(folder).key_of("ben").public_key(), first);
  std::filesystem::remove_all(folder);
}

TEST(VoterKeys, MakesNewKeysWithoutAFolder) {
  const VoterKeys keys(std::nullopt);
  EXPECT_NE(keys.key_of("ann").public_key(), keys.key_of("ann").public_key());
}

}  // namespace
}  // namespace suara::voting
