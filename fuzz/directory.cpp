// Any bytes from two clients, one of which comes and goes, with time passing: no invariant of the directory's core
// breaks, and nothing is left waiting.
#include "common/util/check.hpp"
#include "tests/unit/bootstrap/harness.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suara;
  using namespace std::chrono_literals;
  directory::Harness harness;
  ConnectionId one = harness.connect("192.0.2.1");
  ConnectionId two = harness.connect("127.0.0.1");
  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (!input.empty()) {
    const std::string_view piece = input.substr(0, input.find('|'));
    input.remove_prefix(std::min(piece.size() + 1, input.size()));
    if (harness.closed(one)) one = harness.connect("192.0.2.1");
    harness.feed(one, piece);
    std::swap(one, two);
    harness.advance(7s);
  }
  harness.disconnect(one);
  harness.disconnect(two);
  harness.advance(1h);
  const directory::Stats stats = harness.server().stats();
  CHECK(stats.subscriptions <= stats.connections);
  CHECK(stats.batches_in_flight == 0);
  return 0;
}
