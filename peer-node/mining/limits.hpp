// Bounds of the search for nonces, with what happens there.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace suara::mining {

/// Nonces tried between two looks at whether the job still stands: 0.2 ms of work with the CPU's SHA instructions, 4 ms
/// on a core that hashes no more than two million nonces a second. A miner thus leaves an old tip within 5 ms.
inline constexpr std::uint64_t kNoncesPerLook = 8 * 1024;

/// The hash rate that is shown is of so many seconds just past.
inline constexpr std::size_t kHashRateWindowSeconds = 10;

}  // namespace suara::mining
