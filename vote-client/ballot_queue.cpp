#include "vote-client/ballot_queue.hpp"

#include <algorithm>
#include <utility>

namespace suara::voting {

namespace {
/// Requests a node gets at least, so that short files too are spread over what works in parallel.
constexpr std::size_t kBatchesPerNode = 4;
}  // namespace

BallotQueue::BallotQueue(std::size_t count, std::size_t nodes)
    : count_(count),
      batch_ballots_(std::clamp<std::size_t>(count / (nodes * kBatchesPerNode), 1, kMaxBatchBallots)),
      queues_(nodes) {
  for (std::size_t ballot = 0; ballot < count; ++ballot) queues_[ballot % nodes].push_back(ballot);
}

std::vector<std::size_t> BallotQueue::take(std::size_t node) {
  std::unique_lock lock(mutex_);
  auto& queue = queues_[node];
  changed_.wait(lock, [&] { return finished() || !queue.empty(); });
  std::vector<std::size_t> batch;
  while (!finished() && !queue.empty() && batch.size() < batch_ballots_) {
    batch.push_back(queue.front());
    queue.pop_front();
  }
  return batch;
}

void BallotQueue::settle() {
  last_settled_ = Clock::now();
  if (finished()) changed_.notify_all();
}

void BallotQueue::accept(std::size_t) {
  const std::lock_guard lock(mutex_);
  ++tally_.accepted;
  settle();
}

void BallotQueue::refuse(Refusal refusal) {
  const std::lock_guard lock(mutex_);
  tally_.refused.push_back(std::move(refusal));
  settle();
}

void BallotQueue::put_back(std::size_t node, Refusal reason) {
  const std::lock_guard lock(mutex_);
  if (Clock::now() - last_settled_ > kPatience) {
    tally_.refused.push_back(std::move(reason));  // without renewing the patience of the others
    if (finished()) changed_.notify_all();
    return;
  }
  queues_[node].push_back(reason.ballot);
  changed_.notify_all();
}

void BallotQueue::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return finished(); });
}

void BallotQueue::fail(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  changed_.notify_all();
}

BallotQueue::Standing BallotQueue::wait(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return finished(); });
  return {settled(), tally_.refused.size(), finished()};
}

Tally BallotQueue::finish() {
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(error_);
  std::sort(tally_.refused.begin(), tally_.refused.end(),
            [](const Refusal& a, const Refusal& b) { return a.ballot < b.ballot; });
  return std::move(tally_);
}

}  // namespace suara::voting
