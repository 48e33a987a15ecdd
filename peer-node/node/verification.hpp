// Signature checks on their way through the workers. One request may be cut into several jobs, so that a large block
// keeps all workers busy; its answer comes once, when all its jobs are done.
#pragma once

#include "peer-node/node/outbox.hpp"

#include <functional>
#include <map>
#include <vector>

namespace suara::node {

class Verification {
 public:
  using Answer = std::function<void(bool all_hold)>;

  /// Calls `answer` from verified() of the last job; at once when there is nothing to check.
  void request(std::vector<SignatureCheck> checks, Answer answer, Outbox& out);
  void verified(VerifyId job, bool all_hold);

  [[nodiscard]] std::size_t pending_checks() const { return pending_checks_; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }  ///< since the start

 private:
  struct Request {
    std::size_t jobs_left = 0;
    bool all_hold = true;
    Answer answer;
  };
  struct Job {
    std::uint64_t request = 0;
    std::size_t checks = 0;
  };

  std::map<std::uint64_t, Request> requests_;
  std::map<VerifyId, Job> jobs_;
  std::uint64_t next_request_ = 1;
  std::uint64_t next_job_ = 1;
  std::size_t pending_checks_ = 0;
  std::uint64_t checked_ = 0;
};

}  // namespace suara::node
