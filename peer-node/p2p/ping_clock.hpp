// How long a peer's answers to pings take. A pong counts once, and only for the ping that is waited for; its nonce is
// drawn at random, so that nobody can answer before he has been asked.
#pragma once

#include "common/util/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace suara::p2p {

class PingClock {
 public:
  /// An earlier ping that has not been answered does not count any more.
  void sent(std::uint64_t nonce, Instant now) {
    awaited_ = {nonce, now};
    sent_at_ = now;
  }
  void answered(std::uint64_t nonce, Instant now) {
    if (!awaited_ || awaited_->nonce != nonce) return;
    latest_ = now - awaited_->sent_at;
    least_ = least_ ? std::min(*least_, *latest_) : *latest_;
    awaited_.reset();
  }

  [[nodiscard]] Instant sent_at() const { return sent_at_; }  ///< the last one
  [[nodiscard]] std::optional<Instant::duration> latest() const { return latest_; }
  [[nodiscard]] std::optional<Instant::duration> least() const { return least_; }

 private:
  struct Awaited {
    std::uint64_t nonce;
    Instant sent_at;
  };
  std::optional<Awaited> awaited_;
  Instant sent_at_;
  std::optional<Instant::duration> latest_;
  std::optional<Instant::duration> least_;
};

}  // namespace suara::p2p
