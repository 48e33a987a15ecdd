// What a peer asked for and has not been sent yet. Bodies are large and a slow reader's must not pile up in the send
// queue: after a window's worth a ping follows them, and only its pong opens the next window.
#pragma once

#include "common/crypto/sha256.hpp"
#include "peer-node/p2p/limits.hpp"

#include <deque>
#include <optional>
#include <vector>

namespace suara::p2p {

class ServeQueue {
 public:
  enum class Kind : std::uint8_t { kBlock, kTransaction };
  struct Item {
    Kind kind;
    Hash256 id;
  };

  /// False when more than kMaxServeQueue would wait: the peer asks without reading.
  [[nodiscard]] bool push(Kind kind, const std::vector<Hash256>& ids) {
    if (items_.size() + ids.size() > kMaxServeQueue) return false;
    for (const Hash256& id : ids) items_.push_back({kind, id});
    return true;
  }

  /// The next to send; nothing when all is sent or the window is used up.
  [[nodiscard]] std::optional<Item> next() {
    if (items_.empty() || sent_bytes_ >= kServeWindowSizeBytes) return std::nullopt;
    const Item item = items_.front();
    items_.pop_front();
    return item;
  }
  void sent(std::size_t size_bytes) { sent_bytes_ += size_bytes; }

  /// The window is used up and no ping has been sent behind it.
  [[nodiscard]] bool wants_ping() const { return sent_bytes_ >= kServeWindowSizeBytes && !awaited_; }
  void ping_sent(std::uint64_t nonce) { awaited_ = nonce; }
  void pong(std::uint64_t nonce) {
    if (awaited_ != nonce) return;
    awaited_.reset();
    sent_bytes_ = 0;
  }

 private:
  std::deque<Item> items_;
  std::size_t sent_bytes_ = 0;
  std::optional<std::uint64_t> awaited_;
};

}  // namespace suara::p2p
