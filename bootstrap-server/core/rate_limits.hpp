// How often one caller may ask for what. Registrations cost a synced write and a dial, lists cost reading, and an
// address that is not the caller's own costs somebody else a connection attempt; so each has a token bucket per caller.
//
// A bucket is kept as the moment at which it will be full again (the "generic cell rate algorithm", ITU-T I.371): eight
// bytes, no timer. Callers whose buckets are all full are as good as unknown and are forgotten.
#pragma once

#include "common/util/ip_address.hpp"
#include "common/util/time.hpp"

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace suara::directory {

enum class Bucket : std::uint8_t {
  kRegister,
  kForeign,   ///< REGISTER of a name, or of an address literal other than the caller's; besides kRegister
  kGetPeers,  ///< and INSPECT
  kRemove,
  kSubscribe,
  kPing,
  kMistakes,  ///< lines that are no request, and requests sent although another bucket was empty
};
inline constexpr std::size_t kBuckets = 7;
/// As metrics call it: "get_peers".
std::string_view text_of(Bucket bucket);

/// `burst` at once, `per_second` in the long run. Zero: without limit.
struct Rate {
  double per_second = 0;
  std::uint32_t burst = 0;

  /// "RATE/BURST", as 0.5/30, each more than 0 and at most 1,000,000, the rate at least 0.001; or "off".
  static std::optional<Rate> parse(std::string_view text);
};

struct Rates {
  std::array<Rate, kBuckets> of_bucket{};

  [[nodiscard]] Rate& operator[](Bucket bucket) { return of_bucket[static_cast<std::size_t>(bucket)]; }
  [[nodiscard]] const Rate& operator[](Bucket bucket) const { return of_bucket[static_cast<std::size_t>(bucket)]; }
};

/// Who is counted together: an IPv4 address, or the /64 that one IPv6 host has to itself.
struct Caller {
  enum class Kind : std::uint8_t { kUnknown, kIpv4, kIpv6 };
  Kind kind = Kind::kUnknown;
  std::uint64_t prefix = 0;

  static Caller of(const IpAddress& address);
  /// Of an address literal; whatever is none is kUnknown.
  static Caller of(std::string_view host);
  friend auto operator<=>(const Caller&, const Caller&) = default;
};

/// All in O(log callers). Holds kMaxLimitedCallers at most.
class RateLimits {
 public:
  explicit RateLimits(const Rates& rates) { set_rates(rates); }

  /// What was used so far stays used.
  void set_rates(const Rates& rates);

  /// Takes a token. When there is none: after how long there will be one.
  [[nodiscard]] std::optional<std::chrono::milliseconds> take(const Caller& caller, Bucket bucket, Instant now);

  [[nodiscard]] std::size_t callers() const { return callers_.size(); }

 private:
  using Refills = std::array<Instant, kBuckets>;  // when each bucket is full again
  struct Limit {
    Instant::duration interval{};  // from token to token; zero: without limit
    Instant::duration capacity{};  // of an empty bucket, until it is full
  };

  void add(const Caller& caller, std::size_t bucket, Instant refill, Instant now);
  void forget_first();

  std::array<Limit, kBuckets> limits_;
  std::map<Caller, Refills> callers_;
  std::set<std::pair<Instant, Caller>> by_last_refill_;  // the same callers: who is full first
};

}  // namespace suara::directory
