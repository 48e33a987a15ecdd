// The framer against a naive twin: whatever the cuts, the same lines come out, and the bound holds.
#include "common/wire/line_framer.hpp"

#include "common/util/check.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace {

using suara::wire::LineFramer;

constexpr std::size_t kMaxLineSizeBytes = 64;

struct Outcome {
  std::vector<std::string> lines;
  bool failed = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// `cut` bytes at a time; 0: all at once.
Outcome run(LineFramer::Mode mode, std::string_view input, std::size_t cut) {
  LineFramer framer(mode, kMaxLineSizeBytes);
  Outcome outcome;
  while (!input.empty() && !outcome.failed) {
    const std::size_t size = cut == 0 ? input.size() : std::min(cut, input.size());
    framer.feed(input.substr(0, size));
    input.remove_prefix(size);
    while (true) {
      const auto next = framer.next();
      if (!next) {
        outcome.failed = true;
        break;
      }
      if (!*next) break;
      CHECK((*next)->size() <= kMaxLineSizeBytes);
      CHECK(!(*next)->empty());
      outcome.lines.emplace_back(**next);
    }
    CHECK(outcome.failed || framer.buffered_bytes() <= kMaxLineSizeBytes + size);
  }
  return outcome;
}

// What kLine means, without any state between bytes.
Outcome naive(std::string_view input) {
  Outcome outcome;
  while (!input.empty()) {
    const std::size_t end = input.find('\n');
    std::string_view line = input.substr(0, end);
    if (line.size() > kMaxLineSizeBytes) {
      outcome.failed = true;
      return outcome;
    }
    if (end == std::string_view::npos) return outcome;
    input.remove_prefix(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) outcome.lines.emplace_back(line);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t cut = 1 + data[0] % 16;
  const std::string_view input(reinterpret_cast<const char*>(data + 1), size - 1);
  for (const auto mode : {LineFramer::Mode::kLine, LineFramer::Mode::kLineOrObject}) {
    const Outcome whole = run(mode, input, 0);
    CHECK(run(mode, input, 1) == whole);
    CHECK(run(mode, input, cut) == whole);
  }
  CHECK(run(LineFramer::Mode::kLine, input, 0) == naive(input));
  return 0;
}
