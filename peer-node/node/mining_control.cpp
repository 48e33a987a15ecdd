#include "peer-node/node/mining_control.hpp"

#include "peer-node/mining/block_template.hpp"
#include "peer-node/node/limits.hpp"

#include <algorithm>
#include <utility>

namespace suara::node {

void MiningControl::tip_moved() {
  stale_ = true;
  not_before_.reset();
}

void MiningControl::exhausted(const NoncesExhausted& exhausted) {
  if (!job_ || job_->id != exhausted.job) return;
  not_before_ = from_unix_ms(job_->block.header.time_ms + 1);
  stale_ = true;
}

void MiningControl::drive(bool synced) {
  if (context_.options.mining == MiningMode::kOff || context_.chain == nullptr) return;
  if (context_.stopping || !synced) {
    stop();
    look_.reset();
    stale_ = true;
    return;
  }
  const std::uint64_t headers = context_.chain->headers_seen();
  if (std::exchange(headers_seen_, headers) != headers) stale_ = true;  // one may contest the tip
  if (time_to_look()) {
    look();
  } else if (grew_) {
    look_again(looked_at_ + kTemplateInterval);
  }
}

bool MiningControl::time_to_look() const {
  const Instant now = context_.now.instant;
  return stale_ || (look_ && *look_ <= now) || (grew_ && looked_at_ + kTemplateInterval <= now);
}

void MiningControl::look() {
  const WallTime wall = std::max(context_.now.wall, not_before_.value_or(WallTime{}));
  if (std::exchange(stale_, false)) {
    empty_due_ = mining::empty_block_due(context_.overlay, from_unix_ms(context_.chain->tip().time_ms));
    contested_ = context_.chain->contested(context_.overlay);
  }
  grew_ = false;
  looked_at_ = context_.now.instant;
  look_.reset();

  chain::Block block = mining::block_template(*context_.chain, *context_.mempool, context_.overlay, wall);
  const bool wanted = contested_ || !block.transactions.empty();
  const auto from = mining::mine_from(context_.options.mining, wanted, empty_due_);
  if (from && *from <= wall) {
    begin(std::move(block));
  } else {
    stop();
    // What waits may fit into a block of a later time.
    if (context_.mempool->size() > 0) look_again(looked_at_ + kTemplateAge);
    if (from) look_again(looked_at_ + std::min(*from - wall, WallTime::duration(kLongestLook)));
  }
}

void MiningControl::begin(chain::Block block) {
  job_ = Job{MiningJobId{next_job_++}, std::move(block)};
  look_again(looked_at_ + kTemplateAge);
  context_.out.add(Mine{job_->id, job_->block.header});
}

void MiningControl::stop() {
  if (!job_) return;
  job_.reset();
  context_.out.add(StopMining{});
}

void MiningControl::look_again(Instant when) {
  if (!look_ || when < *look_) look_ = when;
}

std::optional<chain::Block> MiningControl::mined(const Mined& found) {
  if (!job_ || job_->id != found.job) return std::nullopt;
  chain::Block block = std::move(job_->block);
  block.header.nonce = found.nonce;
  job_.reset();
  stale_ = true;
  return block;
}

}  // namespace suara::node
