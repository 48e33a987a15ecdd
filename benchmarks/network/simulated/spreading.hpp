// How long a block that is news to everybody, transactions and all, takes to be the tip of every node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace suara::bench {

struct SpreadingOptions {
  std::size_t nodes = 1000;
  std::size_t blocks = 2;
  std::size_t size_bytes = 1'000'000;
  std::uint64_t upload_mbit_per_second = 100;
};

/// One JSON object.
std::string measure_spreading(const SpreadingOptions& options);

}  // namespace suara::bench
