// Compares two bundles that have each been found valid: where their chains part, which of the election's transactions
// only one of them has, and whether the tallies are the same.
//
// Fed in lockstep by height (`wants` says from which), so that memory is that of the differences and not of the chains.
#pragma once

#include "peer-node/audit/bundle.hpp"

#include <array>
#include <map>
#include <optional>
#include <vector>

namespace suara::audit {

enum class Side : std::uint8_t { kLeft = 0, kRight = 1 };

struct Difference {
  bool same_network = false;
  bool same_election = false;
  std::uint64_t common_height = 0;     ///< up to which both have the same headers; genesis is common to a network
  std::uint64_t sealed_otherwise = 0;  ///< of these, blocks that bear seals of different miners
  bool parted = false;                 ///< both have a block above the common height, and not the same one
  struct Of {
    std::uint64_t height = 0;
    chain::BlockId tip;
    Tally tally;
    std::uint64_t only_here = 0;                ///< transactions of the election that the other has not
    std::uint64_t only_here_in_common = 0;      ///< of these, in blocks that both have: the other left them out
    std::vector<ledger::TransactionId> listed;  ///< the first of them in the chain's order, kMaxListedTransactions
  };
  std::array<Of, 2> sides;
  [[nodiscard]] bool same_tally() const { return sides[0].tally == sides[1].tally; }
  /// They cannot both be right: one is not merely further than the other.
  [[nodiscard]] bool contradicts() const;
};

class BundleDiff {
 public:
  /// From which bundle the next line is to come; nullopt at the end of both.
  [[nodiscard]] std::optional<Side> wants() const;
  void take(Side side, const BundleLine& line);
  [[nodiscard]] Difference result() const;

 private:
  struct Reading {
    std::optional<BundleHead> head;
    std::optional<EndLine> end;
    std::uint64_t height = 0;
    std::map<ledger::TransactionId, std::uint64_t> unmatched;  // -> height of its block
  };

  void on_header(Side side, const chain::SealedHeader& header);
  void on_transaction(Side side, const ledger::Transaction& transaction);
  Reading& reading(Side side) { return readings_[static_cast<std::size_t>(side)]; }
  [[nodiscard]] const Reading& reading(Side side) const { return readings_[static_cast<std::size_t>(side)]; }

  std::array<Reading, 2> readings_;
  std::optional<chain::SealedHeader> ahead_;  // the header one side is ahead by
  std::uint64_t common_height_ = 0;
  std::uint64_t sealed_otherwise_ = 0;
  bool parted_ = false;
};

}  // namespace suara::audit
