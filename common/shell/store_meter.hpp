// What a database has done since the start, for a page of metrics.
#pragma once

#include "common/shell/rocks_store.hpp"
#include "common/util/duration_histogram.hpp"

#include <cstdint>

namespace suara::shell {

struct StoreMeter {
  DurationHistogram took;  ///< each write with its sync
  std::uint64_t batches = 0;
  std::uint64_t written_bytes = 0;

  void add(const StoreCommit& commit) {
    took.observe(commit.took);
    batches += commit.batches;
    written_bytes += commit.size_bytes;
  }
};

}  // namespace suara::shell
