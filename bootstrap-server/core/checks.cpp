#include "bootstrap-server/core/checks.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/util/ascii.hpp"
#include "common/util/check.hpp"

#include <algorithm>
#include <utility>

namespace suara::directory {
namespace {

// Names are the same in any case, and with or without a last dot.
std::string key_of(const wire::Address& address) {
  std::string host = ascii_lower(address.host);
  while (host.ends_with('.')) host.pop_back();
  return wire::Address{std::move(host), address.port}.text();
}

RowName name_of(const Row& row) { return {row.network, row.address}; }

bool is_native(const Row& row) { return row.flavour == wire::Flavour::kNative; }

}  // namespace

Judgement judge(const Row& row, const Finding& finding) {
  if (!finding.connected) return Judgement::kFails;
  if (!is_native(row)) return Judgement::kHolds;
  if (!finding.asked) return Judgement::kSaysNothing;
  if (!finding.answer) return Judgement::kFails;
  if (!row.network.empty() && row.network != finding.answer->network.hex()) return Judgement::kFails;
  if (!row.key) return Judgement::kHolds;
  const auto& proof = finding.answer->proof;
  if (!proof || proof->key != *row.key) return Judgement::kFails;
  return finding.proved ? Judgement::kHolds : Judgement::kSaysNothing;
}

std::string why_not(const Row& row, const Finding& finding) {
  std::string why = finding.error;
  if (finding.answer && !row.network.empty() && row.network != finding.answer->network.hex()) {
    why = "the node there is of network " + finding.answer->network.hex();
  } else if (finding.answer && row.key) {
    why = "the node there has another key, or shows none";
  }
  return why.substr(0, kMaxCheckErrorSizeBytes);
}

// ---- what is known and wanted ----------------------------------------------------------------------------------

const Finding* Checks::known(const wire::Address& address, std::uint64_t within_ms, std::uint64_t now_ms) const {
  const auto found = attempts_.find(key_of(address));
  if (found == attempts_.end() || !found->second.finding) return nullptr;
  return now_ms - found->second.began_ms < within_ms ? &*found->second.finding : nullptr;
}

bool Checks::is_crowded(const wire::Address& address) const {
  const auto found = attempts_.find(key_of(address));
  return found != attempts_.end() && !found->second.finding && found->second.rows.size() >= kMaxRowsPerAttempt;
}

Checks::Attempt* Checks::find(const std::string& key, std::uint64_t now_ms) {
  forget_old(now_ms);
  const auto found = attempts_.find(key);
  return found == attempts_.end() ? nullptr : &found->second;
}

Checks::Attempt* Checks::add(const std::string& key, const Row& row, std::uint64_t now_ms) {
  forget_old(now_ms);
  if (attempts_.size() >= kMaxAttemptsKept) return nullptr;
  Attempt& attempt = attempts_[key];
  attempt.address = row.address;
  (row.source_host == row.address.host ? own_ : others_).push_back(key);
  return &attempt;
}

// A question tells more than a connection, so it serves all.
void Checks::join(Attempt& attempt, const Row& row) {
  if (attempt.stage == Attempt::Stage::kWaiting && is_native(row)) attempt.native = true;
  const RowName name = name_of(row);
  if (std::ranges::find(attempt.rows, name) != attempt.rows.end()) return;
  if (attempt.rows.size() < kMaxRowsPerAttempt) attempt.rows.push_back(name);
}

void Checks::hold(Attempt& attempt, Held notice) {
  if (attempt.held.size() >= kMaxHeldNoticesPerAddress || held_ >= kMaxHeldNotices) {
    ++notices_dropped_;
    return;
  }
  ++held_;
  attempt.held.push_back(std::move(notice));
}

// Before all others: only those ask to whom the address belongs.
Checks::Attempt* Checks::again(const std::string& key, const Row& row) {
  Attempt& attempt = attempts_.at(key);
  done_.erase({attempt.began_ms, key});
  attempt = Attempt{};
  attempt.address = row.address;
  own_.push_front(key);
  return &attempt;
}

void Checks::want(const Row& row, StoreToken after, std::uint64_t within_ms, std::uint64_t now_ms) {
  const std::string key = key_of(row.address);
  Attempt* attempt = find(key, now_ms);
  const bool known = attempt != nullptr && attempt->stage == Attempt::Stage::kDone;
  if (attempt == nullptr) {
    attempt = add(key, row, now_ms);
  } else if (known && now_ms - attempt->began_ms >= within_ms) {
    attempt = again(key, row);
  }
  if (attempt == nullptr || attempt->stage == Attempt::Stage::kDone) return;
  if (attempt->stage == Attempt::Stage::kWaiting) attempt->after = std::max(attempt->after, after);
  join(*attempt, row);
}

void Checks::tell(const Row& row, const Line& line, std::uint64_t now_ms) {
  const std::string key = key_of(row.address);
  Attempt* attempt = find(key, now_ms);
  if (attempt != nullptr && attempt->stage != Attempt::Stage::kDone) {
    join(*attempt, row);
    return hold(*attempt, {name_of(row), line});
  }
  attempt = attempt == nullptr ? add(key, row, now_ms) : nullptr;
  if (attempt == nullptr) {
    ++notices_dropped_;
    return;
  }
  join(*attempt, row);
  hold(*attempt, {name_of(row), line});
}

bool Checks::inspect(const Row& row, ConnectionId inspector, std::uint64_t now_ms) {
  const std::string key = key_of(row.address);
  Attempt* attempt = find(key, now_ms);
  if (attempt != nullptr && attempt->stage == Attempt::Stage::kDone) {
    attempt = again(key, row);
    attempt->counts = false;
  } else if (attempt == nullptr) {
    attempt = add(key, row, now_ms);
    if (attempt != nullptr) attempt->counts = false;
  }
  if (attempt == nullptr) return false;
  join(*attempt, row);
  attempt->inspectors.push_back(inspector);
  return true;
}

// ---- from waiting to done --------------------------------------------------------------------------------------

bool Checks::may_start(bool own) const {
  return in_flight_.size() < kMaxChecksInFlight && (own || others_in_flight_ < kMaxChecksOfOthersInFlight);
}

std::optional<Checks::Start> Checks::next(StoreToken stored, Instant now, std::uint64_t now_ms) {
  if (now < next_start_) return std::nullopt;
  for (auto* queue : {&own_, &others_}) {
    const bool own = queue == &own_;
    if (queue->empty() || !may_start(own)) continue;
    const auto found = attempts_.find(queue->front());
    CHECK(found != attempts_.end() && found->second.stage == Attempt::Stage::kWaiting);
    if (found->second.after > stored) continue;
    Attempt& attempt = found->second;
    attempt.stage = Attempt::Stage::kUnderWay;
    attempt.began_ms = now_ms;
    const ProbeId probe{next_probe_++};
    in_flight_.emplace(probe, Place{queue->front(), own});
    if (!own) ++others_in_flight_;
    queue->pop_front();
    next_start_ = std::max(next_start_, now - kCheckInterval * (kMaxChecksAtOnce - 1)) + kCheckInterval;
    Line notice;
    if (!attempt.native && !attempt.held.empty()) {
      notice = std::move(attempt.held.front().line);
      attempt.held.erase(attempt.held.begin());
      --held_;
    }
    return Start{probe, &attempt, std::move(notice)};
  }
  return std::nullopt;
}

Checks::Attempt* Checks::under_way(ProbeId probe) {
  const auto found = in_flight_.find(probe);
  return found == in_flight_.end() ? nullptr : &attempts_.at(found->second.key);
}

Checks::Attempt Checks::finish(ProbeId probe, const Finding& finding) {
  const auto place = in_flight_.extract(probe);
  CHECK(!place.empty());
  if (!place.mapped().own) --others_in_flight_;
  Attempt& attempt = attempts_.at(place.mapped().key);
  done_.emplace(attempt.began_ms, place.mapped().key);
  held_ -= attempt.held.size();
  attempt.stage = Attempt::Stage::kDone;
  attempt.finding = finding;
  Attempt over = std::move(attempt);
  attempt = Attempt{};
  attempt.address = over.address;
  attempt.stage = Attempt::Stage::kDone;
  attempt.began_ms = over.began_ms;
  attempt.finding = finding;
  return over;
}

void Checks::forget_old(std::uint64_t now_ms) {
  while (!done_.empty() && done_.begin()->first + ttl_ms_ <= now_ms) {
    attempts_.erase(done_.begin()->second);
    done_.erase(done_.begin());
  }
}

std::optional<Instant> Checks::deadline(Instant now) const {
  const bool waits = (!own_.empty() && may_start(true)) || (!others_.empty() && may_start(false));
  return waits && now < next_start_ ? std::optional(next_start_) : std::nullopt;
}

}  // namespace suara::directory
