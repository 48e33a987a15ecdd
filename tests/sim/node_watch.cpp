#include "tests/sim/node_watch.hpp"

#include "peer-node/chain/work.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/sim/failure.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace suara::sim {

void NodeWatch::started(const node::Node& node) {
  work_.reset();
  tip_.reset();
  if (node.chain() == nullptr) {
    require(tips_announced_ == 0, name_ + ": a chain whose tip was announced is gone after a restart");
    return;
  }
  require(node.chain()->tip().work >= announced_work_, name_ + ": restarts with less work than it had announced");
  after_event(node);
}

void NodeWatch::after_event(const node::Node& node) {
  if (node.chain() == nullptr) return;
  const chain::ChainPoint& tip = node.chain()->tip();
  if (tip_ == tip.id) return;
  require(!work_ || tip.work > *work_, name_ + ": the tip moved without gaining work");
  if (tip_) {
    const auto entry = node.chain()->find(node.view(), *tip_);
    if (entry && entry->status != chain::BlockStatus::kConnected) ++reorganisations_;
  }
  tip_ = tip.id;
  work_ = tip.work;
}

void NodeWatch::announced(const node::TipMoved& tip, const store::StoreView& durable) {
  ++tips_announced_;
  require(durable.get(node_store::kBodies, as_text(tip.id.view())).has_value(),
          name_ + ": announces a tip that is not on its disk: " + tip.id.hex());
  if (work_ && tip_ == tip.id) announced_work_ = std::max(announced_work_, *work_);
}

void NodeWatch::accepted(const node::Node& node, const store::StoreView& durable,
                         const ledger::TransactionId& id) const {
  const ledger::Transaction* const waiting = node.mempool()->find(id);
  if (waiting == nullptr) return;
  const Bytes encoded = ledger::encode(*waiting);
  bool found = false;
  durable.scan(node_store::kMempool, {}, [&](std::string_view, std::string_view value) {
    found = value.find(as_text(encoded)) != std::string_view::npos;
    return !found;
  });
  require(found, name_ + ": accepts a transaction that is not on its disk: " + id.hex());
}

// ---- the books -----------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t kMaxElections = 1000;

struct Count {
  std::map<ledger::ElectionId, std::map<std::uint16_t, std::uint64_t>> votes;
  std::map<ledger::ElectionId, std::set<PublicKey>> voters;
  std::set<ledger::TransactionId> transactions;
};

void count_block(const std::string& at, const chain::Block& block, Count& count) {
  for (std::uint32_t i = 0; i < block.transactions.size(); ++i) {
    const ledger::Transaction& transaction = block.transactions[i];
    require(count.transactions.insert(ledger::transaction_id(transaction)).second, at + ": a transaction again");
    if (const auto* const vote = std::get_if<ledger::CastVote>(&transaction.statement)) {
      require(count.voters[vote->election].insert(transaction.author).second, at + ": a second vote of one key");
      ++count.votes[vote->election][vote->candidate];
    }
  }
}

Count count_chain(const std::string& name, const node::Node& node) {
  Count count;
  const chain::ChainState& chain = *node.chain();
  auto previous = chain.id_at(node.view(), 0);
  require(previous == chain::block_id(chain::genesis_block(chain.spec()).header),
          name + ": not the genesis it should have");
  for (std::uint64_t height = 1; height <= chain.tip().height; ++height) {
    const std::string at = name + ", height " + std::to_string(height);
    const auto id = chain.id_at(node.view(), height);
    require(id.has_value(), at + ": no block");
    const auto block = chain.block(node.view(), *id);
    require(block.has_value(), at + ": no body");
    require(chain::block_id(block->header) == *id, at + ": the body is another block's");
    require(block->header.previous == *previous && block->header.height == height, at + ": not linked");
    const auto target = chain::target_of(block->header.bits);
    require(target && chain::meets_target(*id, *target), at + ": no proof of work");
    count_block(at, *block, count);
    previous = id;
  }
  require(previous == chain.tip().id, name + ": the heights do not lead to the tip");
  require(!chain.id_at(node.view(), chain.tip().height + 1), name + ": a height beyond the tip");
  return count;
}

}  // namespace

void check_books(const std::string& name, const node::Node& node) {
  if (node.chain() == nullptr) return;
  Count count = count_chain(name, node);
  for (const ledger::ElectionState& election : ledger::elections(node.view(), {}, kMaxElections)) {
    const auto tally = ledger::tally(node.view(), election);
    std::uint64_t total = 0;
    for (std::size_t candidate = 0; candidate < tally.size(); ++candidate) {
      total += tally[candidate];
      require(tally[candidate] == count.votes[election.id][static_cast<std::uint16_t>(candidate)],
              name + ": the tally of " + election.id.hex() + " is not what its blocks say");
    }
    require(total == count.voters[election.id].size() && total == election.votes,
            name + ": " + election.id.hex() + " has another number of votes than voters");
    count.voters.erase(election.id);
  }
  for (const auto& [election, voters] : count.voters) {
    require(voters.empty(), name + ": votes in an election nobody opened: " + election.hex());
  }
}

Hash256 ledger_digest(const store::StoreView& view) {
  std::string all;
  for (store::Family family = node_store::kTransactions; family <= node_store::kRollNames; ++family) {
    view.scan(family, {}, [&](std::string_view key, std::string_view value) {
      all.append(std::to_string(family)).append(" ").append(std::to_string(key.size())).append(" ").append(key);
      all.append(std::to_string(value.size())).append(" ").append(value);
      return true;
    });
  }
  return sha256(as_bytes(all));
}

}  // namespace suara::sim
