// A disk: batches become durable one after the other, each after a delay, and are acknowledged a little later. A
// crash keeps what was durable, acknowledged or not, and loses the rest; what was being written may go either way.
#pragma once

#include "common/store/memory_store.hpp"
#include "common/util/rng.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/scheduler.hpp"

#include <deque>
#include <functional>

namespace suara::sim {

class Disk {
 public:
  /// Both outlive the disk, and the disk outlives the scheduler's tasks.
  Disk(Scheduler& scheduler, Rng& rng) : scheduler_(scheduler), rng_(rng) {}

  [[nodiscard]] const store::StoreView& durable() const { return store_; }

  /// `acknowledged` is called later, unless a crash comes first.
  void write(store::WriteBatch batch, std::function<void()> acknowledged);
  void crash();

  /// Mean time of one write from now on.
  void set_mean_write(Duration mean) { mean_write_ = mean; }
  /// For the checkers' own test: acknowledges at once what becomes durable much later.
  void lie() { lying_ = true; }
  /// For the checkers' own test: changes what is durable behind everybody's back.
  void tamper(const store::WriteBatch& batch) { store_.apply(batch); }

  [[nodiscard]] std::size_t writes_pending() const { return pending_.size(); }

 private:
  struct Pending {
    store::WriteBatch batch;
    std::function<void()> acknowledged;
  };

  void start();
  void finish();
  void acknowledge(std::function<void()> acknowledged);

  Scheduler& scheduler_;
  Rng& rng_;
  store::MemoryStore store_;
  std::deque<Pending> pending_;
  std::uint64_t life_ = 0;  // ends at a crash: tasks of an earlier one do nothing
  Instant last_acknowledged_{};
  Duration mean_write_{std::chrono::milliseconds(2)};
  bool lying_ = false;
};

}  // namespace suara::sim
