// The mempool against a twin that keeps a plain list and judges all of it from the tip's state each time, over random
// statements, blocks of others and reorganisations.
#include "common/util/rng.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/mempool/line.hpp"
#include "tests/unit/mempool/mempool_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace suara::mempool {
namespace {

using ledger::ElectionId;
using ledger::Transaction;
using ledger::TransactionId;
using testing::election_id;

class Twin {
 public:
  Twin(const MempoolFixture& world, std::size_t max_transactions)
      : world_(world), rules_(chain::ledger_rules(world.spec)), max_transactions_(max_transactions) {}

  bool add(const Transaction& transaction) {
    if (has(waiting_, transaction)) return false;
    // Of other elections, those that are over by now are found out when they are next looked at.
    if (const auto election = about(transaction)) keep_what_holds(election);
    if (!holds_at_the_end(transaction)) return false;
    if (waiting_.size() == max_transactions_) {
      const auto victim = who_gives_way(transaction);
      if (!victim) return false;
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(*victim));
    }
    waiting_.push_back(transaction);
    return true;
  }

  void tip_moved(const chain::ChainState::Step& step) {
    std::vector<Transaction> line;
    for (auto block = step.disconnected.rbegin(); block != step.disconnected.rend(); ++block) {
      line.insert(line.end(), block->transactions.begin(), block->transactions.end());
    }
    for (const Transaction& transaction : waiting_) {
      if (!has(line, transaction)) line.push_back(transaction);
    }
    waiting_ = std::move(line);
    std::erase_if(waiting_, [&](const Transaction& transaction) {
      return ledger::find_transaction(world_.disk, ledger::transaction_id(transaction)).has_value();
    });
    // Bounds come before the judging, which may take more than there are.
    while (waiting_.size() > max_transactions_) remove_least_wanted();
    keep_what_holds(std::nullopt);
  }

  [[nodiscard]] std::vector<TransactionId> ids() const {
    std::vector<TransactionId> ids;
    for (const Transaction& transaction : waiting_) ids.push_back(ledger::transaction_id(transaction));
    return ids;
  }

 private:
  // Signed anew, a statement has another signature and the same id.
  static bool has(const std::vector<Transaction>& list, const Transaction& transaction) {
    const TransactionId id = ledger::transaction_id(transaction);
    return std::ranges::any_of(list, [&](const Transaction& other) { return ledger::transaction_id(other) == id; });
  }
  static std::optional<ElectionId> about(const Transaction& transaction) {
    return election_of(transaction, ledger::transaction_id(transaction));
  }

  [[nodiscard]] ledger::BlockContext next_block() const {
    const chain::Header next = world_.chain.next_header(world_.disk, {}, world_.now.wall);
    return {{}, next.height, next.time_ms};
  }

  // Everything that waits (of one election, or of all), one after the other on the tip's state.
  void keep_what_holds(const std::optional<ElectionId>& only) {
    store::Draft draft(world_.disk);
    std::erase_if(waiting_, [&](const Transaction& transaction) {
      if (only && about(transaction) != only) return false;
      return !ledger::apply(rules_, transaction, next_block(), 0, draft);
    });
  }

  [[nodiscard]] bool holds_at_the_end(const Transaction& transaction) const {
    store::Draft draft(world_.disk);
    for (const Transaction& before : waiting_) {
      // Of other elections some may be over; that is found out when they are next looked at.
      [[maybe_unused]] const auto applied = ledger::apply(rules_, before, next_block(), 0, draft);
    }
    return ledger::apply(rules_, transaction, next_block(), 0, draft).has_value();
  }

  [[nodiscard]] bool is_stranger(const PublicKey& author) const {
    return std::ranges::find(rules_.organisers, author) == rules_.organisers.end();
  }
  [[nodiscard]] bool is_open_vote(const Transaction& transaction) const {
    const auto* vote = std::get_if<ledger::CastVote>(&transaction.statement);
    return vote != nullptr && !roll_elections.contains(vote->election);
  }
  [[nodiscard]] bool is_strangers_record(const Transaction& transaction) const {
    return std::holds_alternative<ledger::Record>(transaction.statement) && is_stranger(transaction.author);
  }

  [[nodiscard]] std::map<ElectionId, std::size_t> open_votes() const {
    std::map<ElectionId, std::size_t> votes;
    for (const Transaction& transaction : waiting_) {
      if (is_open_vote(transaction)) ++votes[*about(transaction)];
    }
    return votes;
  }

