// What a peer asked for and has not been sent yet. Answers are large and a slow reader's must not pile up in the send
// queue: after a window's worth a ping follows them, and only its pong opens the next window. What is asked for at the
// tip of a chain, and headers, go before the bodies of those who catch up.
#pragma once

#include "common/crypto/sha256.hpp"
#include "peer-node/p2p/limits.hpp"

#include <deque>
#include <optional>
#include <variant>
#include <vector>

namespace suara::p2p {

class ServeQueue {
 public:
  struct Headers {
    std::vector<Hash256> locator;
  };
  struct Compact {
    Hash256 id;
  };
  struct BlockTransactions {
    Hash256 id;
    std::vector<std::uint32_t> indexes;
  };
  struct Block {
    Hash256 id;
  };
  struct Transaction {
    Hash256 id;
  };
  using Item = std::variant<Headers, Compact, BlockTransactions, Block, Transaction>;

  /// False when more than kMaxServeQueue would wait: the peer asks without reading.
  [[nodiscard]] bool push(const Item& item) {
    const std::size_t more = weight(item);
    if (weight_ + more > kMaxServeQueue) return false;
    weight_ += more;
    (is_body(item) ? bodies_ : first_).push_back(item);
    return true;
  }

  /// The next to send; nothing when all is sent or the window is used up.
  [[nodiscard]] std::optional<Item> next() {
    std::deque<Item>& from = first_.empty() ? bodies_ : first_;
    if (from.empty() || sent_bytes_ >= kServeWindowSizeBytes) return std::nullopt;
    Item item = std::move(from.front());
    from.pop_front();
    weight_ -= weight(item);
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
  static bool is_body(const Item& item) {
    return std::holds_alternative<Block>(item) || std::holds_alternative<Transaction>(item);
  }
  /// In ids' worth of memory.
  static std::size_t weight(const Item& item) {
    struct Weigh {
      std::size_t operator()(const Headers& headers) const { return 1 + headers.locator.size(); }
      std::size_t operator()(const BlockTransactions& some) const {
        return 1 + some.indexes.size() * sizeof(std::uint32_t) / sizeof(Hash256);
      }
      std::size_t operator()(const Compact&) const { return 1; }
      std::size_t operator()(const Block&) const { return 1; }
      std::size_t operator()(const Transaction&) const { return 1; }
    };
    return std::visit(Weigh{}, item);
  }

  std::deque<Item> first_;
  std::deque<Item> bodies_;
  std::size_t weight_ = 0;  // of both
  std::size_t sent_bytes_ = 0;
  std::optional<std::uint64_t> awaited_;
};

}  // namespace suara::p2p
