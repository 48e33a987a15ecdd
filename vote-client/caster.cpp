#include "vote-client/caster.hpp"

#include "common/client/node_api.hpp"
#include "common/client/progress.hpp"
#include "common/util/base64.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <random>
#include <string_view>
#include <thread>

namespace suara::voting {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// While one sender waits for its answer the other signs.
constexpr std::size_t kSendersPerNode = 2;
constexpr std::chrono::milliseconds kFirstPause = 50ms;
constexpr std::chrono::milliseconds kLongestPause = 2s;

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// The node may take it later. It knew the election, but may have been restarted or be behind the others for a moment.
bool passes_by_itself(std::string_view code) {
  return is_one_of(code, {"mempool_full", "busy", "not_ready", "shutting_down", "unknown_election", "bad_answer"});
}

/// Said of a transaction that was sent before: it arrived then.
bool means_it_arrived(std::string_view code) { return is_one_of(code, {"already_waiting", "duplicate_transaction"}); }

/// A ballot once it has been signed. Only the sender that has taken the ballot from the queue touches it.
struct Signed {
  std::string transaction;  ///< base64; empty: not signed yet
  bool sent = false;        ///< a request with it has left, whatever came of it
};

struct Shared {
  const CastOrder& order;
  const std::vector<Ballot>& ballots;
  const VoterKeys& keys;
  std::vector<Signed> signed_ballots;
  BallotQueue queue;
};

class Sender {
 public:
  Sender(Shared& shared, std::size_t node) : shared_(shared), node_(node), api_(shared.order.nodes[node]) {}

  void run() {
    for (auto batch = shared_.queue.take(node_); !batch.empty(); batch = shared_.queue.take(node_)) {
      const auto settled = send(batch);
      if (settled != 0) pause_ = kFirstPause;
      if (settled == batch.size()) continue;
      const auto jitter = std::uniform_int_distribution<std::chrono::milliseconds::rep>(0, pause_.count() / 2)(random_);
      shared_.queue.pause(pause_ + std::chrono::milliseconds(jitter));
      pause_ = std::min(pause_ * 2, kLongestPause);
    }
  }

 private:
  json::value request(const std::vector<std::size_t>& batch) {
    json::array transactions;
    for (const auto ballot : batch) {
      auto& text = shared_.signed_ballots[ballot].transaction;
      const auto& choice = shared_.ballots[ballot];
      if (text.empty()) {
        const auto key = shared_.keys.key_of(choice.voter);
        const ledger::CastVote vote{shared_.order.election, choice.candidate};
        text = to_base64(ledger::encode(ledger::sign(key, shared_.order.network, vote)));
      }
      transactions.emplace_back(text);
    }
    return json::object{{"transactions", std::move(transactions)}};
  }

  /// How many are settled; the others have to be repeated.
  std::size_t send(const std::vector<std::size_t>& batch) {
    const auto answer = api_.post("/v1/transactions", request(batch));
    if (!answer.ok) return refuse_all(batch, answer);
    const auto* results = answer.body.get_object().if_contains("results");
    if (results == nullptr || !results->is_array() || results->get_array().size() != batch.size())
      return refuse_all(batch, {true, false, {}, "bad_answer", api_.url() + " did not answer for every vote"});
    std::size_t settled = 0;
    for (std::size_t i = 0; i < batch.size(); ++i) settled += settle(batch[i], results->get_array()[i]) ? 1U : 0U;
    return settled;
  }

  std::size_t refuse_all(const std::vector<std::size_t>& batch, const client::NodeAnswer& answer) {
    // A node that cannot be reached leaves its ballots to the next one.
    const auto next = answer.reached ? node_ : (node_ + 1) % shared_.order.nodes.size();
    std::size_t settled = 0;
    for (const auto ballot : batch) {
      shared_.signed_ballots[ballot].sent = true;
      const Refusal refusal{ballot, answer.code, answer.message};
      if (answer.reached && !passes_by_itself(answer.code)) {
        shared_.queue.refuse(refusal);
        ++settled;
      } else {
        shared_.queue.put_back(next, refusal);
      }
    }
    return settled;
  }

  /// False when the ballot has to be repeated.
  bool settle(std::size_t ballot, const json::value& result) {
    const auto* object = result.if_object();
    const bool again = std::exchange(shared_.signed_ballots[ballot].sent, true);
    if (object != nullptr && object->contains("id")) {
      shared_.queue.accept(ballot);
      return true;
    }
    const auto* error = object == nullptr ? nullptr : object->if_contains("error");
    Refusal refusal{ballot, "bad_answer", "the node's answer for this vote is not understood"};
    if (error != nullptr && error->is_object()) {
      refusal.code = client::cell(error->get_object(), "code");
      refusal.message = client::cell(error->get_object(), "message");
    }
    if (again && means_it_arrived(refusal.code)) {
      shared_.queue.accept(ballot);
      return true;
    }
    if (!passes_by_itself(refusal.code)) {
      shared_.queue.refuse(std::move(refusal));
      return true;
    }
    shared_.queue.put_back(node_, std::move(refusal));
    return false;
  }

  Shared& shared_;
  std::size_t node_;
  client::NodeApi api_;
  std::chrono::milliseconds pause_ = kFirstPause;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace

Tally cast_all(const CastOrder& order, const std::vector<Ballot>& ballots, const VoterKeys& keys) {
  Shared shared{order, ballots, keys, std::vector<Signed>(ballots.size()),
                BallotQueue(ballots.size(), order.nodes.size())};
  std::vector<std::jthread> threads;
  for (std::size_t node = 0; node < order.nodes.size(); ++node) {
    for (std::size_t i = 0; i < kSendersPerNode; ++i) {
      threads.emplace_back([&shared, node] {
        try {
          Sender(shared, node).run();
        } catch (...) {
          shared.queue.fail(std::current_exception());
        }
      });
    }
  }
  {
    client::Progress progress(ballots.size(), "votes");
    for (auto standing = shared.queue.wait(0ms); !standing.finished; standing = shared.queue.wait(progress.interval()))
      progress.show(standing.settled, standing.refused);
  }
  for (auto& thread : threads) thread.join();
  return shared.queue.finish();
}

}  // namespace suara::voting
