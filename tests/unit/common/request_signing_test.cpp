#include "common/wire/request_signing.hpp"

#include "common/wire/address.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace suara::wire {
namespace {

const PrivateKey kOwner = PrivateKey::from_seed("owner");

template <class Request>
bool is_valid(const Request& request) {
  return verify(request.authorization->key, digest_to_sign(request), request.authorization->signature);
}

Register signed_register() {
  Register request;
  request.address = {"192.0.2.7", 3000};
  request.network = std::string(64, 'a');
  request.status = PeerStatus{1, std::string(64, 'b'), "suara", 2};
  sign(request, kOwner, 7);
  return request;
}

TEST(RequestSigning, CoversEveryMemberOfRegister) {
  EXPECT_TRUE(is_valid(signed_register()));
  const std::vector<std::function<void(Register&)>> changes = {
      [](Register& r) { r.address.host = "192.0.2.8"; },
      [](Register& r) { r.address.port = 3001; },
      [](Register& r) { r.network.clear(); },
      [](Register& r) { r.network.back() = 'b'; },
      [](Register& r) { r.status.reset(); },
      [](Register& r) { r.status->height_blocks = 2; },
      [](Register& r) { r.status->tip.clear(); },
      [](Register& r) { r.status->agent = "suarb"; },
      [](Register& r) { r.status->time_ms = 3; },
      [](Register& r) { r.authorization->sequence = 8; },
      [](Register& r) { r.authorization->key = PrivateKey::from_seed("other").public_key(); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Register changed = signed_register();
    changes[i](changed);
    EXPECT_FALSE(is_valid(changed)) << "change " << i;
  }
}

TEST(RequestSigning, CoversEveryMemberOfRemove) {
  Remove request;
  request.address = {"192.0.2.7", 3000};
  sign(request, kOwner, 7);
  EXPECT_TRUE(is_valid(request));
  const std::vector<std::function<void(Remove&)>> changes = {
      [](Remove& r) { r.address.port = 3001; },
      [](Remove& r) { r.network = std::string(64, 'a'); },
      [](Remove& r) { r.authorization->sequence = 8; },
      [](Remove& r) { r.authorization->key = PrivateKey::from_seed("other").public_key(); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Remove changed = request;
    changes[i](changed);
    EXPECT_FALSE(is_valid(changed)) << "change " << i;
  }
}

TEST(RequestSigning, ARegistrationIsNoRemoval) {
  Register request = signed_register();
  request.status.reset();
  sign(request, kOwner, 7);
  const Remove removal{Flavour::kNative, request.address, request.network, request.authorization};
  EXPECT_TRUE(is_valid(request));
  EXPECT_FALSE(is_valid(removal));
}

TEST(RequestSigning, SurvivesTheTrip) {
  const auto decoded = decode_bootstrap_request(encode(BootstrapRequest(signed_register())));
  ASSERT_TRUE(decoded);
  EXPECT_TRUE(is_valid(std::get<Register>(*decoded)));
}

}  // namespace
}  // namespace suara::wire
