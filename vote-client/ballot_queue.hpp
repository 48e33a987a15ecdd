// The ballots on their way: which are next for which node, which are settled. Shared by the senders' threads.
//
// Every ballot is in exactly one place: a node's queue, a sender's hands, or settled. What a node could not take goes
// to the next node's queue, or back to its own after a pause, until nothing has been settled for kPatience.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

namespace suara::voting {

/// Ballots of one request: well within the interface's 1,000 and its 1 MiB.
inline constexpr std::size_t kMaxBatchBallots = 250;

/// When no ballot has been settled for this long, those that are left are refused with the reason they last met.
inline constexpr std::chrono::seconds kPatience{60};

struct Refusal {
  std::size_t ballot = 0;  ///< index in the file's ballots
  std::string code;
  std::string message;
};

struct Tally {
  std::size_t accepted = 0;
  std::vector<Refusal> refused;
};

class BallotQueue {
 public:
  using Clock = std::chrono::steady_clock;

  /// Spreads ballots 0 .. count - 1 evenly over the nodes.
  BallotQueue(std::size_t count, std::size_t nodes);

  /// The node's next ballots; empty: everything is settled, or a sender has failed. Waits while others have them all.
  std::vector<std::size_t> take(std::size_t node);
  void accept(std::size_t ballot);
  void refuse(Refusal refusal);
  /// Hands a ballot that could not be settled to a node's queue; refuses it once patience is over.
  void put_back(std::size_t node, Refusal reason);
  /// Sleeps, but not beyond the end of everything.
  void pause(std::chrono::milliseconds time);
  /// Ends everything; `wait` throws it.
  void fail(std::exception_ptr error);

  struct Standing {
    std::size_t settled = 0;
    std::size_t refused = 0;
    bool finished = false;
  };
  /// Waits for the end, at most this long.
  Standing wait(std::chrono::milliseconds time);
  Tally finish();

 private:
  [[nodiscard]] bool finished() const { return settled() == count_ || error_ != nullptr; }
  [[nodiscard]] std::size_t settled() const { return tally_.accepted + tally_.refused.size(); }
  void settle();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_;
  std::size_t batch_ballots_;
  std::vector<std::deque<std::size_t>> queues_;
  Clock::time_point last_settled_ = Clock::now();
  Tally tally_;
  std::exception_ptr error_;
};

}  // namespace suara::voting
