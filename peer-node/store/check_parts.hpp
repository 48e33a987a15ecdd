// The parts of the check, in the order they are made; what they share.
#pragma once

#include "peer-node/chain/header_tree.hpp"
#include "peer-node/store/check.hpp"
#include "peer-node/store/schema.hpp"

#include <optional>
#include <string>

namespace suara::node_store {

/// What one check knows.
struct Inspection {
  const CheckPorts& ports;
  chain::ChainSpec spec;
  NetworkId network;
  chain::TreeEntry tip;
  CheckReport report{};
  bool replayed = true;  ///< the scratch ledger is complete

  void problem(store::Family family, std::string_view key, std::string_view what) {
    report.findings.add(family, key, what);
  }
  void tell(std::string_view part, std::uint64_t done, std::uint64_t total) const {
    if (ports.progress && (done % kRowsPerReport == 0 || done == total)) ports.progress(part, done, total);
  }
};

/// An id that is a key's or value's bytes.
std::optional<chain::BlockId> id_of(std::string_view bytes);
/// A height that is a key; nullopt where it is none.
std::optional<std::uint64_t> height_of(std::string_view key);
/// A header's row, if there is one that can be read.
std::optional<chain::TreeEntry> read_entry(const store::StoreView& view, const chain::BlockId& id);

/// Every header: id, parent, seal, height, work, rules, flags, its place in the indexes of headers and among the tips.
void check_headers(Inspection& inspection);
/// The connected chain and its ledger, replayed; bodies and undo data.
void check_blocks(Inspection& inspection);
/// The ledger in the database and the replayed one, row by row.
void compare_ledgers(Inspection& inspection);
/// What stands beside the chain: names, waiting transactions, addresses.
void check_other_rows(Inspection& inspection);

}  // namespace suara::node_store
