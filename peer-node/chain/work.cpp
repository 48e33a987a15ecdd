#include "peer-node/chain/work.hpp"

#include "common/util/check.hpp"

namespace suara::chain {
namespace {

constexpr std::uint32_t kSignBit = 0x00800000;
constexpr std::uint32_t kMantissaMask = 0x007fffff;

const Uint256& max_target() {
  static const Uint256 target = Uint256(1) << 255;
  return target;
}

}  // namespace

std::optional<Uint256> target_of(std::uint32_t bits) {
  if ((bits & kSignBit) != 0) return std::nullopt;
  const unsigned size_bytes = bits >> 24;
  const Uint256 mantissa = bits & kMantissaMask;
  if (size_bytes > 33) return std::nullopt;
  if (size_bytes == 33 && mantissa > 0x8000) return std::nullopt;
  Uint256 target =
      size_bytes <= 3 ? Uint256(mantissa >> (8 * (3 - size_bytes))) : Uint256(mantissa << (8 * (size_bytes - 3)));
  if (target < 2 || target > max_target() || compact(target) != bits) return std::nullopt;
  return target;
}

std::uint32_t compact(const Uint256& target) {
  CHECK(target >= 2);
  auto size_bytes = static_cast<unsigned>(msb(target) / 8 + 1);
  auto mantissa = static_cast<std::uint32_t>(size_bytes <= 3 ? Uint256(target << (8 * (3 - size_bytes)))
                                                             : Uint256(target >> (8 * (size_bytes - 3))));
  if ((mantissa & kSignBit) != 0) {
    mantissa >>= 8;
    ++size_bytes;
  }
  return (size_bytes << 24) | mantissa;
}

std::uint32_t bits_of_leading_zeros(unsigned zero_bits) {
  CHECK(zero_bits >= 1 && zero_bits <= 254);
  return compact(Uint256(1) << (256 - zero_bits));
}

Uint256 work_of_target(const Uint256& target) {
  CHECK(target >= 2);
  // 2^256 itself does not fit: floor(2^256 / t) = floor((2^256 - t) / t) + 1, and 2^256 - t wraps to -t.
  const Uint256 rest = ~target + 1;
  return rest / target + 1;
}

Uint256 to_number(const Hash256& hash) {
  Uint256 number;
  import_bits(number, hash.bytes.begin(), hash.bytes.end(), 8, true);
  return number;
}

Hash256 to_hash(const Uint256& number) {
  Hash256 hash;
  Uint256 rest = number;
  for (std::size_t end = hash.bytes.size(); end > 0; end -= sizeof(std::uint64_t), rest >>= 64) {
    auto word = static_cast<std::uint64_t>(rest & UINT64_MAX);
    for (std::size_t i = 1; i <= sizeof(word); ++i, word >>= 8) hash.bytes[end - i] = static_cast<std::uint8_t>(word);
  }
  return hash;
}

std::optional<Uint256> parse_work(std::string_view text) {
  Uint256 work = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    const unsigned value = static_cast<unsigned>(digit - '0');
    if (work > (~Uint256(0) - value) / 10) return std::nullopt;
    work = work * 10 + value;
  }
  return text.empty() ? std::nullopt : std::optional(work);
}

bool meets_target(const BlockId& id, const Uint256& target) { return to_number(id) < target; }

}  // namespace suara::chain
