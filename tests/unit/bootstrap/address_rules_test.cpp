#include "bootstrap-server/core/address_rules.hpp"

#include "tests/unit/bootstrap/lines.hpp"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace suara::directory {
namespace {

using ::testing::HasSubstr;

std::string verdict(const std::string& address, const std::string& caller = "192.0.2.1",
                    wire::Flavour flavour = wire::Flavour::kNative) {
  const auto parsed = wire::parse_address(address);
  if (!parsed) return std::string(parsed.error().name());
  const auto listable = check_listable(*parsed, flavour, caller);
  return listable ? "fine" : std::string(listable.error().name());
}

TEST(AddressRules, SayWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"192.0.2.7:3000", "fine"},
      {"10.0.0.1:3000", "fine"},
      {"[2001:db8::7]:3000", "fine"},
      {"[64:ff9b::c000:207]:3000", "fine"},
      {"[fd00::1]:3000", "fine"},
      {"peer.example.org:3000", "fine"},
      {"node_1:3000", "fine"},
      {"4you.example:1", "fine"},
      {"7f.example.beef:1", "fine"},
      {"0.0.0.0:3000", "unspecified_address"},
      {"0.1.2.3:3000", "unspecified_address"},
      {"[::]:3000", "unspecified_address"},
      {"[0:0:0:0:0:0:0:0]:3000", "unspecified_address"},
      {"[::ffff:0:0]:3000", "unspecified_address"},
      {"[::ffff:0.0.0.0]:3000", "unspecified_address"},
      {"127.0.0.1:3000", "loopback_address"},
      {"127.255.0.9:3000", "loopback_address"},
      {"[::1]:3000", "loopback_address"},
      {"[0:0::1]:3000", "loopback_address"},
      {"[::ffff:127.0.0.1]:3000", "loopback_address"},
      {"[::ffff:7f00:1]:3000", "loopback_address"},
      {"localhost:3000", "loopback_address"},
      {"LocalHost.:3000", "loopback_address"},
      {"me.localhost:3000", "loopback_address"},
      {"169.254.1.1:3000", "link_local_address"},
      {"[fe80::1]:3000", "link_local_address"},
      {"[febf::1]:3000", "link_local_address"},
      {"224.0.0.1:3000", "multicast_address"},
      {"239.255.255.250:3000", "multicast_address"},
      {"255.255.255.255:3000", "multicast_address"},
      {"[ff02::1]:3000", "multicast_address"},
      {"0:3000", "address_spelling"},
      {"0x0:3000", "address_spelling"},
      {"0x:3000", "address_spelling"},
      {"127.1:3000", "address_spelling"},
      {"0x7f.1:3000", "address_spelling"},
      {"0X7F000001:3000", "address_spelling"},
      {"2130706433:3000", "address_spelling"},
      {"0300.0.2.7:3000", "address_spelling"},
      {"192.0.2.07:3000", "address_spelling"},
      {"192.0.2.7.:3000", "address_spelling"},
      {"192.0.2.256:3000", "address_spelling"},
      {"1.2.3.4.5:3000", "address_spelling"},
      {"example.org.0x7f:3000", "address_spelling"},
      {"..:3000", "address_spelling"},
      {"[::ffff:192.0.2.7]:3000", "address_spelling"},
      {"[::192.0.2.7]:3000", "address_spelling"},
      {"[::7f00:1]:3000", "address_spelling"},
      {"[2001:DB8::7]:3000", "address_spelling"},
      {"[2001:db8:0::7]:3000", "address_spelling"},
      {"[2001:db8:0:0:0:0:0:7]:3000", "address_spelling"},
      {"[1:2]:3000", "address_spelling"},
      {"[:::]:3000", "address_spelling"},
  };
  for (const auto& [address, expected] : table) EXPECT_EQ(verdict(address), expected) << address;
}

TEST(AddressRules, OnOneHostLoopbackWillDo) {
  for (const std::string caller : {"127.0.0.1", "::1", "127.0.0.9"}) {
    for (const std::string address : {"127.0.0.1:3000", "[::1]:3000", "localhost:3000"}) {
      EXPECT_EQ(verdict(address, caller), "fine") << address << " from " << caller;
    }
    EXPECT_EQ(verdict("0.0.0.0:3000", caller), "unspecified_address");
    EXPECT_EQ(verdict("[::ffff:127.0.0.1]:3000", caller), "address_spelling");
  }
}

TEST(AddressRules, ClassicPeersMaySayLocalhostFromAnywhere) {
  for (const auto flavour : {wire::Flavour::kClassicV0, wire::Flavour::kClassicV1, wire::Flavour::kClassicV2}) {
    EXPECT_EQ(verdict("localhost:3000", "192.0.2.1", flavour), "fine");
    EXPECT_EQ(verdict("127.0.0.1:3000", "192.0.2.1", flavour), "loopback_address");
  }
}

TEST(AddressRules, ARefusalNamesABetterAddress) {
  Harness harness;
  for (const std::string address : {"0.0.0.0:3000", "127.0.0.1:3000", "localhost:3000", "[fe80::1]:3000", "0x0:3000"}) {
    const auto error = only<wire::ErrorReply>(harness.ask(register_line(address), "::ffff:192.0.2.1"));
    EXPECT_THAT(error.message, HasSubstr("register the address others reach you at, as 192.0.2.1:3000")) << address;
  }
  const auto error = only<wire::ErrorReply>(harness.ask(register_line("[2001:DB8:0::7]:3000")));
  EXPECT_THAT(error.message, HasSubstr("as [2001:db8::7]:3000"));
  EXPECT_THAT(harness.ask(R"({"address":"0.0.0.0:3000"})"), HasSubstr("unspecified_address"));
  EXPECT_EQ(harness.server().stats().peers, 0U);
}

}  // namespace
}  // namespace suara::directory
