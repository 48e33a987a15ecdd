// ChainState against its naive twin: random trees of blocks, some of them invalid, their headers and bodies in random
// order, with restarts in between. The twin keeps everything in memory and replays from genesis after every event.
#include "common/util/rng.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace suara::testing {
namespace {

using chain::BlockId;
using chain::Uint256;

struct Node {
  chain::Block block;
  BlockId id;
  std::size_t parent = 0;  // index; genesis is 0 and its own parent
  Uint256 work;
  bool valid = true;  // its transactions and those of all its ancestors may be where they are
};

class RandomTree {
 public:
  RandomTree(chain::ChainSpec spec, Rng& rng, std::size_t size) : spec_(std::move(spec)) {
    const auto genesis = chain::genesis_block(spec_);
    nodes_.push_back({genesis, chain::block_id(genesis.header), 0, work_of(genesis.header), true});
    election_ = open_election(spec_, {"Alice", "Bob"}, 0, UINT64_MAX);
    // Statements are few, so that chains repeat and contradict them.
    for (std::uint64_t voter = 0; voter < 3; ++voter) {
      for (std::uint16_t candidate = 0; candidate < 2; ++candidate) {
        votes_.push_back(vote(spec_, voter_key(voter), election_id(election_), candidate));
      }
    }
    while (nodes_.size() <= size) grow(rng);
  }

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

  /// From below genesis's child up to the node.
  [[nodiscard]] std::vector<std::size_t> path(std::size_t node) const {
    std::vector<std::size_t> path;
    for (; node != 0; node = nodes_[node].parent) path.push_back(node);
    std::ranges::reverse(path);
    return path;
  }

  /// The ledger after the node's chain; false if a block of it is invalid.
  bool replay(std::size_t node, store::MemoryStore& into) const {
    const auto rules = chain::ledger_rules(spec_);
    for (const std::size_t at : path(node)) {
      const Node& step = nodes_[at];
      store::Draft draft(into);
      const ledger::BlockContext context{step.id, step.block.header.height, step.block.header.time_ms};
      for (std::uint32_t i = 0; i < step.block.transactions.size(); ++i) {
        if (!ledger::apply(rules, step.block.transactions[i], context, i, draft)) return false;
      }
      into.apply(draft.take());
    }
    return true;
  }

 private:
  static Uint256 work_of(const chain::Header& header) { return chain::work_of_target(*chain::target_of(header.bits)); }

  void grow(Rng& rng) {
    // Mostly at or near an end, so that branches get long enough to compete.
    const std::size_t back = rng.below(std::min<std::size_t>(nodes_.size(), rng.below(4) == 0 ? 20 : 3));
    const std::size_t parent = nodes_.size() - 1 - back;
    std::vector<ledger::Transaction> transactions;
    if (nodes_[parent].block.header.height == 0) transactions.push_back(election_);
    if (rng.below(3) == 0) transactions.push_back(votes_[rng.below(votes_.size())]);
    if (rng.below(3) == 0) transactions.push_back(record(spec_, voter_key(9), nodes_.size()));

    std::vector<chain::Ancestor> ancestors{ancestor(0)};
    for (const std::size_t at : path(parent)) ancestors.push_back(ancestor(at));
    const std::uint64_t time_ms =
        std::max(chain::median_time_ms(ancestors) + 1, ancestors.back().time_ms + rng.below(3000) - 500);
    Node node;
    node.block = mine_block(
        nodes_[parent].block.header, std::move(transactions),
        [&](chain::Header& header) {
          header.time_ms = time_ms;
          header.bits = chain::required_bits(spec_, ancestors);
        },
        nodes_.size() * 1'000'000);
    node.id = chain::block_id(node.block.header);
    node.parent = parent;
    node.work = nodes_[parent].work + work_of(node.block.header);
    nodes_.push_back(node);
    store::MemoryStore scratch;
    nodes_.back().valid = replay(nodes_.size() - 1, scratch);
  }

  [[nodiscard]] chain::Ancestor ancestor(std::size_t at) const {
    const auto& header = nodes_[at].block.header;
    return {header.height, header.time_ms, header.bits};
  }

  chain::ChainSpec spec_;
  std::vector<Node> nodes_;
  ledger::Transaction election_;
  std::vector<ledger::Transaction> votes_;
};

// Feeds a driver and predicts it.
class Twin {
 public:
  Twin(const chain::ChainSpec& spec, const RandomTree& tree) : tree_(tree), driver_(spec) {
    headers_.push_back(0);
    bodies_.insert(0);
    for (std::size_t i = 0; i < tree.nodes().size(); ++i) index_[tree.nodes()[i].id] = i;
  }

