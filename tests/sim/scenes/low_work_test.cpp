// Headers without end that cost next to nothing: a chain of them has less work than the node asks for, however long it
// gets. They are looked at, for somebody may have a better chain to show; nothing of them is stored, next to nothing
// kept, and what honest peers find arrives as if nobody sent them.
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/store/schema.hpp"
#include "peer-node/sync/limits.hpp"
#include "tests/sim/scenes/scene.hpp"
#include "tests/support/chain_builder.hpp"

#include <gtest/gtest.h>

namespace suara::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kHonestWork = 1'000'000;  // hashes
const chain::Uint256 kHugeWork = chain::Uint256(1) << 200;

std::uint64_t in_ms(Duration time) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(time).count());
}

/// As many headers as anybody asks for, each with the least work there is. Of them it keeps the last.
class CheapChain {
 public:
  CheapChain(const chain::ChainSpec& spec, std::uint64_t branch)
      : genesis_(chain::genesis_block(spec).header), interval_ms_(in_ms(spec.block_interval)), branch_(branch) {}

  wire::peer::Headers after(const std::vector<Hash256>& locator) {
    if (chain::BlockId(locator.front()) != chain::block_id(last_)) last_ = genesis_;
    wire::peer::Headers message;
    for (std::size_t i = 0; i < wire::kMaxHeadersPerMessage; ++i) {
      const auto in_time = [&](chain::Header& header) { header.time_ms = last_.time_ms + interval_ms_; };
      last_ = testing::mine_block(last_, {}, in_time, branch_ << 32).header;
      const auto bytes = chain::encode(last_);
      message.bytes.insert(message.bytes.end(), bytes.begin(), bytes.end());
    }
    sent_ += wire::kMaxHeadersPerMessage;
    return message;
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  chain::Header genesis_;
  std::uint64_t interval_ms_;
  std::uint64_t branch_;
  chain::Header last_;
  std::size_t sent_ = 0;
};

/// Blocks that follow each other too quickly for the difficulty to stay as low as it was: so much work in all.
std::vector<chain::Block> chain_with_work(const chain::ChainSpec& spec, const chain::Uint256& work) {
  chain::Header last = chain::genesis_block(spec).header;
  std::vector<chain::Ancestor> ancestors = {{last.height, last.time_ms, last.bits}};
  std::vector<chain::Block> blocks;
  chain::Uint256 done = 0;
  for (std::uint64_t time_ms = kStartOfTimeMs - in_ms(hours(1)); done < work; time_ms += 1000) {
    blocks.push_back(testing::mine_block(last, {}, [&](chain::Header& header) {
      header.time_ms = time_ms;
      header.bits = chain::required_bits(spec, ancestors);
    }));
    last = blocks.back().header;
    done += chain::work_of_target(*chain::target_of(last.bits));
    ancestors.push_back({last.height, last.time_ms, last.bits});
    if (ancestors.size() > chain::kLookBackBlocks) ancestors.erase(ancestors.begin());
  }
  return blocks;
}

// 1 has nothing but cheap headers; 2 is honest and mines; 3 knows both, and has nothing yet.
struct LowWork : ::testing::Test {
  static constexpr Duration kAnswersAfter = seconds(1);  // in time, and as slowly as they please

  Scene scene;
  std::vector<chain::Block> blocks = honest_blocks();
  std::vector<std::unique_ptr<CheapChain>> chains;
  ScriptedPeer* attacker = &scene.play(1, endless());
  NodeHost* miner = &scene.start(mining(), blocks, reference_time());
  NodeHost* node = nullptr;

