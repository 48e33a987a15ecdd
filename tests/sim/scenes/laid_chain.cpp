#include "tests/sim/scenes/laid_chain.hpp"

#include "common/util/check.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/sim/line_host.hpp"
#include "tests/support/chain_driver.hpp"

#include <utility>

namespace suara::sim {

store::WriteBatch database_with(const chain::ChainSpec& spec, const std::vector<chain::Block>& blocks) {
  testing::ChainDriver driver(spec);
  driver.set_now(kStartOfTimeMs);
  for (const chain::Block& block : blocks) CHECK(driver.add(block).has_value());
  store::WriteBatch everything;
  for (std::size_t family = 0; family < node_store::family_names().size(); ++family) {
    for (auto& [key, value] : testing::contents(driver.store(), static_cast<store::Family>(family))) {
      everything.put(static_cast<store::Family>(family), std::move(key), std::move(value));
    }
  }
  return everything;
}

}  // namespace suara::sim