  [[nodiscard]] bool done() const { return bodies_.size() == tree_.nodes().size(); }

  void step(Rng& rng) {
    std::vector<std::size_t> headers;
    std::vector<std::size_t> bodies;
    for (std::size_t i = 1; i < tree_.nodes().size(); ++i) {
      if (!knows(i) && knows(tree_.nodes()[i].parent)) headers.push_back(i);
      if (knows(i) && !bodies_.contains(i)) bodies.push_back(i);
    }
    if (bodies.empty() || (!headers.empty() && rng.below(2) == 0)) {
      give_header(headers[rng.below(headers.size())]);
    } else {
      give_body(bodies[rng.below(bodies.size())]);
    }
    if (rng.below(8) == 0) driver_.restart();
    for (const auto& rejected : driver_.advance().rejected) {
      ASSERT_TRUE(index_.contains(rejected.id));
      ASSERT_FALSE(tree_.nodes()[index_[rejected.id]].valid);
      rejected_.insert(index_[rejected.id]);
    }
    compare();
  }

  void compare_ledger() {
    store::MemoryStore replayed;
    ASSERT_TRUE(tree_.replay(tip_, replayed));
    using namespace node_store;
    for (const store::Family family : {kTransactions, kElections, kTallies, kVotes, kRoll, kRollNames}) {
      ASSERT_EQ(contents(driver_.store(), family), contents(replayed, family)) << family_names()[family];
    }
  }

 private:
  [[nodiscard]] bool knows(std::size_t node) const { return std::ranges::find(headers_, node) != headers_.end(); }

  void give_header(std::size_t node) {
    const auto verdict = driver_.add_header(tree_.nodes()[node].block.header);
    ASSERT_EQ(verdict.has_value(), !descends_from_rejected(node));
    headers_.push_back(node);
  }

  void give_body(std::size_t node) {
    bodies_.insert(node);
    if (driver_.chain().find(driver_.store(), tree_.nodes()[node].id)) {
      ASSERT_TRUE(driver_.add_body(tree_.nodes()[node].block));
    }
  }

  [[nodiscard]] bool descends_from_rejected(std::size_t node) const {
    return std::ranges::any_of(tree_.path(node), [&](std::size_t at) { return rejected_.contains(at); });
  }

  void compare() {
    // Strictly more work moves the tip; among several the most work, then the header seen first.
    std::size_t best_tip = tip_;
    std::size_t best_header = 0;
    for (const std::size_t node : headers_) {
      const auto path = tree_.path(node);
      const bool complete = std::ranges::all_of(path, [&](std::size_t at) { return bodies_.contains(at); });
      if (complete && tree_.nodes()[node].valid && tree_.nodes()[node].work > tree_.nodes()[best_tip].work)
        best_tip = node;
      if (!descends_from_rejected(node) && tree_.nodes()[node].work > tree_.nodes()[best_header].work)
        best_header = node;
    }
    tip_ = best_tip;
    const auto& chain = driver_.chain();
    ASSERT_EQ(chain.tip().id, tree_.nodes()[tip_].id);
    ASSERT_EQ(chain.tip().work, tree_.nodes()[tip_].work);
    ASSERT_EQ(chain.best_header().id, tree_.nodes()[best_header].id);

    std::vector<BlockId> missing;
    for (const std::size_t at : tree_.path(best_header)) {
      if (!bodies_.contains(at)) missing.push_back(tree_.nodes()[at].id);
    }
    ASSERT_EQ(chain.missing_bodies(driver_.store(), SIZE_MAX), missing);
    if (!missing.empty()) {
      ASSERT_EQ(chain.missing_bodies(driver_.store(), 1), std::vector<BlockId>{missing.front()});
    }
    ASSERT_EQ(chain.locator(driver_.store()).front(), tree_.nodes()[best_header].id);
  }

  const RandomTree& tree_;
  ChainDriver driver_;
  std::vector<std::size_t> headers_;  // in the order they were given
  std::set<std::size_t> bodies_;
  std::set<std::size_t> rejected_;
  std::map<BlockId, std::size_t> index_;
  std::size_t tip_ = 0;
};

void run(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  auto spec = easy_spec(1);
  if (seed % 2 == 1) spec.rule = chain::DifficultyRule::kLwma;
  const RandomTree tree(spec, rng, 5 + rng.below(30));
  Twin twin(spec, tree);
  while (!twin.done()) {
    twin.step(rng);
    if (::testing::Test::HasFatalFailure()) return;
  }
  twin.compare_ledger();
}

TEST(NaiveReplay, AgreesWithChainStateOverRandomTrees) {
  constexpr std::uint64_t kSeeds = 300;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    run(seed);
    ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace suara::testing
