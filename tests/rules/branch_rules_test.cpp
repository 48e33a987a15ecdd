// Which tip follows from which blocks, in which order. Every scenario is played three times: straight, with a restart
// after every step (the store must end the same, byte for byte), and against a fresh node that is given only the
// winning chain (the ledger must be the same, byte for byte: undo is exact).
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gtest/gtest.h>

#include <map>

namespace suara::testing {
namespace {

enum class Give { kHeader, kBody, kBlock };
enum class Made { kWell, kVoteInNoElection };

struct Step {
  Give give;
  const char* name;
  const char* parent;  // "" for a body, whose header has been given
  const char* tip;     // expected afterwards
  Made made = Made::kWell;
};

struct Scenario {
  const char* name;
  std::vector<Step> steps;
};

constexpr Give kHeader = Give::kHeader;
constexpr Give kBody = Give::kBody;
constexpr Give kBlock = Give::kBlock;
constexpr Made kBad = Made::kVoteInNoElection;

const Scenario kScenarios[] = {
    {"a chain grows", {{kBlock, "a1", "g", "a1"}, {kBlock, "a2", "a1", "a2"}, {kBlock, "a3", "a2", "a3"}}},
    {"of equal work the first seen wins", {{kBlock, "a1", "g", "a1"}, {kBlock, "b1", "g", "a1"}}},
    {"equal work, and then more",
     {{kBlock, "a1", "g", "a1"}, {kBlock, "b1", "g", "a1"}, {kBlock, "b2", "b1", "b2"}, {kBlock, "a2", "a1", "b2"}}},
    {"there and back again",
     {{kBlock, "a1", "g", "a1"},
      {kBlock, "b1", "g", "a1"},
      {kBlock, "b2", "b1", "b2"},
      {kBlock, "a2", "a1", "b2"},
      {kBlock, "a3", "a2", "a3"},
      {kBlock, "b3", "b2", "a3"},
      {kBlock, "b4", "b3", "b4"}}},
    {"bodies out of order",
     {{kHeader, "a1", "g", "g"},
      {kHeader, "a2", "a1", "g"},
      {kHeader, "a3", "a2", "g"},
      {kBody, "a3", "", "g"},
      {kBody, "a2", "", "g"},
      {kBody, "a1", "", "a3"}}},
    {"a heavier branch without bodies does not hold up a lighter one",
     {{kHeader, "a1", "g", "g"},
      {kHeader, "a2", "a1", "g"},
      {kHeader, "a3", "a2", "g"},
      {kBlock, "b1", "g", "b1"},
      {kBlock, "b2", "b1", "b2"},
      {kBody, "a1", "", "b2"},
      {kBody, "a2", "", "b2"},
      {kBody, "a3", "", "a3"}}},
    {"the end of a heavier branch whose body comes first",
     {{kBlock, "a1", "g", "a1"},
      {kHeader, "b1", "g", "a1"},
      {kHeader, "b2", "b1", "a1"},
      {kBody, "b2", "", "a1"},
      {kBody, "b1", "", "b2"}}},
    {"equal work: the one that was complete first, whatever its header",
     {{kHeader, "a1", "g", "g"},
      {kHeader, "b1", "g", "g"},
      {kHeader, "b2", "b1", "g"},
      {kHeader, "a2", "a1", "g"},
      {kBody, "b2", "", "g"},
      {kBody, "a2", "", "g"},
      {kBody, "a1", "", "a2"},
      {kBody, "b1", "", "a2"}}},
    {"an invalid block", {{kBlock, "a1", "g", "a1"}, {kBlock, "a2", "a1", "a1", kBad}, {kBlock, "b2", "a1", "b2"}}},
    {"an invalid block in the middle of a heavier branch",
     {{kBlock, "a1", "g", "a1"},
      {kBlock, "a2", "a1", "a2"},
      {kHeader, "b1", "g", "a2"},
      {kHeader, "b2", "b1", "a2", kBad},
      {kHeader, "b3", "b2", "a2"},
      {kBody, "b2", "", "a2"},
      {kBody, "b3", "", "a2"},
      {kBody, "b1", "", "a2"},
      {kBlock, "c2", "b1", "a2"},
      {kBlock, "c3", "c2", "c3"}}},
    {"an invalid end of a heavier branch leaves what is above the old tip",
     {{kBlock, "a1", "g", "a1"},
      {kHeader, "b1", "g", "a1"},
      {kHeader, "b2", "b1", "a1"},
      {kHeader, "b3", "b2", "a1", kBad},
      {kBody, "b3", "", "a1"},
      {kBody, "b2", "", "a1"},
      {kBody, "b1", "", "b2"}}},
    {"back past an invalid branch to a third one",
     {{kBlock, "a1", "g", "a1"},
      {kHeader, "b1", "g", "a1"},
      {kHeader, "b2", "b1", "a1", kBad},
      {kHeader, "b3", "b2", "a1"},
      {kHeader, "c1", "g", "a1"},
      {kHeader, "c2", "c1", "a1"},
      {kBody, "c2", "", "a1"},
      {kBody, "b3", "", "a1"},
      {kBody, "b2", "", "a1"},
      {kBody, "c1", "", "c2"},
      {kBody, "b1", "", "c2"}}},
};

class Player {
 public:
  explicit Player(bool restarts) : restarts_(restarts) { blocks_["g"] = chain::genesis_block(spec()); }

