#include "admin-client/roll_sender.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <array>

namespace suara::admin {
namespace {

/// What time mends: the author's share or the whole of the mempool empties into blocks, a node comes back.
constexpr std::array<std::string_view, 10> kPassing{"too_many_of_author",   "mempool_full",   "busy",      "not_ready",
                                                    "shutting_down",        "unreachable",    "no_answer", "bad_answer",
                                                    "too_many_connections", "request_timeout"};

}  // namespace

RollSender::Verdict RollSender::answered(std::size_t part, std::string_view code) {
  CHECK(part < states_.size());
  // A statement's id is the same however often it is signed: this one arrived earlier, perhaps from an earlier run.
  if (code.empty() || code == "already_waiting" || code == "duplicate_transaction") {
    states_[part] = State::kSent;
    return Verdict::kGoOn;
  }
  if (code == "voter_exists") return Verdict::kReplan;
  return std::ranges::find(kPassing, code) != kPassing.end() ? Verdict::kPause : Verdict::kGiveUp;
}

void RollSender::found(std::size_t part, Standing standing) {
  CHECK(part < states_.size());
  switch (standing) {
    case Standing::kConfirmed: states_[part] = State::kConfirmed; return;
    case Standing::kUnknown: states_[part] = State::kUnsent; return;  // the node has lost it: send it again
    case Standing::kWaiting:
    case Standing::kNoAnswer: return;
  }
  CHECK(false);
}

std::vector<std::size_t> RollSender::in(State state) const {
  std::vector<std::size_t> parts;
  for (std::size_t part = 0; part < states_.size(); ++part) {
    if (states_[part] == state) parts.push_back(part);
  }
  return parts;
}

}  // namespace suara::admin
