#include "peer-node/p2p/net_group.hpp"

#include <gtest/gtest.h>

namespace suara::p2p {
namespace {

TEST(NetGroup, PublicIpv4GoesByItsFirst16Bits) {
  EXPECT_EQ(NetGroup("8.8.1.1"), NetGroup("8.8.200.7"));
  EXPECT_NE(NetGroup("8.8.1.1"), NetGroup("8.9.1.1"));
  EXPECT_EQ(NetGroup("8.8.1.1").text(), "8.8.0.0/16");
  EXPECT_TRUE(NetGroup("8.8.1.1").is_exclusive());
}

TEST(NetGroup, MappedIpv4IsIpv4) {
  EXPECT_EQ(NetGroup("::ffff:8.8.1.1"), NetGroup("8.8.200.7"));
  EXPECT_EQ(NetGroup("::ffff:0808:0101"), NetGroup("8.8.200.7"));
  EXPECT_FALSE(NetGroup("::ffff:10.0.0.1").is_exclusive());
}

TEST(NetGroup, PublicIpv6GoesByItsFirst32Bits) {
  EXPECT_EQ(NetGroup("2a01:4f8:1::1"), NetGroup("2a01:4f8:ffff::2"));
  EXPECT_NE(NetGroup("2a01:4f8:1::1"), NetGroup("2a01:4f9:1::1"));
  EXPECT_EQ(NetGroup("2A01:04F8::1").text(), "2a01:4f8::/32");
  EXPECT_TRUE(NetGroup("2a01:4f8::1").is_exclusive());
}

TEST(NetGroup, TheEndsOfPrivateNetworksAreWhereTheyAre) {
  for (const char* host : {"10.255.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.0.1",
                           "169.254.0.1", "127.9.0.1", "::1", "fd00::1", "fe80::1", "febf::1"}) {
    EXPECT_FALSE(NetGroup(host).is_exclusive()) << host;
    EXPECT_EQ(NetGroup(host).text(), host);
  }
  for (const char* host : {"9.255.0.1", "11.0.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "100.63.0.1",
                           "100.128.0.1", "169.253.0.1", "::2", "fec0::1", "fbff::1"}) {
    EXPECT_TRUE(NetGroup(host).is_exclusive()) << host;
  }
}

TEST(NetGroup, NamesAreEachTheirOwn) {
  EXPECT_NE(NetGroup("a.example"), NetGroup("b.example"));
  EXPECT_EQ(NetGroup("a.example"), NetGroup("a.example"));
  EXPECT_FALSE(NetGroup("a.example").is_exclusive());
  EXPECT_FALSE(NetGroup("8.8.1").is_exclusive()) << "not four numbers: some resolvers take it for an address";
}

}  // namespace
}  // namespace suara::p2p
