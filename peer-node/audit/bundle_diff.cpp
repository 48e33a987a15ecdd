#include "peer-node/audit/bundle_diff.hpp"

#include "common/util/check.hpp"
#include "peer-node/audit/limits.hpp"

#include <algorithm>

namespace suara::audit {
namespace {

Side other(Side side) { return side == Side::kLeft ? Side::kRight : Side::kLeft; }

}  // namespace

bool Difference::contradicts() const {
  const bool left_out = sides[0].only_here_in_common != 0 || sides[1].only_here_in_common != 0;
  const bool same_tip = sides[0].tip == sides[1].tip;
  return !same_network || parted || (same_election && (left_out || (same_tip && !same_tally())));
}

std::optional<Side> BundleDiff::wants() const {
  const Reading& left = reading(Side::kLeft);
  const Reading& right = reading(Side::kRight);
  if (left.end && right.end) return std::nullopt;
  if (left.end || right.end) return left.end ? Side::kRight : Side::kLeft;
  return left.height <= right.height ? Side::kLeft : Side::kRight;
}

void BundleDiff::take(Side side, const BundleLine& line) {
  Reading& here = reading(side);
  if (const auto* head = std::get_if<BundleHead>(&line)) here.head = *head;
  if (const auto* header = std::get_if<HeaderLine>(&line)) on_header(side, {header->header, header->seal});
  if (const auto* block = std::get_if<BlockLine>(&line)) {
    on_header(side, {block->block.header, block->seal});
    for (const auto& transaction : block->block.transactions) on_transaction(side, transaction);
  }
  if (const auto* transaction = std::get_if<TransactionLine>(&line)) on_transaction(side, transaction->transaction);
  if (const auto* end = std::get_if<EndLine>(&line)) here.end = *end;
}

// Lockstep: when a side takes a header, the other is either one below it, or at it with its header in `ahead_`.
void BundleDiff::on_header(Side side, const chain::SealedHeader& header) {
  Reading& here = reading(side);
  const Reading& there = reading(other(side));
  here.height = header.header.height;
  if (parted_) return;
  if (there.height < here.height) {
    ahead_ = header;
  } else if (there.height == here.height) {
    parted_ = !ahead_ || ahead_->header != header.header;
    if (!parted_) common_height_ = here.height;
    if (!parted_ && ahead_->seal && header.seal && ahead_->seal->miner != header.seal->miner) ++sealed_otherwise_;
    ahead_.reset();
  }
}

void BundleDiff::on_transaction(Side side, const ledger::Transaction& transaction) {
  Reading& here = reading(side);
  Reading& there = reading(other(side));
  if (!here.head) return;
  const auto id = ledger::transaction_id(transaction);
  if (!concerns(transaction.statement, id, here.head->election)) return;
  if (there.unmatched.erase(id) == 0) here.unmatched.emplace(id, here.height);
}

Difference BundleDiff::result() const {
  Difference difference;
  difference.common_height = common_height_;
  difference.sealed_otherwise = sealed_otherwise_;
  difference.parted = parted_;
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const Reading& from = reading(side);
    CHECK(from.head && from.end);
    auto& to = difference.sides[static_cast<std::size_t>(side)];
    to.height = from.end->height;
    to.tip = from.end->tip;
    to.tally = from.end->tally;
    to.only_here = from.unmatched.size();
    std::vector<std::pair<std::uint64_t, ledger::TransactionId>> by_height;
    for (const auto& [id, height] : from.unmatched) {
      if (height <= common_height_) ++to.only_here_in_common;
      by_height.emplace_back(height, id);
    }
    std::ranges::sort(by_height);
    by_height.resize(std::min(by_height.size(), kMaxListedTransactions));
    for (const auto& [height, id] : by_height) to.listed.push_back(id);
  }
  const auto& [left, right] = readings_;
  difference.same_network = left.head->network == right.head->network;
  difference.same_election = left.head->election == right.head->election;
  return difference;
}

}  // namespace suara::audit
