// What the miner works on, and when: a block on the tip whenever the policy says so, renewed when the tip moves, when
// the mempool has more to offer, and now and then for its time's sake.
#pragma once

#include "peer-node/mining/mining_policy.hpp"
#include "peer-node/node/context.hpp"

#include <optional>

namespace suara::node {

class MiningControl {
 public:
  explicit MiningControl(Context& context) : context_(context) {}

  void tip_moved();
  void mempool_grew() { grew_ = true; }

  /// Starts, renews or stops the miner. `synced`: mining on an outdated tip would be in vain.
  void drive(bool synced);
  [[nodiscard]] std::optional<Instant> deadline() const { return look_; }

  /// All nonces were tried in vain: another time in the header makes them new ones.
  void exhausted(const NoncesExhausted& job);

  /// The whole block, when the job is the present one; its header holds the nonce.
  [[nodiscard]] std::optional<chain::Block> mined(const Mined& found);

 private:
  struct Job {
    MiningJobId id;
    chain::Block block;
  };

  [[nodiscard]] bool time_to_look() const;
  void look();
  void begin(chain::Block block);
  void stop();
  void look_again(Instant when);

  Context& context_;
  std::optional<Job> job_;
  std::uint64_t next_job_ = 1;
  bool stale_ = true;                   // the tip moved or another header came since the last look, or there was none
  std::optional<WallTime> not_before_;  // of the next block's time: nonces of earlier ones are used up
  bool contested_ = false;
  std::uint64_t headers_seen_ = 0;
  bool grew_ = false;  // the mempool has, since then
  Instant looked_at_;
  std::optional<Instant> look_;        // again at the latest
  std::optional<WallTime> empty_due_;  // on the present tip
};

}  // namespace suara::node
