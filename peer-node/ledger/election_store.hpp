// How elections, rolls, votes and tallies lie in the store (families of store/schema.hpp), and nothing else: the rules
// are in election_rules.hpp and one_vote.hpp. Values are our own writing, so damage in them is a CHECK.
#pragma once

#include "common/store/draft.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace suara::ledger {

/// The part of an election every vote is judged by; read without its texts.
struct ElectionTerms {
  PublicKey organiser;
  Electorate electorate = Electorate::kOpen;
  std::uint64_t opens_at_ms = 0;
  std::uint64_t closes_at_ms = 0;
  bool closed_early = false;
  std::uint64_t enrolled = 0;
  std::uint16_t candidates = 0;  ///< how many
};

// -- keys, shared with the mempool, which keeps the effects of what waits under the same keys --

std::string transaction_key(const TransactionId& id);
std::string election_key(const ElectionId& id);
std::string tally_key(const ElectionId& election, std::uint16_t candidate);
std::string vote_key(const ElectionId& election, const PublicKey& voter);
std::string roll_key(const ElectionId& election, const PublicKey& voter);
std::string roll_name_key(const ElectionId& election, std::string_view name);

// -- reading what ledger.hpp does not offer --

std::optional<ElectionTerms> find_terms(const store::StoreView& view, const ElectionId& id);
void for_each_terms(const store::StoreView& view, const std::function<void(const ElectionTerms&)>& visit);
bool has_voted(const store::StoreView& view, const ElectionId& election, const PublicKey& voter);
bool is_enrolled(const store::StoreView& view, const ElectionId& election, const PublicKey& voter);
bool has_roll_name(const store::StoreView& view, const ElectionId& election, std::string_view name);

/// Enrolled voters, in order of the key, after `after`, at most `limit`. Empty for an open election.
std::vector<Enrolment> roll(const store::StoreView& view, const ElectionId& election, std::optional<PublicKey> after,
                            std::size_t limit);

// -- writing --

void put_location(store::WritableView& view, const TransactionId& id, const Location& location);
/// Everything but the votes, which are the sum of the tallies.
void put_election(store::WritableView& view, const ElectionState& election);
void put_enrolment(store::WritableView& view, const ElectionId& election, const Enrolment& voter);
/// The vote itself and one more in its candidate's tally.
void put_vote(store::WritableView& view, const ElectionId& election, const VoteEntry& vote);

}  // namespace suara::ledger
