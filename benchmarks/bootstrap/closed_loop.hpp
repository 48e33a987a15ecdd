// A closed loop of clients: each sends its next request as soon as its last is answered, or with a rate when it is due.
// One thread, one epoll descriptor, the same code for ours and theirs.
#pragma once

#include "benchmarks/bootstrap/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace suara::bench {

struct LoopOptions {
  std::uint16_t port = 0;
  std::size_t clients = 1;
  std::size_t in_flight = 1;     ///< requests of one client that wait for their answers
  bool connection_each = false;  ///< every request on a connection of its own; in_flight is then 1
  double rate = 0;  ///< requests per second of all clients, on kept connections; 0: as many as there are answers
  std::uint64_t requests = 0;          ///< in all; 0: until the time is up
  std::chrono::nanoseconds warm_up{};  ///< not counted; only without `requests`
  std::chrono::nanoseconds time{};
};

struct LoopResult {
  std::uint64_t answers = 0;
  std::uint64_t answer_bytes = 0;
  std::chrono::nanoseconds took{};
  std::vector<std::uint32_t> latencies_us;  ///< to the whole answer, from connecting, sending, or with a rate being due
};

LoopResult run_closed_loop(const LoopOptions& options, const Protocol& protocol);

/// The value below which `percent` of them lie; sorts.
std::uint32_t percentile(std::vector<std::uint32_t>& values, double percent);

}  // namespace suara::bench
