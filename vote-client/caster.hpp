// Casts a file of votes: signs on every core, keeps a few requests under way at every node, and repeats what a node
// could not take at that moment. A ballot is signed once, so that a repetition is the same transaction.
#pragma once

#include "peer-node/ledger/transaction.hpp"
#include "vote-client/ballot_queue.hpp"
#include "vote-client/voter_keys.hpp"
#include "vote-client/votes_file.hpp"

#include <string>
#include <vector>

namespace suara::voting {

struct CastOrder {
  std::vector<std::string> nodes;  ///< URLs; at least one
  NetworkId network;
  ledger::ElectionId election;
};

/// Returns when every ballot is accepted by a node or refused. Shows its progress. Throws Failure when a key can be
/// neither read nor written.
Tally cast_all(const CastOrder& order, const std::vector<Ballot>& ballots, const VoterKeys& keys);

}  // namespace suara::voting
