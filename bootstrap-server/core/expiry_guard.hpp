// When a whole network falls silent, the fault is more likely ours than theirs: a cut cable, a machine that slept. Then
// nobody is taken out of the directory for want of a sign of life until they are back, or an hour has passed.
//
// A healthy peer renews its lease when a third of it has passed, so one whose lease is more than half over has missed
// its turn. Whenever a row is about to leave by itself, a fair sample of its network says how many have.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "common/store/store_view.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace suara::directory {

class ExpiryGuard {
 public:
  /// What it looks at, and where its alarms go.
  struct Look {
    const store::StoreView& view;
    Rng& rng;
    Instant now;
    std::uint64_t now_ms;  ///< on the clock of leases
    std::vector<Action>& actions;
  };

  explicit ExpiryGuard(std::chrono::seconds ttl) : ttl_(ttl) {}

  void set_ttl(std::chrono::seconds ttl) { ttl_ = ttl; }

  /// A row of the network is about to leave by itself: must it stay?
  bool holds(const std::string& network, const Look& look);

  /// Ends the pauses of networks that are well again.
  void look_again(const Look& look);
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Networks in which nobody expires at present.
  [[nodiscard]] std::size_t paused() const;

 private:
  enum class Health : std::uint8_t { kGood, kEven, kBad };
  struct Pause {
    Instant since;
    bool over = false;  // it lasted too long; kept until the network is well, so that it does not begin anew
  };

  [[nodiscard]] Health examine(const std::string& network, const Look& look) const;
  // Of one network, at most once at one time.
  Health health_of(const std::string& network, const Look& look);
  bool decide(const std::string& network, Health health, const Look& look);

  std::chrono::milliseconds ttl_;
  std::map<std::string, Pause> pauses_;
  std::map<std::string, Health> examined_;  // at examined_at_
  Instant examined_at_{};
  std::optional<Instant> next_look_;
};

}  // namespace suara::directory
