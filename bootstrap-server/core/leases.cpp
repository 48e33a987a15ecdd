// What is due: leases that end and checks that come round.
#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"

#include <algorithm>

namespace suara::directory {

std::uint64_t Server::State::ttl_ms() const {
  return static_cast<std::uint64_t>(std::chrono::milliseconds(options.ttl).count());
}

std::uint64_t Server::State::longest_lease_ends_ms() const {
  return now_ms() + static_cast<std::uint64_t>(std::chrono::milliseconds(longest_ttl).count());
}

std::uint64_t Server::State::now_ms() const { return clock->now_ms(now.instant); }

void Server::State::keep(store::Draft& draft, Row& row, const std::optional<Row>& previous) {
  put_row(draft, row, previous);
  wake_at(row.due_ms);
}

void Server::State::let_go(store::Draft& draft, const Row& row, wire::LeaveReason reason, const std::string& why) {
  erase_row(draft, row);
  if (!row.listed) return;
  record(draft, wire::PeerLeft{row.address, row.network, reason, 0}, {row.address, row.classic_key},
         "left: " + row.address.text() + ", " + why);
}

void Server::State::wake_at(std::uint64_t due_ms) {
  if (due_ms == kNeverMs) return;
  const Instant due = due_ms < nothing_due_before_ms ? quiet_until : clock->instant_of(due_ms);
  if (!due_check || due < *due_check) due_check = due;
}

void Server::State::check_due() {
  if (disk_full) due_check.reset();
  if (!due_check || now.instant < *due_check) return;
  const std::uint64_t present_ms = now_ms();
  if (quiet && now.instant >= quiet_until) {
    quiet = false;
    nothing_due_before_ms = 0;
  }
  store::Draft draft(overlay);
  bring_near(draft);
  const std::vector<Row> rows = rows_due(draft, nothing_due_before_ms, present_ms, kMaxDuePerTick);
  for (const Row& row : rows) handle_due(draft, row);
  if (!draft.empty()) commit(draft);

  nothing_due_before_ms = rows.size() == kMaxDuePerTick ? rows.back().due_ms : present_ms;
  due_check.reset();
  if (quiet) due_check = quiet_until;
  if (const auto first = first_due_ms(overlay, nothing_due_before_ms)) wake_at(std::max(*first, present_ms));
}

// Nobody could renew while the server was away, or could not write: those from before have a TTL to do so.
void Server::State::begin_quiet() {
  quiet = true;
  quiet_until = now.instant + options.ttl;
  quiet_since_ms = to_unix_ms(now.wall);
  nothing_due_before_ms = now_ms();
  due_check = quiet_until;
}

std::uint64_t Server::State::held_until_ms() const { return quiet ? clock->now_ms(quiet_until) : now_ms() + ttl_ms(); }

bool Server::State::must_stay(const store::StoreView& view, const Row& row) {
  if (quiet && row.first_seen_ms < quiet_since_ms) return true;
  return guard.holds(row.network, guard_look(view));
}

// A row stands where its deadline was when it was written; renewed since, it only moves on.
void Server::State::handle_due(store::Draft& draft, const Row& row) {
  const std::uint64_t present_ms = now_ms();
  Row next = row;
  next.lease_ends_ms = std::min(row.lease_ends_ms, longest_lease_ends_ms());
  const bool held = next.lease_ends_ms != 0 && next.lease_ends_ms <= present_ms;
  if (held && !must_stay(draft, row)) return let_go(draft, row, wire::LeaveReason::kExpired, "its lease expired");
  const bool check = is_check_due(next);
  if (check) next.next_check_ms = next_check_of(next);
  if (!checks_rows()) next.next_check_ms = 0;
  next.listed = row.listed || options.verify != Verify::kRequire;
  next.due_ms = held ? held_until_ms() : std::max(deadline_of(next), present_ms + 1);
  place_row(draft, next, row);
  if (next.listed && !row.listed) record_join(draft, next);
  if (check) check_row(draft, next);
}

// Deadlines set under a longer TTL than any since the start, under another policy, or while the civil clock was ahead.
void Server::State::bring_near(store::Draft& draft) {
  if (deadlines_are_near) return;
  const std::uint64_t latest_ms = longest_lease_ends_ms();
  const std::uint64_t before_ms = checks_rows() ? kNeverMs + 1 : kNeverMs;
  const std::vector<Row> rows = rows_due_after(draft, latest_ms, before_ms, kMaxDuePerTick);
  for (const Row& row : rows) {
    Row near = row;
    near.lease_ends_ms = std::min(row.lease_ends_ms, latest_ms);
    near.next_check_ms = std::min(row.next_check_ms, latest_ms);
    near.due_ms = latest_ms;
    place_row(draft, near, row);
  }
  deadlines_are_near = rows.size() < kMaxDuePerTick;
}

}  // namespace suara::directory
