// PEERS, written without a JSON tree in between: the answer asked for most, and the largest. An entry's text can be
// kept and used again, for only the time its lease has left differs from one answer to the next.
#pragma once

#include "common/wire/bootstrap_messages.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace suara::wire {

/// An entry as it stands in an answer, but for `lease_left_ms`, whose digits belong at `lease_at`.
struct PeerText {
  std::string text;
  std::size_t lease_at = 0;
};

PeerText encode_entry(const PeerEntry& entry);

class PeerListWriter {
 public:
  enum class Shape : std::uint8_t {
    kLine,     ///< ends with '\n'
    kPayload,  ///< the object inside alone
  };

  explicit PeerListWriter(Shape shape = Shape::kLine);

  /// Makes room for about so much more.
  void reserve(std::size_t size_bytes) { out_.reserve(out_.size() + size_bytes); }
  void add(const PeerEntry& entry);
  /// An encoded one; `lease_at` as in PeerText.
  void add(std::string_view text, std::size_t lease_at, std::uint64_t lease_left_ms);
  /// So far.
  [[nodiscard]] std::size_t size_bytes() const { return out_.size(); }
  /// The whole. Nothing is added afterwards.
  [[nodiscard]] std::string finish(std::uint64_t revision, const std::optional<std::string>& next);

 private:
  void separate();

  std::string out_;
  Shape shape_;
  bool first_ = true;
};

}  // namespace suara::wire
