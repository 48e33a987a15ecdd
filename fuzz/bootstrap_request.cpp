// Whatever decodes, its encoding decodes again to the same bytes; nothing crashes.
#include "common/util/check.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto message = suara::wire::decode_bootstrap_request(input);
  if (!message) {
    CHECK(!message.error().message().empty());
    return 0;
  }
  const std::string line = suara::wire::encode(*message);
  const auto again = suara::wire::decode_bootstrap_request(std::string_view(line).substr(0, line.size() - 1));
  CHECK(again.has_value());
  CHECK(suara::wire::encode(*again) == line);
  return 0;
}
