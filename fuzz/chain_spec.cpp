// A specification's canonical form reads back as the same specification, and is a fixed point.
#include "peer-node/chain/chain_spec.hpp"

#include "common/util/check.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto spec = suara::chain::parse_chain_spec({reinterpret_cast<const char*>(data), size});
  if (!spec) return 0;
  const std::string canonical = suara::chain::canonical_json(*spec);
  const auto again = suara::chain::parse_chain_spec(canonical);
  CHECK(again.has_value());
  CHECK(suara::chain::canonical_json(*again) == canonical);
  return 0;
}
