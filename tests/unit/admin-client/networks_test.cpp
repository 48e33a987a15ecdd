#include "admin-client/networks.hpp"

#include "common/client/failure.hpp"

#include <gtest/gtest.h>

namespace suara::admin {
namespace {

std::optional<std::string> named(const std::string& name) {
  return network_option(client::Invocation({{"network", {name}}}, {}));
}

TEST(Networks, HaveNamesAndIds) {
  const std::string id(64, 'A');
  EXPECT_EQ(network_option(client::Invocation({}, {})), std::nullopt);
  EXPECT_EQ(named("classic"), "");
  EXPECT_EQ(named(""), "");
  EXPECT_EQ(named(id), std::string(64, 'a'));
  EXPECT_EQ(network_label(named("dev").value()), "dev");
  EXPECT_EQ(network_label(""), "classic");
  EXPECT_EQ(network_label(std::string(64, 'a')), "aaaaaaaaaaaaaaaa…");
  EXPECT_THROW(named("devel"), client::Failure);
}

}  // namespace
}  // namespace suara::admin
