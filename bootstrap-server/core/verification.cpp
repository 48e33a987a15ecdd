// Who is checked, and what comes of it. The attempts themselves are checks.hpp's business.
#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/peer_entries.hpp"
#include "common/crypto/nonce.hpp"
#include "common/util/check.hpp"

#include <algorithm>

namespace suara::directory {
namespace {

using wire::Flavour;

// What is there, in answer to a question.
void read_answer(Finding& finding, const Result<std::string>& line, const Hash256& nonce) {
  if (!line) {
    finding.error = line.error().message();
    return;
  }
  const auto answer = wire::decode_dial_back_answer(*line);
  if (!answer) {
    finding.error = "what is there does not answer as a peer: " + answer.error().message();
  } else if (answer->nonce != nonce) {
    finding.error = "the answer is to another question";
  } else {
    finding.answer = *answer;
  }
}

}  // namespace

bool Server::State::checks_rows() const { return options.verify != Verify::kOff; }

// ---- who -----------------------------------------------------------------------------------------------------

// Native peers that were found once are not asked again: their leases tell. Classic ones have none.
bool Server::State::is_check_due(const Row& row) const {
  if (!checks_rows() || (row.flavour == Flavour::kNative && row.verified)) return false;
  return row.next_check_ms <= now_ms();
}

// A registration that says something new: what is known of the address counts, else native peers are asked as soon as
// their row is stored, classic ones with their first notice. True when they are to be asked.
bool Server::State::begin_checks(Row& row, const std::string& caller_host) {
  row.verified = false;
  row.failures = 0;
  row.last_check_ms = 0;
  row.check_error.clear();
  row.next_check_ms = checks_rows() ? now_ms() + ttl_ms() : 0;
  if (!checks_rows()) return false;
  if (const Finding* known = checks.known(row.address, check_interval_ms(row, caller_host), now_ms())) {
    apply(row, *known);
    return false;
  }
  row.next_check_ms = next_check_of(row);
  return row.flavour == Flavour::kNative;
}

// If no attempt that begins now says anything about it.
std::uint64_t Server::State::next_check_of(const Row& row) const {
  constexpr std::chrono::milliseconds kSoon = kCrowdedInterval;
  return now_ms() + (checks.is_crowded(row.address) ? static_cast<std::uint64_t>(kSoon.count()) : ttl_ms());
}

// Those to whom an address belongs may have it called more often.
std::uint64_t Server::State::check_interval_ms(const Row& row, const std::string& caller_host) const {
  constexpr std::chrono::milliseconds kOwn = kInspectInterval;
  return row.address.host == caller_host ? static_cast<std::uint64_t>(kOwn.count()) : ttl_ms();
}

// A row in the draft whose turn it is.
void Server::State::check_row(store::Draft& draft, const Row& row) {
  if (const Finding* known = checks.known(row.address, ttl_ms(), now_ms())) return settle(draft, row, *known);
  checks.want(row, StoreToken{0}, ttl_ms(), now_ms());
}

// ---- what comes of it ------------------------------------------------------------------------------------------

// Whether the row must go.
bool Server::State::apply(Row& row, const Finding& finding) const {
  const std::uint64_t next_ms = finding.at_ms + ttl_ms();
  switch (judge(row, finding)) {
    case Judgement::kHolds:
      row.verified = true;
      row.failures = 0;
      row.check_error.clear();
      row.last_check_ms = finding.at_ms;
      row.next_check_ms = row.flavour == Flavour::kNative ? 0 : next_ms;
      return false;
    case Judgement::kFails:
      if (finding.at_ms <= row.last_check_ms) break;  // known already
      row.last_check_ms = finding.at_ms;
      row.check_error = why_not(row, finding);
      if (!finding.counts) return false;
      row.failures = static_cast<std::uint8_t>(std::min(row.failures + 1, UINT8_MAX));
      break;
    case Judgement::kSaysNothing: break;
  }
  if (row.flavour != Flavour::kNative || !row.verified) row.next_check_ms = next_ms;
  return row.failures >= kMaxCheckFailures;
}

void Server::State::settle(store::Draft& draft, const Row& row, const Finding& finding) {
  Row next = row;
  if (apply(next, finding)) {
    if (!next.verified || !guard.holds(row.network, guard_look(draft))) {
      return let_go(draft, row, wire::LeaveReason::kUnreachable, "nobody is there: " + next.check_error);
    }
  }
  next.listed = row.listed || next.verified;
  keep(draft, next, row);
  if (next.verified && !row.verified) record_join(draft, next, row.listed ? ToldBefore::kYes : ToldBefore::kNo);
}

void Server::State::record_join(store::Draft& draft, const Row& row, ToldBefore told) {
  const bool again = told == ToldBefore::kYes;
  record(draft, wire::PeerJoined{row.address, row.network, 0, state_of(row)}, {row.address, row.classic_key},
         again ? "verified: " + row.address.text() : "joined: " + row.address.text() + " from " + row.source_host,
         again ? Broadcasts::To::kSubscribers : Broadcasts::To::kAll);
}

// ---- attempts --------------------------------------------------------------------------------------------------

void Server::State::drive_checks() {
  if (disk_full) return;  // what they find could not be kept
  while (auto start = checks.next(stored, now.instant, now_ms())) {
    Checks::Attempt& attempt = *start->attempt;
    std::shared_ptr<const std::string> line = start->notice;
    if (attempt.native) {
      attempt.nonce = fresh_nonce(rng);
      const std::string network = attempt.rows.empty() ? std::string() : attempt.rows.front().network;
      line = std::make_shared<const std::string>(encode(wire::DialBack{network, attempt.address, attempt.nonce}));
    }
    actions.push_back(Probe{start->probe, attempt.address, std::move(line), attempt.native});
  }
}

void Server::State::on(const Probed& event) {
  const Checks::Attempt* attempt = checks.under_way(event.probe);
  CHECK(attempt != nullptr);
  Finding finding{attempt->began_ms, event.connected, attempt->native, std::nullopt, false, attempt->counts, {}};
  if (attempt->native) {
    read_answer(finding, event.answer, attempt->nonce);
  } else if (!event.answer) {
    finding.error = event.answer.error().message();
  }
  if (finding.answer && finding.answer->proof && is_proof_needed(*attempt, finding.answer->proof->key)) {
    const auto& [key, signature] = *finding.answer->proof;
    last_check = SignatureCheckId{last_check.value + 1};
    actions.push_back(CheckSignature{
        last_check, key, wire::dial_back_digest(finding.answer->network, attempt->nonce, attempt->address), signature});
    proof_checks.emplace(last_check, std::pair(event.probe, std::move(finding)));
    return;
  }
  finish_check(event.probe, finding);
}

bool Server::State::is_proof_needed(const Checks::Attempt& attempt, const PublicKey& key) const {
  return std::ranges::any_of(attempt.rows, [&](const RowName& name) {
    const auto row = find_row(overlay, name.network, name.address);
    return row && row->key == key;
  });
}

void Server::State::proof_checked(const SignatureChecked& event) {
  auto [probe, finding] = std::move(proof_checks.extract(event.check).mapped());
  finding.proved = event.valid;
  if (!event.valid) {
    finding.answer.reset();
    finding.error = "the answer's signature does not hold";
  }
  finish_check(probe, finding);
}

void Server::State::finish_check(ProbeId probe, const Finding& finding) {
  const Checks::Attempt over = checks.finish(probe, finding);
  if (disk_full) return tell_inspectors(over, finding);  // their next check will find out
  store::Draft draft(overlay);
  for (const RowName& name : over.rows) {
    if (const auto row = find_row(draft, name.network, name.address)) settle(draft, *row, finding);
  }
  for (const Checks::Held& held : over.held) {
    const auto row = find_row(draft, held.receiver.network, held.receiver.address);
    if (row && row->verified) actions.push_back(Notify{row->address, held.line});
  }
  if (!draft.empty()) commit(draft);
  tell_inspectors(over, finding);
}

void Server::State::tell_inspectors(const Checks::Attempt& over, const Finding& finding) {
  for (const ConnectionId id : over.inspectors) {
    const auto request = inspections.extract(id);
    Connection* connection = find(id);
    CHECK(connection != nullptr && !request.empty());  // paused until now
    inspected(*connection, request.mapped(), &finding);
    resume(*connection);
  }
}

void Server::State::tell_classic(const Row& row, const Checks::Line& line) {
  if (row.verified || !checks_rows()) {
    actions.push_back(Notify{row.address, line});
  } else {
    checks.tell(row, line, now_ms());
  }
}

ExpiryGuard::Look Server::State::guard_look(const store::StoreView& view) {
  return {view, rng, now.instant, now_ms(), actions};
}

}  // namespace suara::directory
