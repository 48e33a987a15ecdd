#include "tests/sim/run.hpp"

#include "tests/sim/seeded_openssl.hpp"

namespace suara::sim {

RunResult run(const RunOptions& options) {
  make_openssl_deterministic();
  return options.seed % 4 == 3 ? run_directory(options) : run_cluster(options);
}

}  // namespace suara::sim
