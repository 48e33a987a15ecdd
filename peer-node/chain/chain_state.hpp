// The chain as this node sees it: the tree of headers, the bodies it has, and the ledger at the tip. Moves to the
// valid chain with the most work. Pure: reads a StoreView, writes into the Draft of the present event.
//
// Invariants: the tip is connected and valid; every connected block has undo data; among valid tips with bodies
// none has more work than the tip (first seen wins ties). Memory does not grow with the height of the chain.
#pragma once

#include "common/store/draft.hpp"
#include "common/util/time.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/chain/difficulty.hpp"
#include "peer-node/chain/hashed_block.hpp"
#include "peer-node/chain/seal.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace suara::chain {

struct ChainPoint {
  BlockId id;
  std::uint64_t height = 0;
  Uint256 work;  ///< accumulated, genesis included
  std::uint64_t time_ms = 0;
};

enum class BlockStatus : std::uint8_t {
  kHeaderOnly,  ///< header checked, body not seen
  kHasBody,     ///< body checked on its own (root, sizes, signatures), not connected at the moment
  kConnected,   ///< on the best chain
  kInvalid,     ///< broke a rule for good, or descends from one that did
};

struct BlockEntry {
  Header header;
  ChainPoint point;
  BlockStatus status = BlockStatus::kHeaderOnly;
};

/// The specification a store was made with; none in an empty one.
std::optional<ChainSpec> stored_spec(const store::StoreView& view);
/// The connected tip of a store; none in an empty one.
std::optional<ChainPoint> stored_tip(const store::StoreView& view);

class ChainState {
 public:
  /// What `view` holds, or a new chain at genesis, written to `draft`. `view` is not kept. A store of another
  /// specification is a CHECK: ask stored_spec first.
  static ChainState open(ChainSpec spec, const store::StoreView& view, store::Draft& draft);
  ChainState(ChainState&&) noexcept;
  ChainState& operator=(ChainState&&) noexcept;
  ~ChainState();

  [[nodiscard]] const ChainSpec& spec() const;
  [[nodiscard]] const NetworkId& network() const;
  [[nodiscard]] const ChainPoint& tip() const;          ///< best connected block
  [[nodiscard]] const ChainPoint& best_header() const;  ///< most work among headers not known to be invalid

  /// Another chain of headers has as much work as the tip's: which one lasts, the next block decides.
  [[nodiscard]] bool contested(const store::StoreView& view) const;
  [[nodiscard]] std::uint64_t headers_seen() const;  ///< grows with every new header, whatever its chain

  [[nodiscard]] std::optional<BlockEntry> find(const store::StoreView& view, const BlockId& id) const;
  [[nodiscard]] std::optional<BlockId> id_at(const store::StoreView& view, std::uint64_t height) const;  ///< best chain
  [[nodiscard]] std::optional<Block> block(const store::StoreView& view, const BlockId& id) const;  ///< with body only

  // -- headers --

  enum class HeaderVerdict : std::uint8_t { kNew, kKnown };
  /// Errors: RuleError. kOrphanHeader when the parent is unknown, kTimeTooFarAhead may hold later; others are for good.
  /// kInvalidParent also for a header known to be invalid itself. A seal's signature has been checked (check_seal) or
  /// is our own; its miner is looked for in the list here, before anything else.
  Result<HeaderVerdict> add_header(const SealedHeader& sealed, WallTime now, store::Draft& draft);

  /// What the rules for a child of this header look back on: itself last, before it its ancestors.
  [[nodiscard]] std::vector<Ancestor> ancestors(const store::StoreView& view, const BlockId& id) const;

  /// What a header was sealed with; none on open networks, of genesis, and of headers not known.
  [[nodiscard]] std::optional<Seal> seal(const store::StoreView& view, const BlockId& id) const;

  /// Ids from the best header back to genesis: 10 in a row, then at doubling distances; at most kMaxLocatorSize.
  [[nodiscard]] std::vector<BlockId> locator(const store::StoreView& view) const;
  /// Headers of the connected chain after the first locator entry on it (or genesis), ascending, at most `limit`.
  [[nodiscard]] std::vector<SealedHeader> headers_after(const store::StoreView& view,
                                                        const std::vector<BlockId>& locator, std::size_t limit) const;

  // -- bodies --

  /// Blocks without bodies on the way to the best header from this height on, lowest first, at most `limit`.
  [[nodiscard]] std::vector<ChainPoint> missing_bodies(const store::StoreView& view, std::size_t limit,
                                                       std::uint64_t from_height = 0) const;
  /// What a body shows by itself: root, size, duplicates, kinds. Not signatures. Errors: RuleError; a body whose root
  /// does not match says nothing about its header (kBadTransactionsRoot: mutated).
  Result<void> check_body(const HashedBlock& block) const;
  /// Keeps a body whose header is known, check_body passed and whose signatures hold. Idempotent.
  void add_body(HashedBlockPtr block, store::Draft& draft);
  /// The header's block broke a rule for good (a signature, say): it and its descendants never connect. Does nothing to
  /// a connected block, whose rules were all checked.
  void mark_invalid(const BlockId& id, store::Draft& draft);

  // -- moving to the most work --

  struct Step {
    std::vector<Block> disconnected;        ///< tip first
    std::vector<HashedBlockPtr> connected;  ///< lowest first
    struct Rejected {
      BlockId id;
      Error error;  ///< RuleError of the ledger rule it broke
    };
    std::vector<Rejected> rejected;
    struct Refused {
      BlockId id;                      ///< the first block of the branch
      std::uint64_t depth_blocks = 0;  ///< how far below the tip it leaves our chain
    };
    std::vector<Refused> refused;  ///< branches with more work, left alone because they go back too far (policy)
    bool more = false;             ///< stopped at kMaxBlocksPerStep: call again with a new draft
  };
  /// Connects what can be, after disconnecting what must be. With nothing to do all lists are empty. The tip's work
  /// never falls from one step to the next; lists hold the net change.
  Step advance(store::Draft& draft);

  // -- making blocks --

  /// Header of a block on the tip: bits by the difficulty rule, time >= now and above the median; nonce 0.
  [[nodiscard]] Header next_header(const store::StoreView& view, const Hash256& transactions_root, WallTime now) const;

 private:
  struct State;
  explicit ChainState(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace suara::chain
