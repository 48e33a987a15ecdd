// How many addresses a peer may still tell: a bucket of kMaxAddressesHeeded that fills by one each kAddressInterval.
#pragma once

#include "common/util/time.hpp"
#include "peer-node/p2p/limits.hpp"

#include <algorithm>

namespace suara::p2p {

class AddressAllowance {
 public:
  explicit AddressAllowance(Instant now, milliseconds interval = kAddressInterval)
      : interval_(interval), filled_at_(now) {}

  /// Takes up to `wanted`; how many there were.
  std::size_t take(std::size_t wanted, Instant now) {
    const auto intervals = std::max<Instant::duration::rep>(0, (now - filled_at_) / interval_);
    filled_at_ += intervals * interval_;
    left_ = std::min(kMaxAddressesHeeded, left_ + static_cast<std::size_t>(intervals));
    const std::size_t taken = std::min(wanted, left_);
    left_ -= taken;
    return taken;
  }

 private:
  milliseconds interval_;
  std::size_t left_ = kMaxAddressesHeeded;
  Instant filled_at_;
};

}  // namespace suara::p2p
