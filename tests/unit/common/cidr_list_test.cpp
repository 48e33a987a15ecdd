#include "common/util/cidr_list.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace suara {
namespace {

CidrList list(const std::vector<std::string>& texts) {
  std::vector<Cidr> prefixes;
  for (const auto& text : texts) prefixes.push_back(Cidr::parse(text).value());
  return CidrList(prefixes);
}

IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }

bool begins_alike(const IpAddress& asked, const Cidr& prefix) {
  for (std::size_t bit = 0; bit < prefix.prefix_bits; ++bit) {
    const unsigned differing = asked.bytes[bit / 8] ^ prefix.first.bytes[bit / 8];
    if ((differing >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

TEST(CidrList, ContainsWhatThePrefixCoversAndNothingBeside) {
  const CidrList v4 = list({"192.0.2.0/23"});
  EXPECT_TRUE(v4.contains(address("192.0.2.0")));
  EXPECT_TRUE(v4.contains(address("192.0.3.255")));
  EXPECT_FALSE(v4.contains(address("192.0.1.255")));
  EXPECT_FALSE(v4.contains(address("192.0.4.0")));
  const CidrList v6 = list({"2001:db8::/33"});
  EXPECT_TRUE(v6.contains(address("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff")));
  EXPECT_FALSE(v6.contains(address("2001:db8:8000::")));
  EXPECT_FALSE(v6.contains(address("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff")));
}

TEST(CidrList, AnAddressStandsForItself) {
  const CidrList alone = list({"192.0.2.7", "2001:db8::7"});
  EXPECT_TRUE(alone.contains(address("192.0.2.7")));
  EXPECT_FALSE(alone.contains(address("192.0.2.6")));
  EXPECT_TRUE(alone.contains(address("2001:db8::7")));
  EXPECT_FALSE(alone.contains(address("2001:db8::8")));
}

TEST(CidrList, MappedIpv4CountsAsIpv4) {
  EXPECT_TRUE(list({"192.0.2.0/24"}).contains(address("::ffff:192.0.2.7")));
  EXPECT_TRUE(list({"::ffff:192.0.2.0/120"}).contains(address("192.0.2.7")));
  EXPECT_FALSE(list({"::ffff:192.0.2.0/120"}).contains(address("192.0.3.7")));
  EXPECT_TRUE(list({"::ffff:0:0/96"}).contains(address("192.0.2.7")));
}

TEST(CidrList, TheWholeOfOneFamilyIsNotTheOther) {
  EXPECT_TRUE(list({"0.0.0.0/0"}).contains(address("255.255.255.255")));
  EXPECT_FALSE(list({"0.0.0.0/0"}).contains(address("2001:db8::1")));
  EXPECT_TRUE(list({"::/0"}).contains(address("2001:db8::1")));
  EXPECT_FALSE(list({"::/0"}).contains(address("192.0.2.7")));
}

TEST(CidrList, RefusesWhatIsNoPrefix) {
  for (const std::string text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ",
                                 "10.0.0.0/8/8", "10.0.0.0/0008", "::/129", "10.0.0/8", "localhost", "localhost/8"}) {
    const auto refused = Cidr::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_TRUE(refused.error() == CidrError::kNotAPrefix) << text;
  }
  for (const std::string text : {"10.1.2.3/8", "192.0.2.1/31", "2001:db8::1/64", "128.0.0.0/0"}) {
    const auto refused = Cidr::parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_TRUE(refused.error() == CidrError::kBitsBeyondItsEnd) << text;
  }
}

TEST(CidrList, AgreesWithLookingAtEveryPrefix) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  // Few distinct bits, so that prefixes nest and addresses hit.
  const auto random_address = [&] {
    return "10." + std::to_string(random() % 3) + "." + std::to_string(random() % 3 * 64) + "." +
           std::to_string(random() % 4 * 64);
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<Cidr> prefixes;
    for (std::size_t i = random() % 6; i > 0; --i) {
      const auto prefix = Cidr::parse(random_address() + "/" + std::to_string(8 + random() % 25));
      if (prefix) prefixes.push_back(*prefix);
    }
    const CidrList all(prefixes);
    for (int i = 0; i < 50; ++i) {
      const IpAddress asked = address(random_address());
      bool expected = false;
      for (const Cidr& prefix : prefixes) expected = expected || begins_alike(asked, prefix);
      ASSERT_EQ(all.contains(asked), expected);
    }
  }
}

TEST(AccessList, PermitsEverybodyWhenNothingIsSaid) { EXPECT_TRUE(AccessList().permits(address("192.0.2.7"))); }

TEST(AccessList, DenyWinsOverAllow) {
  const AccessList access{list({"192.0.2.0/24"}), list({"192.0.2.8/29"})};
  EXPECT_TRUE(access.permits(address("192.0.2.7")));
  EXPECT_FALSE(access.permits(address("192.0.2.9")));
  EXPECT_FALSE(access.permits(address("198.51.100.1")));
  const AccessList only_denies{{}, list({"192.0.2.8/29"})};
  EXPECT_FALSE(only_denies.permits(address("192.0.2.9")));
  EXPECT_TRUE(only_denies.permits(address("198.51.100.1")));
}

}  // namespace
}  // namespace suara
