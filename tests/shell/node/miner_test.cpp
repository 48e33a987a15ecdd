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

constexpr mining::NonceRange kAll{42, UINT64_MAX};

MinerHandlers recording(shell::Recorder<Found>& found) {
  return {[&](node::MiningJobId job, std::uint64_t nonce) { found.add({job, nonce}); },
          [](node::MiningJobId) { ADD_FAILURE() << "there were more"; }};
}

MinerHandlers finding_nothing() {
  return {[](node::MiningJobId, std::uint64_t) { ADD_FAILURE() << "there is none"; },
          [](node::MiningJobId) { ADD_FAILURE() << "there were more"; }};
}

TEST(Miner, FindsANonceOncePerJob) {
  shell::Recorder<Found> found;
  Miner miner(3, kAll, recording(found));
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
  Miner miner(2, kAll, recording(found));
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
  miner.start(node::MiningJobId{2}, header_of(kEasy, 2));
  EXPECT_EQ(found.wait_for(1).front().job.value, 2U);
}

TEST(Miner, EndsInTheMiddleOfAJob) {
  Miner miner(2, kAll, finding_nothing());
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
}

// Whose threads are through with their shares says so once; another job has them begin anew.
TEST(Miner, SaysWhenAllNoncesAreTried) {
  shell::Recorder<node::MiningJobId> exhausted;
  const mining::NonceRange few{UINT64_MAX - 10, 100'003};
  Miner miner(3, few,
              {[](node::MiningJobId, std::uint64_t) { ADD_FAILURE() << "there is none"; },
               [&](node::MiningJobId job) { exhausted.add(job); }});
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
  exhausted.wait_for(1);
  EXPECT_EQ(miner.hashes(), few.count) << "each nonce was tried once";
  miner.start(node::MiningJobId{2}, header_of(kHopeless, 2));
  const auto jobs = exhausted.wait_for(2);
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[1].value, 2U);
  EXPECT_EQ(miner.hashes(), 2 * few.count);
}

TEST(Miner, ReportsItsSpeedWhileItSearches) {
  Miner miner(1, kAll, finding_nothing());
  EXPECT_EQ(miner.hashes_per_second(), 0);
  miner.start(node::MiningJobId{1}, header_of(kHopeless, 1));
  const auto guard = std::chrono::steady_clock::now() + shell::kGuard;
  while (miner.hashes_per_second() == 0 && std::chrono::steady_clock::now() < guard) std::this_thread::yield();
  EXPECT_GT(miner.hashes_per_second(), 0);
  EXPECT_GT(miner.hashes(), 0U);
}

}  // namespace
}  // namespace suara::node_shell
