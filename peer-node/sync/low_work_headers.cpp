#include "peer-node/sync/low_work_headers.hpp"

#include "common/util/check.hpp"
#include "peer-node/chain/limits.hpp"
#include "peer-node/chain/rule_error.hpp"
#include "peer-node/chain/rules.hpp"
#include "peer-node/chain/work.hpp"

#include <utility>

namespace suara::sync {
namespace {

static_assert(kMaxMarks * sizeof(chain::BlockId) + kMaxHeadersPerGroup * sizeof(chain::SealedHeader) +
                  2 * chain::kLookBackBlocks * sizeof(chain::Ancestor) <
              kMaxLowWorkSizeBytes);

chain::Uint256 work_of(const chain::Header& header) {
  const auto target = chain::target_of(header.bits);
  CHECK(target.has_value());
  return chain::work_of_target(*target);
}

}  // namespace

LowWorkHeaders::LowWorkHeaders(const chain::ChainSpec& spec, const chain::ChainPoint& start,
                               std::vector<chain::Ancestor> ancestors, const chain::Uint256& enough,
                               const LowWorkBounds& bounds)
    : spec_(spec),
      start_(start),
      enough_(enough),
      bounds_(bounds),
      at_(at_start()),
      ancestors_(std::move(ancestors)),
      per_mark_(bounds.headers_per_mark) {
  CHECK(bounds.marks % 2 == 0);
}

Result<std::vector<chain::SealedHeader>> LowWorkHeaders::take(std::span<const chain::SealedHeader> headers,
                                                              WallTime now) {
  std::vector<chain::SealedHeader> proven;
  looked_at_ = 0;
  if (state_ == State::kCounting) {
    const bool first = counted_ == 0;
    for (const chain::SealedHeader& header : headers) {
      SUARA_TRY(count(header, now));
      ++looked_at_;
      if (state_ != State::kCounting) break;
    }
    if (state_ != State::kFetching || !first) return proven;
    headers = headers.first(counted_);  // all that was counted is still here: it need not be sent again
    looked_at_ = 0;
  }
  for (const chain::SealedHeader& header : headers) {
    if (state_ != State::kFetching) break;
    let_through(header, proven);
    ++looked_at_;
  }
  return proven;
}

Result<void> LowWorkHeaders::count(const chain::SealedHeader& sealed, WallTime now) {
  const chain::Header& header = sealed.header;
  const chain::BlockId id = chain::block_id(header);
  if (header.previous != at_.last) return Error(chain::RuleError::kOrphanHeader, header.previous.hex());
  SUARA_TRY(chain::check_header(spec_, header, id, ancestors_, now));
  if (ancestors_.size() >= 2 * chain::kLookBackBlocks) {
    ancestors_.erase(ancestors_.begin(), ancestors_.end() - chain::kLookBackBlocks);
  }
  ancestors_.push_back({header.height, header.time_ms, header.bits});
  at_ = {id, at_.work + work_of(header), at_.headers + 1};
  counted_ = at_.headers;
  if (at_.headers % per_mark_ == 0) mark(id);
  if (state_ == State::kCounting && at_.work >= enough_) {
    if (at_.headers % per_mark_ != 0) marks_.push_back(id);
    ancestors_ = {};
    at_ = at_start();
    state_ = State::kFetching;
  }
  return {};
}

void LowWorkHeaders::mark(const chain::BlockId& id) {
  marks_.push_back(id);
  if (marks_.size() < bounds_.marks) return;
  std::size_t kept = 0;
  for (std::size_t i = 1; i < marks_.size(); i += 2) marks_[kept++] = marks_[i];
  marks_.resize(kept);
  per_mark_ *= 2;
  if (per_mark_ > bounds_.headers_per_group) state_ = State::kGivenUp;
}

void LowWorkHeaders::let_through(const chain::SealedHeader& sealed, std::vector<chain::SealedHeader>& proven) {
  if (sealed.header.previous != at_.last || !chain::target_of(sealed.header.bits)) {
    state_ = State::kGivenUp;
    return;
  }
  at_ = {chain::block_id(sealed.header), at_.work + work_of(sealed.header), at_.headers + 1};
  group_.push_back(sealed);
  const bool all = at_.headers == counted_;
  if (!all && at_.headers % per_mark_ != 0) return;
  const std::size_t group = (at_.headers - 1) / per_mark_;
  if (marks_.at(group) != at_.last) {
    state_ = State::kGivenUp;
    return;
  }
  proven.insert(proven.end(), group_.begin(), group_.end());
  group_ = {};
  if (all) state_ = State::kDone;
}

std::size_t LowWorkHeaders::size_bytes() const {
  return marks_.capacity() * sizeof(chain::BlockId) + group_.capacity() * sizeof(chain::SealedHeader) +
         ancestors_.capacity() * sizeof(chain::Ancestor);
}

}  // namespace suara::sync
