#include "peer-node/ledger/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace suara::ledger {
namespace {

// Takes the first code point off `text`; nullopt when it is not well formed.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = byte(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
  if (size == 0 || size > text.size()) return std::nullopt;

  constexpr std::array<std::uint8_t, 5> kLeadBits{0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t point = lead & kLeadBits[size];
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return std::nullopt;
    point = point << 6 | (byte(at) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};  // shorter forms exist below
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < kLeast[size] || point > 0x10ffff || is_surrogate) return std::nullopt;
  text.remove_prefix(size);
  return point;
}

bool is_printable_ascii(char byte) { return byte >= 0x20 && byte < 0x7f; }

bool is_control(std::uint32_t point) { return point < 0x20 || (point >= 0x7f && point <= 0x9f); }

// Printable ASCII, which is most of what is written, is allowed anywhere.
template <class Allowed>
bool consists_of(std::string_view text, const Allowed& allowed) {
  if (text.empty()) return false;
  while (true) {
    text.remove_prefix(static_cast<std::size_t>(std::ranges::find_if_not(text, is_printable_ascii) - text.begin()));
    if (text.empty()) return true;
    const auto point = take_code_point(text);
    if (!point || !allowed(*point)) return false;
  }
}

}  // namespace

bool is_one_line_text(std::string_view text) {
  return consists_of(text, [](std::uint32_t point) { return !is_control(point); });
}

bool is_text(std::string_view text) {
  return consists_of(text, [](std::uint32_t point) { return point == '\t' || point == '\n' || !is_control(point); });
}

}  // namespace suara::ledger