  std::vector<chain::Block> honest_blocks() {
    scene.spec.rule = chain::DifficultyRule::kLwma;
    scene.spec.genesis_time_ms = kStartOfTimeMs - in_ms(hours(24 * 365 * 10));  // room for 30 million headers
    return chain_with_work(scene.spec, kHonestWork);
  }
  Conduct endless() {
    chains.push_back(std::make_unique<CheapChain>(scene.spec, chains.size() + 1));
    return {.claimed_work = kHugeWork,
            .claimed_height = 100'000'000,
            .headers_delay = kAnswersAfter,
            .headers = [&chain = *chains.back()](const auto& locator) { return chain.after(locator); }};
  }
  node::Options mining() {
    auto options = scene.options(2);
    options.mining = node::MiningMode::kAlways;
    return options;
  }
  /// A header of the honest chain's work takes some ten seconds.
  [[nodiscard]] Duration reference_time() const {
    const auto work = [](std::uint32_t bits) { return chain::work_of_target(*chain::target_of(bits)); };
    const chain::Uint256 times = work(blocks.back().header.bits) / work(scene.spec.initial_bits);
    return Duration(seconds(10)) / static_cast<Duration::rep>(times);
  }
  void start_node() {
    auto options = scene.options(3, {1, 2});
    options.minimum_work = kHonestWork;
    node = &scene.start(options);
  }
  [[nodiscard]] std::size_t headers_stored() const {
    std::size_t count = 0;
    node->node()->view().scan(node_store::kHeaders, {}, [&](auto, auto) { return ++count > 0; });
    return count;
  }
  /// What has been kept of cheap headers, while so many blocks came, each as soon as it can.
  std::size_t most_kept_while(std::size_t blocks_come) {
    std::size_t most = 0;
    for (std::size_t i = 0; i < blocks_come; ++i) {
      const std::uint64_t height = tip_of(*miner).height;
      EXPECT_TRUE(scene.until([&] {
        most = std::max(most, node->node()->low_work_size_bytes());
        return tip_of(*miner).height > height;
      }));
      const Instant mined = scene.now();
      EXPECT_TRUE(scene.until([&] { return tip_of(*node).id == tip_of(*miner).id; }, seconds(1)));
      EXPECT_EQ(scene.now() - mined, 3 * Scene::kLatency) << "announced, asked for and sent";
      EXPECT_EQ(headers_stored(), tip_of(*node).height + 1) << "nothing but the honest chain";
      EXPECT_EQ(node->node()->chain()->headers_seen(), tip_of(*node).height + 1);
    }
    return most;
  }
};

TEST_F(LowWork, AnEndlessChainHoldsANewcomerUpForItsTurnOfTenSeconds) {
  start_node();
  ASSERT_TRUE(scene.until([&] { return tip_of(*node).id == tip_of(*miner).id; }));
  const auto first = scene.wire.first(node->id(), attacker->id(), "get_headers");
  const auto honest = scene.wire.first(node->id(), miner->id(), "get_headers");
  ASSERT_TRUE(first && honest);
  // Whom the node dialed goes on for sync::kCountingTurn after its first answer: eleven of them.
  EXPECT_EQ(*honest, *first + 11 * (kAnswersAfter + 2 * Scene::kLatency));
  EXPECT_LT(scene.now(), *honest + seconds(1)) << "and the honest chain is here";
  EXPECT_EQ(headers_stored(), tip_of(*node).height + 1);
  EXPECT_EQ(attacker->connections().size(), 1U) << "having little to show is no violation";
}

TEST_F(LowWork, AnEndlessChainLeavesNextToNothingAndDelaysNoBlock) {
  start_node();
  ASSERT_TRUE(scene.until([&] { return tip_of(*node).id == tip_of(*miner).id; }));
  const std::size_t most = most_kept_while(10);
  const std::size_t sent = chains.front()->sent();
  EXPECT_GT(sent, 50'000U) << "it goes on all the time";
  EXPECT_GE(most, sent / sync::kHeadersPerMark * sizeof(chain::BlockId)) << "an id for every so many";
  EXPECT_LE(most, 4 * sent / sync::kHeadersPerMark * sizeof(chain::BlockId));
  attacker->die(Death::kPower);
  EXPECT_TRUE(scene.until([&] { return node->node()->low_work_size_bytes() == 0; })) << "and nothing once it has gone";
}

TEST_F(LowWork, EndlessChainsOfManyTakeTurnsAndDelayNoBlock) {
  start_node();
  constexpr unsigned kMore = 8;
  for (unsigned number = 1; number <= kMore; ++number) {
    scene.play("10.0.2." + std::to_string(number), std::nullopt, endless()).dial(Scene::address(3));
  }
  ASSERT_TRUE(scene.until([&] { return tip_of(*node).id == tip_of(*miner).id; }));
  const std::size_t most = most_kept_while(10);
  std::size_t sent = 0;
  for (const auto& chain : chains) {
    EXPECT_GT(chain->sent(), 10'000U) << "each has its turn";
    sent += chain->sent();
  }
  EXPECT_LE(most, 4 * sent / sync::kHeadersPerMark * sizeof(chain::BlockId));
  EXPECT_EQ(node->node()->peers().size(), 2 + kMore) << "all are there";
}

}  // namespace
}  // namespace suara::sim