  template <class Predicate>
  [[nodiscard]] std::optional<std::size_t> newest(const Predicate& predicate) const {
    for (std::size_t i = waiting_.size(); i-- > 0;) {
      if (predicate(waiting_[i])) return i;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::size_t> who_gives_way(const Transaction& newcomer) const {
    if (is_strangers_record(newcomer)) return std::nullopt;
    if (const auto record = newest([&](const auto& t) { return is_strangers_record(t); })) return record;
    const auto votes = open_votes();
    std::optional<ElectionId> largest;
    for (const auto& [election, count] : votes) {
      if (!largest || count >= votes.at(*largest)) largest = election;
    }
    if (!largest) return std::nullopt;
    if (is_open_vote(newcomer)) {
      const auto own = votes.find(*about(newcomer));
      if (votes.at(*largest) <= 1 + (own == votes.end() ? 0 : own->second)) return std::nullopt;
    }
    return newest([&](const auto& t) { return is_open_vote(t) && about(t) == largest; });
  }

  void remove_least_wanted() {
    const Transaction organiser = world_.by_organiser(ledger::Record{0, "x"});
    const std::size_t victim = who_gives_way(organiser).value_or(waiting_.size() - 1);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(victim));
  }

 public:
  std::set<ElectionId> roll_elections;

 private:
  const MempoolFixture& world_;
  const ledger::Rules rules_;
  const std::size_t max_transactions_;
  std::vector<Transaction> waiting_;
};

class RandomStatements {
 public:
  RandomStatements(const MempoolFixture& world, SeededRng& rng) : world_(world), rng_(rng) {
    for (std::uint64_t i = 0; i < 5; ++i) {
      const auto electorate = i % 2 == 0 ? ledger::Electorate::kOpen : ledger::Electorate::kRoll;
      openings.push_back(world.by_organiser(ledger::OpenElection{"Election " + std::to_string(i),
                                                                 {"Alice", "Bob"},
                                                                 electorate,
                                                                 world.after_genesis_ms(2'000 * i),
                                                                 world.after_genesis_ms(10'000 + 2'000 * i)}));
    }
  }

  Transaction next() {
    const Transaction& opening = openings[rng_.below(openings.size())];
    const ElectionId id = election_id(opening);
    const std::uint64_t voter = rng_.below(12);
    switch (rng_.below(20)) {
      case 0:
      case 1: return opening;
      case 2: return world_.by_organiser(ledger::CloseElection{id});
      case 3: return world_.by_organiser(ledger::AddCandidates{id, {std::to_string(rng_.below(3))}});
      case 4:
      case 5:
      case 6:
        return world_.by_organiser(
            ledger::EnrolVoters{id, {{"voter " + std::to_string(voter), testing::voter_key(voter).public_key()}}});
      case 7: return world_.by_organiser(ledger::Record{rng_.below(5), "x"});
      case 8:
      case 9: return testing::record(world_.spec, testing::voter_key(voter), rng_.below(5));
      default: return world_.vote(voter, id, static_cast<std::uint16_t>(rng_.below(3)));
    }
  }

  std::vector<Transaction> openings;

 private:
  const MempoolFixture& world_;
  SeededRng& rng_;
};

// Blocks that others make of whatever is valid.
std::vector<Transaction> someones_choice(const MempoolFixture& world, RandomStatements& statements, SeededRng& rng) {
  std::vector<Transaction> chosen;
  store::Draft draft(world.disk);
  const ledger::Rules rules = chain::ledger_rules(world.spec);
  const ledger::BlockContext context{{}, world.chain.tip().height + 1, to_unix_ms(world.now.wall)};
  for (std::uint64_t i = rng.below(6); i > 0; --i) {
    Transaction transaction = statements.next();
    if (ledger::apply(rules, transaction, context, 0, draft)) chosen.push_back(std::move(transaction));
  }
  return chosen;
}

void run(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  const std::size_t room = rng.below(2) == 0 ? 6 + rng.below(10) : 1'000;
  MempoolFixture world({.max_transactions = room});
  world.now.wall = from_unix_ms(world.after_genesis_ms(1));
  Twin twin(world, room);
  RandomStatements statements(world, rng);
  for (const Transaction& opening : statements.openings) {
    const auto& definition = std::get<ledger::OpenElection>(opening.statement);
    if (definition.electorate == ledger::Electorate::kRoll) twin.roll_elections.insert(election_id(opening));
  }
  for (int round = 0; round < 60; ++round) {
    world.advance_clock(std::chrono::milliseconds(rng.below(600)));
    for (std::uint64_t i = rng.below(12); i > 0; --i) {
      const Transaction transaction = statements.next();
      ASSERT_EQ(world.accepts(transaction), twin.add(transaction)) << "round " << round;
      ASSERT_EQ(world.pool.ids(10'000), twin.ids()) << "round " << round;
    }
    if (rng.below(5) == 0 && world.chain.tip().height > 3) {
      const std::uint64_t depth = 1 + rng.below(3);
      const auto fork = world.chain.id_at(world.disk, world.chain.tip().height - depth);
      chain::Header parent = world.chain.find(world.disk, *fork)->header;
      for (std::uint64_t i = 0; i <= depth; ++i) {
        const chain::Block side = world.make_block(parent, {}, rng.next());
        twin.tip_moved(world.receive(side));
        parent = side.header;
      }
      ASSERT_EQ(world.tip_header(), parent);
    } else {
      world.advance_clock(std::chrono::milliseconds(10));  // past the times of a branch made a moment ago
      auto block = rng.below(3) == 0 ? someones_choice(world, statements, rng) : world.selected();
      const auto step = world.receive(world.make_block(world.tip_header(), std::move(block)));
      ASSERT_TRUE(step.rejected.empty()) << "round " << round;
      twin.tip_moved(step);
    }
    ASSERT_EQ(world.pool.ids(10'000), twin.ids()) << "round " << round;
  }
}

TEST(NaiveMempool, AgreesAfterEveryStep) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    run(seed);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace suara::mempool
