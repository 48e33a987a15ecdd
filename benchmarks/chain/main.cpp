// One part of `./dev bench chain`, measured once and printed as one JSON object. run.py takes turns and makes the
// table.
#include "benchmarks/chain/parts.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

namespace suara::bench {
namespace {

constexpr const char* kUsage =
    "suara-bench-chain miner NONCES\n"
    "suara-bench-chain check THREADS MILLISECONDS\n"
    "suara-bench-chain connect|empty|reorganisation FOLDER BLOCKS\n"
    "suara-bench-chain template TRANSACTIONS\n"
    "suara-bench-chain large FOLDER BLOCKS VOTES\n"
    "suara-bench-chain fill-log FOLDER\n";

Figures measure(const std::string& part, const std::string& first, const std::string& second,
                const std::string& third) {
  if (part == "miner") return measure_miner(std::stoull(first));
  if (part == "check") {
    return measure_check(static_cast<unsigned>(std::stoul(first)), std::chrono::milliseconds(std::stol(second)));
  }
  if (part == "connect") return measure_connect(first, std::stoull(second));
  if (part == "empty") return measure_empty(first, std::stoull(second));
  if (part == "reorganisation") return measure_reorganisation(first, std::stoull(second));
  if (part == "template") return measure_template(std::stoull(first));
  if (part == "large") return make_large(first, std::stoull(second), std::stoull(third));
  if (part == "fill-log") fill_log(first);
  throw std::invalid_argument("there is no part " + part);
}

}  // namespace
}  // namespace suara::bench

int main(int count, char** arguments) {
  try {
    if (count < 3) throw std::invalid_argument("what is to be measured?");
    const auto figures =
        suara::bench::measure(arguments[1], arguments[2], count > 3 ? arguments[3] : "", count > 4 ? arguments[4] : "");
    const char* separator = "{";
    for (const auto& [name, value] : figures) {
      std::printf("%s\"%s\":%.9g", separator, name.c_str(), value);
      separator = ",";
    }
    std::puts("}");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "suara-bench-chain: %s\n%s", error.what(), suara::bench::kUsage);
    return 1;
  }
}
