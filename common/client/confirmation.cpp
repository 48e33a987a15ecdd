#include "common/client/confirmation.hpp"

#include "common/client/failure.hpp"
#include "common/client/output.hpp"

#include <thread>

namespace suara::client {
namespace {

[[noreturn]] void throw_refusal(const boost::json::object& transaction) {
  const auto* error = transaction.if_contains("error");
  const auto* reason = error == nullptr ? nullptr : error->if_object();
  if (reason == nullptr) throw Failure(Exit::kUnavailable, "bad_answer", "the node's refusal gives no reason");
  throw Failure(Exit::kRefused, printable(text_at(*reason, "code")),
                "taken at first, but no block has it: " + printable(text_at(*reason, "message")));
}

}  // namespace

void wait_for_block(NodeApi& node, const std::string& transaction_id) {
  const auto give_up = std::chrono::steady_clock::now() + kConfirmationTimeout;
  while (std::chrono::steady_clock::now() < give_up) {
    const auto answer = node.get("/v1/transactions/" + transaction_id);
    if (!answer.reached) throw Failure(Exit::kUnavailable, answer.code, answer.message);
    if (answer.ok) {
      const auto& transaction = answer.body.get_object();
      const auto status = text_at(transaction, "status");
      if (status == "confirmed") return;
      if (status == "refused") throw_refusal(transaction);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw Failure(Exit::kUnavailable, "not_confirmed",
                "transaction " + transaction_id + " was taken, but no block has it yet; is anybody mining?");
}

}  // namespace suara::client
