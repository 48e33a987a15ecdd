// What passed between hosts and when: every message as it arrives, the way a packet capture shows it. In a scene's
// network a message arrives in one piece.
#pragma once

#include "tests/sim/network.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::sim {

class Wiretap {
 public:
  struct Message {
    Instant when;  ///< of its arrival
    HostId from;
    HostId to;
    std::string type;  ///< as on the wire; empty: the sender has ended the stream
    std::string line;  ///< its first kKeptSizeBytes
  };
  static constexpr std::size_t kKeptSizeBytes = 2048;

  explicit Wiretap(Network& network);

  /// Of this type, in order; optionally only those that hold this text.
  [[nodiscard]] std::vector<Instant> arrivals(HostId from, HostId to, std::string_view type,
                                              std::string_view text = {}) const;
  [[nodiscard]] std::size_t count(HostId from, HostId to, std::string_view type) const {
    return arrivals(from, to, type).size();
  }
  /// The first one at or after `since`.
  [[nodiscard]] std::optional<Instant> first(HostId from, HostId to, std::string_view type, std::string_view text = {},
                                             Instant since = {}) const;
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }

 private:
  std::vector<Message> messages_;
};

}  // namespace suara::sim
