// A bundle as a hostile file: the audit takes any lines there are, and a line that is accepted has one spelling.
#include "peer-node/audit/bundle_audit.hpp"
#include "peer-node/audit/receipt.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace suara;
  std::string_view rest = as_text(ByteView(data, size));
  if (const auto receipt = audit::decode_receipt(rest)) {
    (void)audit::check_receipt(*receipt);
    const auto text = audit::encode_receipt(*receipt);
    CHECK(audit::encode_receipt(*audit::decode_receipt(text)) == text);
  }
  audit::BundleAudit bundle;
  bool sound = true;
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (const auto decoded = audit::decode_line(line)) CHECK(audit::encode_line(*decoded) == line);
    if (sound) sound = bundle.take(line).has_value();
  }
  (void)bundle.finish();
  return 0;
}
