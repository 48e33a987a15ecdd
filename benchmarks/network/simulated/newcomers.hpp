// How newcomers fare who come by the thousand: each registers, finds peers and syncs a chain.
#pragma once

#include "peer-node/p2p/discovery.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace suara::bench {

struct NewcomersOptions {
  std::size_t newcomers = 10'000;
  std::size_t nodes_before = 50;  ///< that have the chain
  std::size_t blocks = 100;
  std::chrono::seconds time{600};  ///< over which they come
  p2p::Discovery discovery = {};
};

/// One JSON object. Looked at for 2 more minutes than they come.
std::string measure_newcomers(const NewcomersOptions& options);

}  // namespace suara::bench
