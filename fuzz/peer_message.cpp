// Whatever decodes, its encoding decodes again to the same bytes; nothing crashes. The same line is offered as a
// connection's first, which tells classic programs from native peers.
#include "common/util/check.hpp"
#include "common/wire/peer_messages.hpp"
#include "peer-node/classic/classic_request.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)suara::classic::classify(input);
  const auto message = suara::wire::peer::decode(input);
  if (!message) {
    CHECK(!message.error().message().empty());
    return 0;
  }
  if (std::holds_alternative<suara::wire::peer::Unknown>(*message)) return 0;
  const std::string line = suara::wire::peer::encode(*message);
  const auto again = suara::wire::peer::decode(std::string_view(line).substr(0, line.size() - 1));
  CHECK(again.has_value());
  CHECK(suara::wire::peer::encode(*again) == line);
  return 0;
}
