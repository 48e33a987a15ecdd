// One peer's headers whose chain has not shown enough work yet. Who sends low-work headers without end must not fill a
// disk or a memory with them, so such a chain is fetched twice: the first time headers are checked and counted, and of
// every kHeadersPerMark-th only the id is kept; once their work is enough the peer is asked again from the start, and
// what comes is let through group by group, each as its last id turns out to be the one that was counted. (As Bitcoin
// Core does it, with whole ids instead of a bit each.)
//
// Memory: at most kMaxMarks ids and one group of headers, together below 2 MiB. A chain too long for that makes groups
// twice as large, up to kMaxHeadersPerGroup; beyond it is given up.
#pragma once

#include "peer-node/chain/chain_state.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/sync/limits.hpp"

#include <span>
#include <vector>

namespace suara::sync {

/// Smaller ones are for tests.
struct LowWorkBounds {
  std::size_t headers_per_mark = kHeadersPerMark;
  std::size_t marks = kMaxMarks;  ///< even
  std::size_t headers_per_group = kMaxHeadersPerGroup;
};

class LowWorkHeaders {
 public:
  enum class State : std::uint8_t {
    kCounting,  ///< not enough work yet
    kFetching,  ///< enough was counted; to be sent again from start()
    kDone,      ///< all that was counted has been let through: what follows is no concern of this class
    kGivenUp,   ///< what came the second time was not what was counted, or there is no end of it
  };

  /// The chain leaves what is known at `start`, whose ancestors (itself last) are `ancestors`; it counts from `enough`
  /// accumulated work on. `spec` outlives this.
  LowWorkHeaders(const chain::ChainSpec& spec, const chain::ChainPoint& start, std::vector<chain::Ancestor> ancestors,
                 const chain::Uint256& enough, const LowWorkBounds& bounds = {});

  /// Headers of one answer, each the next one's parent, the first on last(). What may be stored now, in order: all of
  /// it follows on start(). With an error those before the one at fault have been taken. Errors: RuleError.
  Result<std::vector<chain::SealedHeader>> take(std::span<const chain::SealedHeader> headers, WallTime now);

  [[nodiscard]] State state() const { return state_; }
  /// How many of the headers given to take() last it has looked at: all, unless it is done or given up.
  [[nodiscard]] std::size_t looked_at() const { return looked_at_; }
  [[nodiscard]] const chain::BlockId& start() const { return start_.id; }
  /// The header that the next one has to follow.
  [[nodiscard]] const chain::BlockId& last() const { return at_.last; }
  [[nodiscard]] const chain::Uint256& work() const { return at_.work; }  ///< accumulated up to there
  [[nodiscard]] std::size_t size_bytes() const;

 private:
  // How far one of the two passes has come.
  struct Pass {
    chain::BlockId last;
    chain::Uint256 work;
    std::uint64_t headers = 0;
  };

  Result<void> count(const chain::SealedHeader& header, WallTime now);
  void mark(const chain::BlockId& id);
  void let_through(const chain::SealedHeader& header, std::vector<chain::SealedHeader>& proven);
  [[nodiscard]] Pass at_start() const { return {start_.id, start_.work, 0}; }

  const chain::ChainSpec& spec_;
  const chain::ChainPoint start_;
  const chain::Uint256 enough_;
  const LowWorkBounds bounds_;
  State state_ = State::kCounting;
  std::size_t looked_at_ = 0;
  Pass at_;
  std::vector<chain::Ancestor> ancestors_;  // of the next header to count
  std::uint64_t counted_ = 0;               // in the first pass
  std::size_t per_mark_;
  std::vector<chain::BlockId> marks_;       // of every per_mark_-th header counted; then of the last
  std::vector<chain::SealedHeader> group_;  // fetched again, up to the next mark
};

}  // namespace suara::sync
