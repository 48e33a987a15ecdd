// The chain's state beside its naive twin (tests/differential): the input decides which blocks are made, on which
// others, which rules they break, in which order headers and bodies arrive, and when the node restarts.
#include "common/util/check.hpp"
#include "tests/differential/comparison.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace suara::differential {
namespace {

// A byte a choice; zeros when there are no more.
class Choices final : public Rng {
 public:
  explicit Choices(ByteView bytes) : rest_(bytes) {}

  std::uint64_t next() override {
    if (rest_.empty()) return 0;
    const std::uint8_t choice = rest_.front();
    rest_ = rest_.subspan(1);
    return choice;
  }

 private:
  ByteView rest_;
};

void compare(ByteView input) {
  static const Network fixed(chain::DifficultyRule::kFixed);
  static const Network lwma(chain::DifficultyRule::kLwma);
  Choices choices(input);
  const Network& network = choices.next() % 2 == 0 ? fixed : lwma;
  const RandomBlocks made(network, choices, 1 + choices.below(16));
  Coverage coverage;
  const std::string difference = Comparison(network, choices, coverage).run(made.blocks());
  if (!difference.empty()) std::fprintf(stderr, "%s\n", difference.c_str());
  CHECK(difference.empty());
}

}  // namespace
}  // namespace suara::differential

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  suara::differential::compare({data, size});
  return 0;
}
