// Reads the canonical encoding. The first failure sticks: from then on every read yields zeros or nothing, so a
// decoder reads its fields in a row and asks once, at the end. Nothing is allocated here, and views point into the
// input.
#pragma once

#include "common/util/bytes.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <string>

namespace suara {

class ByteReader {
 public:
  enum class Failure : std::uint8_t {
    kNone,
    kMalformed,  ///< truncated, or a count that the bytes left cannot hold, or what `fail` was told
    kTooLarge,   ///< a size or count above the caller's cap
  };

  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t u8() { return integer<std::uint8_t>(); }
  std::uint16_t u16() { return integer<std::uint16_t>(); }
  std::uint32_t u32() { return integer<std::uint32_t>(); }
  std::uint64_t u64() { return integer<std::uint64_t>(); }

  /// A field of fixed size; empty after a failure.
  ByteView raw(std::size_t size_bytes) {
    if (rest_.size() < size_bytes) {
      fail();
      return {};
    }
    const ByteView bytes = rest_.first(size_bytes);
    rest_ = rest_.subspan(size_bytes);
    return bytes;
  }
  template <std::size_t N>
  void read(std::array<std::uint8_t, N>& field) {
    const ByteView bytes = raw(N);
    for (std::size_t i = 0; i < bytes.size(); ++i) field[i] = bytes[i];
  }
  /// size u32 ‖ bytes.
  ByteView sized(std::size_t max_size_bytes) {
    const std::uint32_t size = u32();
    if (size > max_size_bytes) fail(Failure::kTooLarge);
    return ok() ? raw(size) : ByteView{};
  }
  std::string sized_text(std::size_t max_size_bytes) { return std::string(as_text(sized(max_size_bytes))); }

  /// A u32 count of elements that take at least `min_size_bytes` (> 0) each; safe to reserve. 0 after a failure.
  std::uint32_t count(std::size_t max_count, std::size_t min_size_bytes) {
    const std::uint32_t count = u32();
    if (count > max_count) fail(Failure::kTooLarge);
    if (count > rest_.size() / min_size_bytes) fail();
    return ok() ? count : 0;
  }

  /// For what only the caller can see to be wrong. The first failure is kept; the rest of the input is dropped.
  void fail(Failure failure = Failure::kMalformed) {
    if (ok()) failure_ = failure;
    rest_ = {};
  }

  [[nodiscard]] bool ok() const { return failure_ == Failure::kNone; }
  [[nodiscard]] Failure failure() const { return failure_; }
  [[nodiscard]] std::size_t left() const { return rest_.size(); }
  /// Nothing failed and nothing is left over.
  [[nodiscard]] bool finished() const { return ok() && rest_.empty(); }

 private:
  template <std::unsigned_integral T>
  T integer() {
    const ByteView bytes = raw(sizeof(T));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    return static_cast<T>(value);
  }

  ByteView rest_;
  Failure failure_ = Failure::kNone;
};

}  // namespace suara
