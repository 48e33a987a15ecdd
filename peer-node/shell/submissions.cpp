#include "peer-node/shell/submissions.hpp"

#include <memory>

namespace suara::node_shell {

std::vector<node::RequestId> Submissions::expect_all(std::size_t count, AllAnswers answer) {
  struct Gathered {
    std::vector<Result<ledger::TransactionId>> results;
    std::size_t missing;
    AllAnswers answer;
  };
  const auto gathered = std::make_shared<Gathered>(
      Gathered{std::vector<Result<ledger::TransactionId>>(count, ledger::TransactionId()), count, std::move(answer)});
  std::vector<node::RequestId> ids;
  ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    ids.push_back(expect([gathered, i](const Result<ledger::TransactionId>& result) {
      gathered->results[i] = result;
      if (--gathered->missing == 0) gathered->answer(gathered->results);
    }));
  }
  return ids;
}

}  // namespace suara::node_shell
