// Decode then encode is the identity on everything accepted.
#include "peer-node/chain/block.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const suara::ByteView input(data, size);
  const auto value = suara::chain::decode_block(input);
  if (!value) return 0;
  CHECK(std::ranges::equal(suara::chain::encode(*value), input));
  return 0;
}
