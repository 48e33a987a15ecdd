// A disk: batches become durable one after the other, each after a delay, and are acknowledged a little later. A
// crash keeps what was durable, acknowledged or not, and loses the rest; what was being written may go either way.
#pragma once

#include "common/store/memory_store.hpp"
#include "common/util/rng.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/scheduler.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace suara::sim {

class Disk {
 public:
  /// Both outlive the disk, and the disk outlives the scheduler's tasks.
  Disk(Scheduler& scheduler, Rng& rng) : scheduler_(scheduler), rng_(rng) {}

  /// What a program reads; until the next crash.
  [[nodiscard]] const store::StoreView& view() const { return *store_; }
  /// What would be left by a crash now, at least.
  [[nodiscard]] const store::StoreView& durable() const { return lying_ ? platter_ : *store_; }

  /// `acknowledged` is called later, unless a crash comes first.
  void write(store::WriteBatch batch, std::function<void()> acknowledged);
  void crash();

  /// Mean time of one write from now on; of none, what is written is durable and acknowledged at once.
  void set_mean_write(Duration mean) { mean_write_ = mean; }
  /// For the checkers' own test: acknowledges at once, and lets programs read, what becomes durable much later.
  void lie() { lying_ = true; }
  /// Changes what is durable behind everybody's back: for the checkers' own test, and to lay a chain on an idle disk.
  void tamper(const store::WriteBatch& batch) { store_->apply(batch); }

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
  std::unique_ptr<store::MemoryStore> store_ = std::make_unique<store::MemoryStore>();
  store::MemoryStore platter_;  // of a lying disk: what is durable
  std::deque<Pending> pending_;
  std::uint64_t life_ = 0;  // ends at a crash: tasks of an earlier one do nothing
  Instant last_acknowledged_{};
  Duration mean_write_{std::chrono::milliseconds(2)};
  bool lying_ = false;
};

}  // namespace suara::sim
