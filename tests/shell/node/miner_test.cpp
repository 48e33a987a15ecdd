#include "peer-node/shell/miner.hpp"

#include "peer-node/chain/work.hpp"
#include "tests/shell/running_reactor.hpp"

namespace suara::node_shell {
namespace {

struct Found {
  node::MiningJobId job;
  std::uint64_t nonce;
};

chain::Header header_of(unsigned zero_bits, std::uint64_t height) {
  chain::Header header;
  header.height = height;
  header.bits = chain::bits_of_leading_zeros(zero_bits);
  return header;
}

bool holds(chain::Header header, std::uint64_t nonce) {
  header.nonce = nonce;
  return chain::meets_target(chain::block_id(header), *chain::target_of(header.bits));
}

constexpr unsigned kEasy = 8;
constexpr unsigned kHopeless = 200;

TEST(Miner, FindsANonceOncePerJob) {
  shell::Recorder<Found> found;
  Miner miner(3, 42, [&](node::MiningJobId job, std::uint64_t nonce) { found.add({job, nonce}); });
  for (std::uint64_t job = 1; job <= 20; ++job) {
    miner.start(node::MiningJobId{job}, header_of(kEasy, job));
    const auto all = found.wait_for(job);
    ASSERT_EQ(all.size(), job);
    EXPECT_EQ(all.back().job.value, job);
    EXPECT_TRUE(holds(header_of(kEasy, job), all.back().nonce));
  }
}

TEST(Miner, LeavesAJobThatCannotBeDoneForTheNext) {
  shell::Recorder<Found> found;
  Miner miner(2, 7, [&](node::MiningJobId job, std::uint64_t nonce) { found.add({job, nonce}); });
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
  miner.start(node::MiningJobId{2}, header_of(kEasy, 2));
  EXPECT_EQ(found.wait_for(1).front().job.value, 2U);
}

TEST(Miner, EndsInTheMiddleOfAJob) {
  Miner miner(2, 7, [](node::MiningJobId, std::uint64_t) { FAIL(); });
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
}

TEST(Miner, ReportsItsSpeedWhileItSearches) {
  Miner miner(1, 7, [](node::MiningJobId, std::uint64_t) { FAIL(); });
  EXPECT_EQ(miner.hashes_per_second(), 0);
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
  const auto guard = std::chrono::steady_clock::now() + shell::kGuard;
  while (miner.hashes_per_second() == 0 && std::chrono::steady_clock::now() < guard) std::this_thread::yield();
  EXPECT_GT(miner.hashes_per_second(), 0);
  miner.stop();
  while (miner.hashes_per_second() != 0 && std::chrono::steady_clock::now() < guard) std::this_thread::yield();
  EXPECT_EQ(miner.hashes_per_second(), 0);
}

}  // namespace
}  // namespace suara::node_shell
