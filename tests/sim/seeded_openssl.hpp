// Makes OpenSSL's randomness the same in every run of this process, so that signatures are.
#pragma once

namespace suara::sim {

/// Call before anything signs. Only ever in the simulator's own executables.
void make_openssl_deterministic();

}  // namespace suara::sim
