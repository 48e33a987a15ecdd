// Sealed headers, one and many, as a network that lists miners and an open one read them: decode then encode is the
// identity on everything accepted, and what is listed is what the list says.
#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/seal.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace {

using namespace suara;  // NOLINT(google-build-using-namespace)

void check(const chain::ChainSpec& spec, ByteView input) {
  if (const auto one = chain::decode_sealed_header(spec, input)) {
    CHECK(one->seal.has_value() == chain::lists_miners(spec));
    CHECK(std::ranges::equal(chain::encode(*one), input));
  }
  const auto many = chain::decode_sealed_headers(spec, input);
  if (!many) return;
  CHECK(many->size() <= chain::kMaxHeadersPerMessage);
  Bytes encoded;
  for (const chain::SealedHeader& header : *many) {
    const Bytes bytes = chain::encode(header);
    encoded.insert(encoded.end(), bytes.begin(), bytes.end());
    const bool listed = !header.seal || std::ranges::count(spec.miners, header.seal->miner) == 1;
    CHECK(chain::check_miner(spec, header).has_value() == listed);
  }
  CHECK(std::ranges::equal(encoded, input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const chain::ChainSpec open = chain::dev_chain_spec();
  static const chain::ChainSpec permissioned = [] {
    chain::ChainSpec spec = chain::dev_chain_spec();
    spec.miners = {chain::dev_organiser_key().public_key()};
    return spec;
  }();
  const ByteView input(data, size);
  check(open, input);
  check(permissioned, input);
  return 0;
}
