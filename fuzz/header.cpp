// Every 96 bytes are a header and nothing else is; decode then encode is the identity. The rules that look at a header
// alone give an answer whatever it holds.
#include "peer-node/chain/header.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/chain/work.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suara::chain;
  const suara::ByteView input(data, size);
  const auto header = decode_header(input);
  CHECK(header.has_value() == (size == kHeaderSizeBytes));
  if (!header) return 0;
  CHECK(std::ranges::equal(encode(*header), input));
  const auto target = target_of(header->bits);
  // A target has one compact form.
  if (target) CHECK(compact(*target) == header->bits);
  const BlockId id = block_id(*header);
  CHECK(check_work(*header, id).has_value() == (target && meets_target(id, *target)));
  return 0;
}
