#include "peer-node/node/verification.hpp"

#include "peer-node/node/limits.hpp"

#include <algorithm>

namespace suara::node {

void Verification::request(std::vector<SignatureCheck> checks, Answer answer, Outbox& out) {
  if (checks.empty()) {
    answer(true);
    return;
  }
  const std::uint64_t number = next_request_++;
  Request& request = requests_[number];
  request.answer = std::move(answer);
  pending_checks_ += checks.size();
  for (std::size_t begin = 0; begin < checks.size(); begin += kChecksPerJob) {
    const std::size_t count = std::min(kChecksPerJob, checks.size() - begin);
    const auto first = checks.begin() + static_cast<std::ptrdiff_t>(begin);
    const VerifyId id{next_job_++};
    jobs_.emplace(id, Job{number, count});
    ++request.jobs_left;
    out.add(Verify{id, std::vector<SignatureCheck>(first, first + static_cast<std::ptrdiff_t>(count))});
  }
}

void Verification::verified(VerifyId job, bool all_hold) {
  const auto found = jobs_.find(job);
  if (found == jobs_.end()) return;
  const Job done = found->second;
  jobs_.erase(found);
  pending_checks_ -= done.checks;
  checked_ += done.checks;
  const auto entry = requests_.find(done.request);
  Request& request = entry->second;
  request.all_hold = request.all_hold && all_hold;
  if (--request.jobs_left > 0) return;
  const Answer answer = std::move(request.answer);
  const bool result = request.all_hold;
  requests_.erase(entry);
  answer(result);
}

}  // namespace suara::node
