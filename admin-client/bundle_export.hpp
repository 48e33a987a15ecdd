// Reads an election's bundle (proto-docs/bundle.md) from a node and writes it as it comes, in memory that does not grow
// with the chain. What the node says is checked as far as it costs little: the headers' chain, work and seals, and that
// each block's body is the one its header commits to. The rest is for `election verify`.
#pragma once

#include "common/client/node_api.hpp"
#include "common/client/output_file.hpp"
#include "peer-node/audit/bundle.hpp"
#include "peer-node/audit/header_chain.hpp"

namespace suara::admin {

class BundleExport {
 public:
  /// Asks for specification, election and tip; the bundle will be of the chain that ends there. Throws Failure.
  BundleExport(client::NodeApi& node, const ledger::ElectionId& election, bool with_blocks);

  /// Throws Failure: kUnavailable when the node's chain is reorganised meanwhile or its answers make no sense.
  void write(client::OutputFile& out);

  [[nodiscard]] const audit::EndLine& end() const { return end_; }
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }  ///< written

 private:
  void write_block(client::OutputFile& out, const chain::SealedHeader& sealed);
  chain::Block body_of(const chain::Header& header);

  client::NodeApi& node_;
  audit::BundleHead head_;
  audit::EndLine end_;
  std::uint64_t transactions_ = 0;
};

}  // namespace suara::admin
