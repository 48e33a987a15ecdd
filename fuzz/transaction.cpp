// Decode then encode is the identity on everything accepted.
#include "peer-node/ledger/transaction.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const suara::ByteView input(data, size);
  const auto value = suara::ledger::decode_transaction(input);
  if (!value) return 0;
  CHECK(std::ranges::equal(suara::ledger::encode(*value), input));
  return 0;
}
