#include "tests/sim/disk.hpp"

#include <algorithm>
#include <utility>

namespace suara::sim {
namespace {

constexpr Duration kLyingWrite = std::chrono::seconds(20);
constexpr Duration kMaxAcknowledgeDelay = std::chrono::milliseconds(1);

std::unique_ptr<store::MemoryStore> copy_of(const store::MemoryStore& original) {
  store::WriteBatch everything;
  for (int family = 0; family <= UINT8_MAX; ++family) {
    original.scan(static_cast<store::Family>(family), {}, [&](std::string_view key, std::string_view value) {
      everything.put(static_cast<store::Family>(family), std::string(key), std::string(value));
      return true;
    });
  }
  auto copy = std::make_unique<store::MemoryStore>();
  copy->apply(everything);
  return copy;
}

}  // namespace

void Disk::write(store::WriteBatch batch, std::function<void()> acknowledged) {
  if (lying_) {
    store_->apply(batch);
    acknowledge(std::exchange(acknowledged, [] {}));
  }
  pending_.push_back({std::move(batch), std::move(acknowledged)});
  if (pending_.size() == 1) start();
}

void Disk::start() {
  const Duration time = lying_ ? kLyingWrite : exponential(rng_, mean_write_);
  scheduler_.after(time, [this, life = life_] {
    if (life == life_) finish();
  });
}

void Disk::finish() {
  (lying_ ? platter_ : *store_).apply(pending_.front().batch);
  acknowledge(std::move(pending_.front().acknowledged));
  pending_.pop_front();
  if (!pending_.empty()) start();
}

void Disk::acknowledge(std::function<void()> acknowledged) {
  // In order: an acknowledgement never overtakes an earlier one.
  const Duration most = std::min(kMaxAcknowledgeDelay, mean_write_);
  last_acknowledged_ = std::max(last_acknowledged_, scheduler_.now() + between(rng_, Duration(0), most));
  scheduler_.at(last_acknowledged_, [this, life = life_, acknowledged = std::move(acknowledged)] {
    if (life == life_) acknowledged();
  });
}

void Disk::crash() {
  ++life_;
  if (lying_) {
    store_ = copy_of(platter_);
  } else if (!pending_.empty()) {
    // Batches reach the disk in order, so what survives is the first few of them.
    const std::uint64_t survivors = rng_.below(pending_.size() + 1);
    for (std::uint64_t i = 0; i < survivors; ++i) store_->apply(pending_[i].batch);
  }
  pending_.clear();
}

}  // namespace suara::sim
