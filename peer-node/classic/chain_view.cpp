#include "peer-node/classic/chain_view.hpp"

#include "common/util/base64.hpp"
#include "peer-node/classic/limits.hpp"
#include "peer-node/ledger/ledger.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <optional>
#include <vector>

namespace suara::classic {
namespace {

std::string json_text(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

/// How the book calls a voter: short, and the same on every node.
std::string voter_id(const PublicKey& key) { return sha256(key.view()).hex().substr(0, 16); }

struct Data {
  std::string voter;
  std::string candidate;
  std::uint64_t time_s = 0;
};

/// The election opened last, by its block's height and its place there.
std::optional<ledger::ElectionState> newest_election(const chain::ChainState& chain, const store::StoreView& view) {
  constexpr std::size_t kPage = 256;
  std::optional<ledger::ElectionState> newest;
  std::pair<std::uint64_t, std::uint32_t> newest_place;
  std::optional<ledger::ElectionId> after;
  for (;;) {
    const auto page = ledger::elections(view, after, kPage);
    for (const ledger::ElectionState& election : page) {
      const auto location = ledger::find_transaction(view, ledger::TransactionId(election.id));
      const auto block = location ? chain.find(view, chain::BlockId(location->block)) : std::nullopt;
      const std::pair place(block ? block->point.height : 0, location ? location->index : 0U);
      if (!newest || place > newest_place) {
        newest = election;
        newest_place = place;
      }
    }
    if (page.size() < kPage) return newest;
    after = page.back().id;
  }
}

std::string block_json(std::size_t index, const Data& data, const Hash256& previous, const Hash256& hash) {
  return "{\"Index\":" + std::to_string(index) + ",\"Timestamp\":" + std::to_string(data.time_s) +
         ",\"Data\":{\"voter_id\":" + json_text(data.voter) + ",\"candidate_id\":" + json_text(data.candidate) +
         ",\"timestamp\":" + std::to_string(data.time_s) + "},\"PrevHash\":\"" + to_base64(previous.view()) +
         "\",\"Hash\":\"" + to_base64(hash.view()) + "\",\"Nonce\":0}";
}

std::uint64_t block_time_s(const chain::ChainState& chain, const store::StoreView& view,
                           const ledger::TransactionId& id) {
  const auto location = ledger::find_transaction(view, id);
  const auto block = location ? chain.find(view, chain::BlockId(location->block)) : std::nullopt;
  return block ? block->point.time_ms / 1000 : 0;
}

/// The lists of a classic blockchain, as JSON without their brackets.
struct Lists {
  std::string blocks;
  std::string candidates;
  std::string votes;
  std::string voters;

  [[nodiscard]] std::size_t size() const { return blocks.size() + candidates.size() + votes.size() + voters.size(); }
};

void append(std::string& list, const std::string& item) {
  if (!list.empty()) list.push_back(',');
  list.append(item);
}

/// Base64 takes four bytes for three.
constexpr std::size_t kMaxJsonSizeBytes = kMaxAnswerSizeBytes / 4 * 3 - 1024;

void list_votes(const chain::ChainState& chain, const store::StoreView& view, const ledger::ElectionState& election,
                Hash256 previous, Lists& lists) {
  const auto votes = ledger::votes(view, election.id, std::nullopt, kMaxVotes);
  std::vector<std::uint64_t> counts(election.definition.candidates.size(), 0);
  std::size_t index = 1;
  for (const ledger::VoteEntry& vote : votes) {
    if (vote.candidate >= counts.size()) continue;  // of an election that was reorganised between two reads
    const Data data{voter_id(vote.voter), election.definition.candidates.at(vote.candidate),
                    block_time_s(chain, view, vote.transaction)};
    append(lists.blocks, block_json(index++, data, previous, vote.transaction));
    append(lists.voters, json_text(data.voter) + ":true");
    previous = vote.transaction;
    ++counts.at(vote.candidate);
    if (lists.size() > kMaxJsonSizeBytes - kMaxJsonSizeBytes / 4) break;
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string name = json_text(election.definition.candidates[i]);
    append(lists.candidates, name);
    append(lists.votes, name + ":" + std::to_string(counts[i]));
  }
}

}  // namespace

std::string blockchain_line(const chain::ChainState* chain, const store::StoreView& view) {
  Lists lists;
  const Data genesis{"system", "Genesis Block", 0};
  const Hash256 first = chain == nullptr ? Hash256{} : chain->id_at(view, 0).value_or(chain::BlockId{});
  append(lists.blocks, block_json(0, genesis, Hash256{}, first));
  if (chain != nullptr) {
    if (const auto election = newest_election(*chain, view)) list_votes(*chain, view, *election, first, lists);
  }
  const std::string blockchain = "{\"Blocks\":[" + lists.blocks + "],\"Election\":{\"Candidates\":[" +
                                 lists.candidates + "],\"Votes\":{" + lists.votes + "},\"Voters\":{" + lists.voters +
                                 "}}}";
  return "{\"type\":\"blockchain_update\",\"data\":\"" + to_base64(as_bytes(blockchain)) + "\"}\n";
}

}  // namespace suara::classic
