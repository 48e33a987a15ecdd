#include "peer-node/node/transaction_relay.hpp"

#include "common/wire/limits.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/mempool/mempool_error.hpp"
#include "peer-node/node/limits.hpp"
#include "peer-node/node/node_error.hpp"

#include <algorithm>

namespace suara::node {

// -- from the API ------------------------------------------------------------------------------------------------

Result<void> TransactionRelay::accepting() const {
  if (context_.stopping) return Error(NodeError::kShuttingDown);
  if (context_.chain == nullptr) return Error(NodeError::kNoSpecification);
  if (context_.verification.pending_checks() >= kMaxPendingChecks) return Error(NodeError::kBusy);
  if (unstored_.size() >= kMaxUnstoredAnswers) return Error(NodeError::kBusy);
  return {};
}

Result<ledger::Transaction> TransactionRelay::judge(const Submit& request) const {
  auto transaction = ledger::decode_transaction(request.transaction);
  if (!transaction) return transaction;
  const auto id = ledger::transaction_id(*transaction);
  if (context_.mempool->contains(id)) return Error(mempool::MempoolError::kKnown);
  if (ledger::find_transaction(context_.overlay, id)) return Error(chain::RuleError::kDuplicateTransaction);
  SUARA_TRY(ledger::check_statement(chain::ledger_rules(context_.chain->spec()), *transaction));
  return transaction;
}

void TransactionRelay::submit(const Submit& request) {
  if (const auto accepted = accepting(); !accepted) {
    context_.out.add(Respond{request.request, accepted.error()});
    return;
  }
  auto judged = judge(request);
  if (!judged) {
    count_refusal(judged.error());
    return respond(request.request, judged.error());
  }
  const SignatureCheck check = check_of(*judged);
  context_.verification.request(
      {check},
      [this, id = request.request, transaction = std::move(*judged)](bool holds) { submitted(id, transaction, holds); },
      context_.out);
}

void TransactionRelay::submitted(RequestId request, const ledger::Transaction& transaction, bool holds) {
  if (!holds) {
    const Error forged(chain::RuleError::kBadSignature);
    count_refusal(forged);
    return respond(request, forged);
  }
  store::Draft draft(context_.overlay);
  const auto admitted = admit(transaction, draft);
  if (!admitted) note_refusal(ledger::transaction_id(transaction), admitted.error());
  context_.commit(draft);
  respond(request, admitted);
}

void TransactionRelay::respond(RequestId request, Result<ledger::TransactionId> result) {
  if (const auto in_flight = context_.newest_in_flight()) {
    unstored_.push_back({*in_flight, request, std::move(result)});
  } else {
    context_.out.add(Respond{request, std::move(result)});
  }
}

void TransactionRelay::stored(StoreToken token) {
  while (!unstored_.empty() && unstored_.front().token <= token) {
    context_.out.add(Respond{unstored_.front().request, std::move(unstored_.front().result)});
    unstored_.pop_front();
  }
}

// -- from peers --------------------------------------------------------------------------------------------------

bool TransactionRelay::wanted(const ledger::TransactionId& id) const {
  return !context_.mempool->contains(id) && !checking_.contains(id) &&
         !refusals_.refused_at(id, context_.chain->tip().height) && !ledger::find_transaction(context_.overlay, id);
}

void TransactionRelay::announced(p2p::Peer& peer, const std::vector<Hash256>& ids) {
  for (const Hash256& id : ids) peer.known_transactions.insert(id);
  // Before the mempool was asked for, the chain is not complete enough to judge them; the answer will name them again.
  if (context_.chain == nullptr || !peer.mempool_asked) return;
  for (const Hash256& id : ids) {
    if (wanted(ledger::TransactionId(id))) requests_.announced(peer.connection, id);
  }
}

void TransactionRelay::received(p2p::Peer& peer, const wire::peer::Transactions& message) {
  if (context_.chain == nullptr) return;
  const ledger::Rules rules = chain::ledger_rules(context_.chain->spec());
  std::vector<ledger::Transaction> batch;
  std::vector<SignatureCheck> checks;
  for (const Bytes& bytes : message.transactions) {
    auto transaction = ledger::decode_transaction(bytes);
    if (!transaction) {
      count_refusal(transaction.error());
      return context_.drop(peer, transaction.error());
    }
    const auto id = ledger::transaction_id(*transaction);
    peer.known_transactions.insert(id);
    if (!requests_.contains(id)) continue;  // never asked for, or here by another way
    if (const auto checked = ledger::check_statement(rules, *transaction); !checked) {
      count_refusal(checked.error());
      return context_.drop(peer, checked.error());
    }
    if (!wanted(id)) continue;
    checks.push_back(check_of(*transaction));
    batch.push_back(std::move(*transaction));
  }
  for (const ledger::Transaction& transaction : batch) checking_.insert(ledger::transaction_id(transaction));
  context_.verification.request(
      std::move(checks),
      [this, from = peer.connection, batch = std::move(batch)](bool all_hold) { checked(from, batch, all_hold); },
      context_.out);
}

void TransactionRelay::checked(ConnectionId from, const std::vector<ledger::Transaction>& transactions, bool all_hold) {
  for (const ledger::Transaction& transaction : transactions) checking_.erase(ledger::transaction_id(transaction));
  if (!all_hold) {
    // The requests stay: the next announcer of each may have it with its true signature.
    count_refusal(chain::RuleError::kBadSignature);
    if (p2p::Peer* peer = context_.peers.find_ready(from)) context_.drop(*peer, chain::RuleError::kBadSignature);
    return;
  }
  store::Draft draft(context_.overlay);
  for (const ledger::Transaction& transaction : transactions) {
    const auto id = ledger::transaction_id(transaction);
    requests_.settled(id);
    const auto admitted = admit(transaction, draft);
    if (!admitted) note_refusal(id, admitted.error());
    p2p::Peer* peer = context_.peers.find_ready(from);
    if (admitted && peer != nullptr) peer->last_transaction_at = context_.now.instant;
  }
  context_.commit(draft);
}

void TransactionRelay::not_found(const p2p::Peer& peer, const std::vector<Hash256>& ids) {
  for (const Hash256& id : ids) requests_.not_found(peer.connection, id);
}

// -- into the mempool, on to others ------------------------------------------------------------------------------

Result<ledger::TransactionId> TransactionRelay::admit(const ledger::Transaction& transaction, store::Draft& draft) {
  auto admitted = context_.mempool->add(context_.overlay, transaction, context_.now);
  if (admitted) {
    requests_.settled(*admitted);
    context_.journal.add(transaction, draft);
    announce(*admitted);
    mempool_grew_();
  }
  forget_dropped(draft);
  return admitted;
}

void TransactionRelay::note_refusal(const ledger::TransactionId& id, const Error& why) {
  if (why == mempool::MempoolError::kKnown) return;
  count_refusal(why);
  if (why == chain::RuleError::kDuplicateTransaction) return;
  // A statement about an election that has not come yet is welcome again from the next who announces it.
  const bool for_now = why == chain::RuleError::kUnknownElection;
  refusals_.add(id, why, for_now ? std::nullopt : std::optional(context_.chain->tip().height));
}

void TransactionRelay::forget_dropped(store::Draft& draft) {
  for (const mempool::Dropped& dropped : context_.mempool->take_dropped()) {
    context_.journal.forget(dropped.id, draft);
    note_refusal(dropped.id, dropped.why);
  }
}

void TransactionRelay::expire() {
  context_.mempool->expire(context_.now);
  store::Draft draft(context_.overlay);
  forget_dropped(draft);
  context_.commit(draft);
}

void TransactionRelay::announce(const ledger::TransactionId& id) {
  for (auto& [connection, peer] : context_.peers.all()) {
    if (peer.ready && !peer.closing && peer.known_transactions.insert(id)) {
      peer.announcements.add(id, context_.now.instant);
    }
  }
}

void TransactionRelay::mempool_asked(p2p::Peer& peer) {
  const Instant now = context_.now.instant;
  if (context_.mempool == nullptr) return;
  if (peer.mempool_answered_at && *peer.mempool_answered_at + p2p::kMempoolAnswerInterval > now) return;
  peer.mempool_answered_at = now;
  const auto ids = context_.mempool->ids(context_.mempool->size());
  for (std::size_t begin = 0; begin < ids.size(); begin += wire::kMaxAnnouncedIds) {
    wire::peer::Announce announce;
    for (std::size_t i = begin; i < std::min(ids.size(), begin + wire::kMaxAnnouncedIds); ++i) {
      announce.transactions.push_back(ids[i]);
      peer.known_transactions.insert(ids[i]);
    }
    context_.out.send(peer.connection, announce);
  }
}

void TransactionRelay::tip_moved(const chain::ChainState::Step& step) {
  context_.mempool->tip_moved(context_.overlay, step, context_.now);
  store::Draft draft(context_.overlay);
  forget_dropped(draft);
  context_.commit(draft);
  for (const chain::HashedBlockPtr& block : step.connected) {
    for (const ledger::TransactionId& id : block->transaction_ids()) requests_.settled(id);
  }
  // Those that came back may be news to peers which never saw the block that gave way.
  for (const chain::Block& block : step.disconnected) {
    for (const ledger::Transaction& transaction : block.transactions) {
      const auto id = ledger::transaction_id(transaction);
      if (context_.mempool->contains(id)) announce(id);
    }
  }
}

void TransactionRelay::drive(bool synced) {
  if (context_.chain == nullptr || context_.stopping) return;
  const Instant now = context_.now.instant;
  expire();
  for (auto& [connection, peer] : context_.peers.all()) {
    if (!peer.ready || peer.closing) continue;
    if (synced && !peer.mempool_asked) {
      peer.mempool_asked = true;
      context_.out.send(connection, wire::peer::GetMempool{});
    }
    auto ids = peer.announcements.take(now, wire::kMaxAnnouncedIds);
    if (!ids.empty()) context_.out.send(connection, wire::peer::Announce{{}, std::move(ids)});
  }
  if (context_.verification.pending_checks() >= kMaxPendingChecks) return;
  for (const auto& [connection, ids] : requests_.due(now)) {
    context_.out.send(connection, wire::peer::GetTransactions{ids});
  }
}

std::optional<Instant> TransactionRelay::deadline() const {
  std::optional<Instant> next = requests_.deadline();
  for (const auto& [connection, peer] : context_.peers.all()) {
    const auto due = peer.ready && !peer.closing ? peer.announcements.deadline() : std::nullopt;
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

SignatureCheck TransactionRelay::check_of(const ledger::Transaction& transaction) const {
  return {transaction.author, ledger::transaction_digest(transaction, context_.network), transaction.signature};
}

}  // namespace suara::node
