// Transactions handed to the core whose answer is awaited, and who awaits it.
#pragma once

#include "common/util/result.hpp"
#include "peer-node/node/actions.hpp"
#include "peer-node/shell/limits.hpp"

#include <functional>
#include <unordered_map>
#include <vector>

namespace suara::node_shell {

class Submissions {
 public:
  using Answer = std::function<void(const Result<ledger::TransactionId>&)>;
  using AllAnswers = std::function<void(const std::vector<Result<ledger::TransactionId>>&)>;

  [[nodiscard]] bool room_for(std::size_t count) const { return waiting_.size() + count <= kMaxSubmissionsInFlight; }

  /// The id to submit under; `answer` is called once by settle().
  node::RequestId expect(Answer answer) {
    const node::RequestId id{++last_id_};
    waiting_.emplace(id, std::move(answer));
    return id;
  }

  /// Ids for `count` transactions; `answer` is called with all results, in order, once the last is settled.
  std::vector<node::RequestId> expect_all(std::size_t count, AllAnswers answer);

  void settle(const node::Respond& response) {
    const auto found = waiting_.find(response.request);
    if (found == waiting_.end()) return;
    const Answer answer = std::move(found->second);
    waiting_.erase(found);
    answer(response.result);
  }

 private:
  std::uint64_t last_id_ = 0;
  std::unordered_map<node::RequestId, Answer> waiting_;
};

}  // namespace suara::node_shell
