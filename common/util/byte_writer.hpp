// Writes the canonical encoding: little-endian integers, byte strings behind a u32 size. Header-only, for speed.
#pragma once

#include "common/util/bytes.hpp"
#include "common/util/check.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <string>

namespace suara {

class ByteWriter {
 public:
  void reserve(std::size_t size_bytes) { bytes_.reserve(size_bytes); }

  void u8(std::uint8_t value) { bytes_.push_back(value); }
  void u16(std::uint16_t value) { integer(value); }
  void u32(std::uint32_t value) { integer(value); }
  void u64(std::uint64_t value) { integer(value); }

  /// The bytes alone: for fields of fixed size.
  void raw(ByteView bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  /// size u32 ‖ bytes.
  void sized(ByteView bytes) {
    CHECK(bytes.size() <= UINT32_MAX);
    u32(static_cast<std::uint32_t>(bytes.size()));
    raw(bytes);
  }
  void sized(std::string_view text) { sized(as_bytes(text)); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] Bytes take() { return std::move(bytes_); }
  /// What the store keeps.
  [[nodiscard]] std::string text() const { return std::string(as_text(bytes_)); }

 private:
  template <std::unsigned_integral T>
  void integer(T value) {
    std::array<std::uint8_t, sizeof(T)> bytes;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
    raw(bytes);
  }

  Bytes bytes_;
};

}  // namespace suara