  static const chain::ChainSpec& spec() {
    static const chain::ChainSpec easy = easy_spec();
    return easy;
  }

  void play(const Step& step) {
    SCOPED_TRACE(step.name);
    if (step.give != Give::kBody) make(step);
    const chain::Block& block = blocks_.at(step.name);
    if (step.give != Give::kBody) {
      ASSERT_TRUE(driver_.add_header(block.header));
    }
    if (step.give != Give::kHeader) {
      ASSERT_TRUE(driver_.add_body(block));
    }
    if (restarts_) driver_.restart();
    driver_.advance();
    if (restarts_) driver_.restart();
    EXPECT_EQ(name_of(driver_.chain().tip().id), step.tip);
    const auto idle = driver_.advance();
    EXPECT_TRUE(idle.connected.empty() && idle.disconnected.empty() && idle.rejected.empty() && !idle.more);
  }

  [[nodiscard]] const ChainDriver& driver() const { return driver_; }

 private:
  // Deterministic but for the signatures, which are kept from the first play.
  void make(const Step& step) {
    static std::map<std::string, chain::Block> made;
    const chain::Header& parent = blocks_.at(step.parent).header;
    const std::string key = chain::block_id(parent).hex() + step.name + (step.made == Made::kWell ? "" : "!");
    if (const auto known = made.find(key); known != made.end()) {
      blocks_[step.name] = known->second;
      return;
    }
    const std::uint64_t nonce = std::hash<std::string>{}(step.name);
    std::vector<ledger::Transaction> transactions{record(spec(), voter_key(1), nonce, step.name)};
    if (step.made == Made::kVoteInNoElection) {
      transactions.push_back(vote(spec(), voter_key(2), ledger::ElectionId(), 0));
    }
    blocks_[step.name] = mine_block(parent, std::move(transactions));
    made[key] = blocks_[step.name];
  }

  [[nodiscard]] std::string name_of(const chain::BlockId& id) const {
    for (const auto& [name, block] : blocks_) {
      if (chain::block_id(block.header) == id) return name;
    }
    return "?";
  }

  bool restarts_;
  ChainDriver driver_{spec()};
  std::map<std::string, chain::Block> blocks_;
};

class Branches : public ::testing::TestWithParam<Scenario> {};

TEST_P(Branches, LeadToTheExpectedTip) {
  Player player(false);
  for (const Step& step : GetParam().steps) player.play(step);
}

TEST_P(Branches, SurviveARestartAfterEveryStep) {
  Player straight(false);
  Player restarted(true);
  for (const Step& step : GetParam().steps) {
    straight.play(step);
    restarted.play(step);
    for (store::Family family = 0; family < node_store::family_names().size(); ++family) {
      ASSERT_EQ(contents(straight.driver().store(), family), contents(restarted.driver().store(), family))
          << node_store::family_names()[family] << " after " << step.name;
    }
  }
}

TEST_P(Branches, LeaveTheLedgerOfTheWinningChainAlone) {
  Player player(false);
  for (const Step& step : GetParam().steps) player.play(step);
  const auto& chain = player.driver().chain();
  ChainDriver fresh(Player::spec());
  for (std::uint64_t height = 1; height <= chain.tip().height; ++height) {
    const auto id = chain.id_at(player.driver().store(), height);
    ASSERT_TRUE(id);
    ASSERT_TRUE(fresh.add(*chain.block(player.driver().store(), *id)));
  }
  EXPECT_FALSE(chain.id_at(player.driver().store(), chain.tip().height + 1));
  using namespace node_store;
  for (const store::Family family : {kHeights, kUndo, kTransactions, kElections, kTallies, kVotes, kRoll, kRollNames}) {
    EXPECT_EQ(contents(player.driver().store(), family), contents(fresh.store(), family)) << family_names()[family];
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Branches, ::testing::ValuesIn(kScenarios), [](const auto& tested) {
  std::string name;
  for (const char c : std::string_view(tested.param.name)) name.push_back(std::isalnum(c) != 0 ? c : '_');
  return name;
});

}  // namespace
}  // namespace suara::testing
