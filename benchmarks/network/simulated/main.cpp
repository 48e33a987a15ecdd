// suara-bench-simulated: large networks of real node cores in virtual time. Prints one JSON object.
#include "benchmarks/network/simulated/newcomers.hpp"
#include "benchmarks/network/simulated/spreading.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

constexpr int kUsage = 64;
constexpr const char* kSynopsis =
    "suara-bench-simulated spreading NODES BLOCKS BLOCK-BYTES UPLOAD-MBIT-PER-SECOND\n"
    "suara-bench-simulated newcomers NEWCOMERS NODES-BEFORE BLOCKS SECONDS DISCOVERY\n";

std::size_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

int usage() {
  std::fputs(kSynopsis, stderr);
  return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string part = argc > 1 ? argv[1] : "";
  std::string result;
  if (part == "spreading" && argc == 6) {
    result = suara::bench::measure_spreading({number(argv[2]), number(argv[3]), number(argv[4]), number(argv[5])});
  } else if (part == "newcomers" && argc == 7) {
    const auto discovery = suara::p2p::parse_discovery(argv[6]);
    if (!discovery) return usage();
    result = suara::bench::measure_newcomers(
        {number(argv[2]), number(argv[3]), number(argv[4]), std::chrono::seconds(number(argv[5])), *discovery});
  } else {
    return usage();
  }
  std::puts(result.c_str());
  return EXIT_SUCCESS;
}
