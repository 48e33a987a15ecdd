// The node's database: which column family holds what. Integers in keys are big-endian, so that they sort;
// values use the canonical encoding's little-endian integers. Changing any of this needs a new kFormatVersion and a
// step in migrations() that brings databases of the last one here.
#pragma once

#include "common/store/migration.hpp"
#include "common/store/store_view.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace suara::node_store {

inline constexpr std::uint32_t kFormatVersion = 4;

enum : store::Family {
  kMeta = 0,             ///< name -> value: tip, chain specification
  kHeaders = 1,          ///< block id -> header ‖ accumulated work ‖ state (chain/header_tree.hpp)
  kBodies = 2,           ///< block id -> encoded block
  kHeights = 3,          ///< height u64 -> id of the best chain's block there
  kUndo = 4,             ///< block id -> what connecting it changed in the ledger families
  kTransactions = 5,     ///< transaction id -> block id ‖ index u32, best chain only
  kElections = 6,        ///< election id -> its definition and state
  kTallies = 7,          ///< election id ‖ candidate u16 -> votes u64
  kVotes = 8,            ///< election id ‖ voter key -> candidate u16 ‖ transaction id
  kRoll = 9,             ///< election id ‖ voter key -> the roll's name for the voter
  kRollNames = 10,       ///< election id ‖ name -> voter key
  kMempool = 11,         ///< arrival u64 -> transaction
  kAddresses = 12,       ///< the address book (p2p/address_row.hpp)
  kHeaderHeights = 13,   ///< height u64 -> id of the best header's ancestor there
  kHeaderChildren = 14,  ///< block id ‖ child's id -> nothing
  kTips = 15,            ///< the ends that fork choice picks from, in order of rank (chain/fork_choice.hpp)
  kSeals = 16,           ///< block id -> its header's seal (chain/seal.hpp); on networks that list miners only
  kAdmin = 17,           ///< what the operator told the node: bans (p2p/ban_list.hpp)
};

/// Names in kMeta.
inline constexpr std::string_view kTipKey = "tip";                   ///< id of the connected tip
inline constexpr std::string_view kSpecKey = "chain_specification";  ///< its canonical JSON
inline constexpr std::string_view kHeadersSeenKey = "headers_seen";  ///< how many, u64: numbers them as they come

/// A height as a key.
inline std::string height_key(std::uint64_t height) {
  std::string key;
  for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(height >> shift));
  return key;
}

/// Column families in the order of the numbers above.
inline std::vector<std::string> family_names() {
  return {"meta",      "headers",        "bodies",          "heights", "undo",       "transactions",
          "elections", "tallies",        "votes",           "roll",    "roll_names", "mempool",
          "addresses", "header_heights", "header_children", "tips",    "seals",      "admin"};
}

/// How a database of an older format becomes one of this: a step from each format to the next. Those without a step
/// here are not read any more.
inline std::vector<store::Migration> migrations() {
  return {{.from = 1, .what = "adds the family `seals`", .next = store::no_rows_change},
          {.from = 2, .what = "lets rows of the address book say more", .next = store::no_rows_change},
          {.from = 3, .what = "adds the family `admin`", .next = store::no_rows_change}};
}

}  // namespace suara::node_store
