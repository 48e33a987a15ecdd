// The test vectors of proto-docs/vectors, made by this code. ECDSA signatures differ each time they are made, so those
// of an existing file are kept: the makers take them as an argument.
#pragma once

#include "common/crypto/p256.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace suara::vectors {

boost::json::array make_headers();
boost::json::array make_merkle_trees();
boost::json::array make_targets();
boost::json::array make_difficulties();
boost::json::array make_chain_specs();
/// Headers sealed by each miner of the permissioned network, with these signatures or afresh.
boost::json::array make_seals(const std::vector<Signature>& signatures);

/// One of each kind; signed afresh unless there is a signature for each.
boost::json::array make_transactions(const std::vector<Signature>& signatures);
/// The signatures in a file's transactions or seals.
std::vector<Signature> signatures_in(const boost::json::array& entries);
/// A block of some of those transactions, on its network's genesis.
boost::json::object make_block(const std::vector<Signature>& signatures);

/// The same block on the permissioned network's genesis, with its first miner's seal. Signed afresh unless there are
/// signatures for its transactions and, last, the seal.
boost::json::object make_sealed_block(const std::vector<Signature>& signatures);

/// With line breaks and indentation, for people.
std::string to_text(const boost::json::value& value);

}  // namespace suara::vectors
