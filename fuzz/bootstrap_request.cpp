// Whatever native request decodes, its encoding decodes again to the same bytes; nothing crashes.
#include "common/util/check.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using namespace suara::wire;

// Classic requests are read, never written.
bool is_native(const BootstrapRequest& request) {
  if (const auto* asked = std::get_if<GetPeers>(&request)) return asked->native;
  if (const auto* added = std::get_if<Register>(&request)) return added->flavour == Flavour::kNative;
  if (const auto* removed = std::get_if<Remove>(&request)) return removed->flavour == Flavour::kNative;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto message = decode_bootstrap_request(input);
  if (!message) {
    CHECK(!message.error().message().empty());
    return 0;
  }
  if (!is_native(*message)) return 0;
  const std::string line = encode(*message);
  const auto again = decode_bootstrap_request(std::string_view(line).substr(0, line.size() - 1));
  CHECK(again.has_value());
  CHECK(encode(*again) == line);
  return 0;
}
