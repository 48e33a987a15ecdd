#include "common/util/check.hpp"
#include "common/util/hex.hpp"
#include "peer-node/chain/merkle.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/ledger/transaction.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/unit/vectors/common.hpp"
#include "tests/unit/vectors/vectors.hpp"

#include <algorithm>

namespace suara::vectors {
namespace {

namespace json = boost::json;
using namespace ledger;  // NOLINT(google-build-using-namespace): all six kinds

struct Signed {
  std::string_view seed;
  Statement statement;
};

json::array texts(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

struct StatementJson {
  json::object operator()(const OpenElection& open) const {
    return {{"kind", "open_election"},
            {"title", open.title},
            {"candidates", texts(open.candidates)},
            {"electorate", open.electorate == Electorate::kOpen ? "open" : "roll"},
            {"opens_at_ms", open.opens_at_ms},
            {"closes_at_ms", open.closes_at_ms}};
  }
  json::object operator()(const AddCandidates& add) const {
    return {{"kind", "add_candidates"}, {"election", add.election.hex()}, {"candidates", texts(add.candidates)}};
  }
  json::object operator()(const EnrolVoters& enrol) const {
    json::array voters;
    for (const Enrolment& voter : enrol.voters) {
      voters.push_back({{"voter", voter.voter}, {"key", to_hex(voter.key.view())}});
    }
    return {{"kind", "enrol_voters"}, {"election", enrol.election.hex()}, {"voters", voters}};
  }
  json::object operator()(const CloseElection& close) const {
    return {{"kind", "close_election"}, {"election", close.election.hex()}};
  }
  json::object operator()(const CastVote& vote) const {
    return {{"kind", "cast_vote"}, {"election", vote.election.hex()}, {"candidate", vote.candidate}};
  }
  json::object operator()(const Record& record) const {
    return {{"kind", "record"}, {"nonce", record.nonce}, {"data", record.data}};
  }
};

// One of each kind, about two elections. The first, fifth and sixth make a valid block on genesis.
std::vector<Signed> statements() {
  const std::uint64_t genesis_ms = network().genesis_time_ms;
  const auto opening = [&](Electorate electorate, std::uint64_t opens_at_ms) {
    return OpenElection{"Ketua RT 05", {"Alice", "Bob", "Žofie"}, electorate, opens_at_ms, genesis_ms + 3'600'000};
  };
  const PublicKey organiser = PrivateKey::from_seed(kOrganiserSeed).public_key();
  const auto id_of = [&](const OpenElection& open) { return ElectionId(transaction_id({organiser, open, {}})); };
  const OpenElection open = opening(Electorate::kOpen, genesis_ms);
  const ElectionId later = id_of(opening(Electorate::kRoll, genesis_ms + 1'800'000));
  const PublicKey voter = PrivateKey::from_seed(kVoterSeed).public_key();
  return {{kOrganiserSeed, open},
          {kOrganiserSeed, AddCandidates{later, {"Dewi", "Eko"}}},
          {kOrganiserSeed, EnrolVoters{later, {{"NIK 3201", voter}, {"NIK 3202", organiser}}}},
          {kOrganiserSeed, CloseElection{later}},
          {kVoterSeed, CastVote{id_of(open), 2}},
          {kVoterSeed, Record{7, "catatan\nkedua"}}};
}

std::vector<Transaction> transactions(const std::vector<Signature>& signatures,
                                      const chain::ChainSpec& spec = network()) {
  std::vector<Transaction> made;
  for (Signed& entry : statements()) {
    made.push_back(sign(PrivateKey::from_seed(entry.seed), chain::network_id(spec), std::move(entry.statement)));
  }
  for (std::size_t i = 0; i < std::min(made.size(), signatures.size()); ++i) made[i].signature = signatures[i];
  return made;
}

}  // namespace

json::array make_transactions(const std::vector<Signature>& signatures) {
  json::array entries;
  const std::vector<Signed> stated = statements();
  const std::vector<Transaction> made = transactions(signatures);
  for (std::size_t i = 0; i < made.size(); ++i) {
    const Transaction& transaction = made[i];
    entries.push_back({{"statement", std::visit(StatementJson{}, transaction.statement)},
                       {"network_id", chain::network_id(network()).hex()},
                       {"secret_is_sha256_of", stated[i].seed},
                       {"author", to_hex(transaction.author.view())},
                       {"body", to_hex(encode_body(transaction))},
                       {"id", transaction_id(transaction).hex()},
                       {"digest", transaction_digest(transaction, chain::network_id(network())).hex()},
                       {"signature", to_hex(transaction.signature.view())},
                       {"encoding", to_hex(encode(transaction))}});
  }
  return entries;
}

std::vector<Signature> signatures_in(const json::array& entries) {
  std::vector<Signature> signatures;
  for (const json::value& entry : entries) {
    const auto bytes = from_hex(std::string_view(entry.at("signature").as_string()));
    CHECK(bytes && bytes->size() == sizeof(Signature::bytes));
    std::copy(bytes->begin(), bytes->end(), signatures.emplace_back().bytes.begin());
  }
  return signatures;
}

json::object make_block(const std::vector<Signature>& signatures) {
  const std::vector<Transaction> all = transactions(signatures);
  const chain::Block block = testing::mine_block(chain::genesis_block(network()).header, {all[0], all[4], all[5]});
  json::array ids;
  for (const Transaction& transaction : block.transactions) ids.emplace_back(transaction_id(transaction).hex());
  return {{"header", header_json(block.header)}, {"transaction_ids", ids}, {"encoding", to_hex(chain::encode(block))}};
}

json::object make_sealed_block(const std::vector<Signature>& signatures) {
  const chain::ChainSpec& spec = permissioned_network();
  const NetworkId id = chain::network_id(spec);
  const std::vector<Transaction> all = transactions({}, spec);
  chain::Block block{{}, {all[0], all[4], all[5]}};
  const std::size_t count = block.transactions.size();
  const bool published = signatures.size() == count + 1;
  for (std::size_t i = 0; published && i < count; ++i) block.transactions[i].signature = signatures[i];
  block = testing::mine_block(chain::genesis_block(spec).header, std::move(block.transactions));
  chain::Seal seal = chain::make_seal(PrivateKey::from_seed(kMinerSeeds[0]), id, chain::block_id(block.header));
  if (published) seal.signature = signatures.back();
  json::array entries;
  for (const Transaction& transaction : block.transactions) {
    entries.push_back({{"id", transaction_id(transaction).hex()},
                       {"digest", transaction_digest(transaction, id).hex()},
                       {"signature", to_hex(transaction.signature.view())},
                       {"encoding", to_hex(encode(transaction))}});
  }
  return {{"network_id", id.hex()},
          {"header", header_json(block.header)},
          {"transactions", entries},
          {"encoding", to_hex(chain::encode(block))},
          {"seal",
           {{"miner", to_hex(seal.miner.view())},
            {"digest", chain::seal_digest(id, chain::block_id(block.header)).hex()},
            {"signature", to_hex(seal.signature.view())},
            {"encoding", to_hex(chain::encode(seal))}}}};
}

}  // namespace suara::vectors
