// Transactions, from the API and from peers, on their way into the mempool and on to other peers. Announced by id, in
// batches, to those that do not know them; asked for by those that do not have them. Signatures are checked by workers.
#pragma once

#include "peer-node/ledger/ledger.hpp"
#include "peer-node/node/context.hpp"
#include "peer-node/node/refusals.hpp"
#include "peer-node/p2p/transaction_requests.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <set>

namespace suara::node {

class TransactionRelay {
 public:
  /// `mempool_grew` is called after each admission.
  TransactionRelay(Context& context, std::function<void()> mempool_grew)
      : context_(context), mempool_grew_(std::move(mempool_grew)) {}

  void submit(const Submit& request);
  /// Answers those whose answers hold on disk now.
  void stored(StoreToken token);
  void announced(p2p::Peer& peer, const std::vector<Hash256>& ids);
  void received(p2p::Peer& peer, const wire::peer::Transactions& message);
  void not_found(const p2p::Peer& peer, const std::vector<Hash256>& ids);
  void remove_peer(ConnectionId peer) { requests_.remove_peer(peer); }
  /// Tells the peer of all that wait.
  void mempool_asked(p2p::Peer& peer);
  void tip_moved(const chain::ChainState::Step& step);

  /// Sends what is due. `synced`: whether to ask for transactions, which without the chain cannot be judged.
  void drive(bool synced);
  [[nodiscard]] std::optional<Instant> deadline() const;

  [[nodiscard]] std::optional<Error> why_refused(const ledger::TransactionId& id) const { return refusals_.why(id); }
  [[nodiscard]] std::size_t requested() const { return requests_.size(); }

 private:
  struct Answer {
    StoreToken token;
    RequestId request;
    Result<ledger::TransactionId> result;
  };

  /// Whether there is room for one more, and a chain to judge it by.
  Result<void> accepting() const;
  Result<ledger::Transaction> judge(const Submit& request) const;
  /// Once everything seen so far is on disk: "accepted" and "it waits already" must both outlive a power loss.
  void respond(RequestId request, Result<ledger::TransactionId> result);
  void submitted(RequestId request, const ledger::Transaction& transaction, bool holds);
  void checked(ConnectionId from, const std::vector<ledger::Transaction>& transactions, bool all_hold);
  Result<ledger::TransactionId> admit(const ledger::Transaction& transaction, store::Draft& draft);
  /// Remembers why a transaction with its author's signature is not wanted.
  void note_refusal(const ledger::TransactionId& id, const Error& why);
  void count_refusal(const Error& why) { ++context_.meter.refused_transactions[why.name()]; }
  /// What left the mempool unmined leaves the disk too, and the reason stays.
  void forget_dropped(store::Draft& draft);
  void expire();
  void announce(const ledger::TransactionId& id);
  [[nodiscard]] bool wanted(const ledger::TransactionId& id) const;
  [[nodiscard]] SignatureCheck check_of(const ledger::Transaction& transaction) const;

  Context& context_;
  std::function<void()> mempool_grew_;
  p2p::TransactionRequests requests_;
  std::set<ledger::TransactionId> checking_;  // from peers, at the workers
  Refusals refusals_;
  std::deque<Answer> unstored_;  // given once what they rest on is durable
};

}  // namespace suara::node
