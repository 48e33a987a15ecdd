#include "bootstrap-server/core/rate_limits.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/util/check.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace suara::directory {
namespace {

constexpr double kLeastPerSecond = 0.001;
constexpr std::uint32_t kMost = 1'000'000;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Instant last_of(const std::array<Instant, kBuckets>& refills) {
  return *std::max_element(refills.begin(), refills.end());
}

}  // namespace

std::string_view text_of(Bucket bucket) {
  switch (bucket) {
    case Bucket::kRegister: return "register";
    case Bucket::kForeign: return "foreign";
    case Bucket::kGetPeers: return "get_peers";
    case Bucket::kRemove: return "remove";
    case Bucket::kSubscribe: return "subscribe";
    case Bucket::kPing: return "ping";
    case Bucket::kMistakes: return "mistakes";
  }
  CHECK(false);
}

std::optional<Rate> Rate::parse(std::string_view text) {
  if (text == "off") return Rate{};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto rate = number<double>(text.substr(0, slash));
  const auto burst = number<std::uint32_t>(text.substr(slash + 1));
  // Written so that NaN does not pass.
  if (!rate || !(*rate >= kLeastPerSecond && *rate <= kMost)) return std::nullopt;
  if (!burst || *burst == 0 || *burst > kMost) return std::nullopt;
  return Rate{*rate, *burst};
}

Caller Caller::of(std::string_view host) {
  const auto address = IpAddress::parse(host);
  return address ? of(*address) : Caller{};
}

Caller Caller::of(const IpAddress& address) {
  const bool v4 = address.is_v4();
  Caller caller{v4 ? Kind::kIpv4 : Kind::kIpv6, 0};
  const auto first = address.bytes.begin() + (v4 ? 12 : 0);
  const auto last = v4 ? address.bytes.end() : first + 8;
  for (auto at = first; at != last; ++at) caller.prefix = caller.prefix << 8 | *at;
  return caller;
}

void RateLimits::set_rates(const Rates& rates) {
  using Microseconds = std::chrono::duration<double, std::micro>;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const Rate& rate = rates.of_bucket[i];
    limits_[i] = {};
    if (rate.burst == 0 || rate.per_second <= 0) continue;
    const Microseconds interval = std::chrono::seconds(1) / rate.per_second;
    limits_[i].interval =
        std::max<Instant::duration>(Instant::duration(1), std::chrono::round<Instant::duration>(interval));
    limits_[i].capacity = limits_[i].interval * rate.burst;
  }
}

std::optional<std::chrono::milliseconds> RateLimits::take(const Caller& caller, Bucket bucket, Instant now) {
  const auto index = static_cast<std::size_t>(bucket);
  const Limit& limit = limits_[index];
  if (limit.interval.count() == 0) return std::nullopt;

  const auto known = callers_.find(caller);
  const Instant full = known == callers_.end() ? now : std::max(known->second[index], now);
  const Instant refill = full + limit.interval;
  const auto excess = (refill - now) - limit.capacity;
  if (excess.count() > 0) return std::chrono::ceil<std::chrono::milliseconds>(excess);

  if (known == callers_.end()) {
    add(caller, index, refill, now);
  } else {
    auto place = by_last_refill_.extract({last_of(known->second), caller});
    known->second[index] = refill;
    place.value().first = last_of(known->second);
    by_last_refill_.insert(std::move(place));
  }
  return std::nullopt;
}

void RateLimits::add(const Caller& caller, std::size_t bucket, Instant refill, Instant now) {
  // A newcomer pays for the forgetting of two, so that the table shrinks again although nothing sweeps it.
  for (int i = 0; i < 2 && !by_last_refill_.empty() && by_last_refill_.begin()->first <= now; ++i) forget_first();
  if (callers_.size() >= kMaxLimitedCallers) forget_first();
  callers_[caller][bucket] = refill;
  by_last_refill_.emplace(refill, caller);
}

void RateLimits::forget_first() {
  const auto first = by_last_refill_.begin();
  callers_.erase(first->second);
  by_last_refill_.erase(first);
}

}  // namespace suara::directory
