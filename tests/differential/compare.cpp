// What the product and its twin are asked after every event.
#include "common/util/check.hpp"
#include "peer-node/ledger/election_store.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/differential/comparison.hpp"
#include "tests/differential/naive_encoding.hpp"

#include <algorithm>
#include <ranges>

namespace suara::differential {
namespace {

chain::BlockStatus status_of(const NaiveChain::Entry& entry, bool connected) {
  if (entry.invalid) return chain::BlockStatus::kInvalid;
  if (connected) return chain::BlockStatus::kConnected;
  return entry.body ? chain::BlockStatus::kHasBody : chain::BlockStatus::kHeaderOnly;
}

std::string name_of(std::optional<RuleError> error) {
  return error ? std::string(describe(*error).name) : std::string("accepted");
}

}  // namespace

void Comparison::compare_answers(const std::string& what, const std::optional<Error>& product, Answer twin) {
  const bool same = twin ? product && *product == *twin : !product;
  expect(same, what + ": the product says " + (product ? std::string(product->name()) : "accepted") + ", its twin " +
                   name_of(twin));
  if (twin) ++coverage_.errors[*twin];
}

void Comparison::compare_step(const chain::ChainState::Step& step, const NaiveChain::Moved& moved) {
  const auto same = [&](const auto& blocks, const std::vector<std::size_t>& entries) {
    return std::ranges::equal(blocks, entries, [&](const chain::Block& block, std::size_t entry) {
      return block == *twin_.entries()[entry].body;
    });
  };
  const auto blocks_of = [](const chain::HashedBlockPtr& block) -> const chain::Block& { return block->block(); };
  expect(same(step.connected | std::views::transform(blocks_of), moved.connected), "other blocks were connected");
  expect(same(step.disconnected, moved.disconnected), "other blocks were disconnected");
  expect(step.rejected.size() == moved.rejected.size(), "not as many blocks were rejected");
  for (const auto& rejected : step.rejected) {
    const auto found = moved.rejected.find(rejected.id);
    compare_answers("rejected block", rejected.error,
                    found == moved.rejected.end() ? std::nullopt : std::optional(found->second));
  }
  std::set<chain::BlockId> refused;
  for (const auto& branch : step.refused) refused.insert(branch.id);
  expect(refused == moved.refused, "other branches were refused");
}

void Comparison::compare_chain() {
  const auto& tip = twin_.entries()[twin_.tip()];
  expect(product_->tip().id == tip.id, "the tips differ");
  expect(product_->tip().height == tip.header.height && Number(product_->tip().work) == tip.work,
         "the tip's height or work differs");
  const std::size_t best = twin_.best_header();
  expect(product_->best_header().id == twin_.entries()[best].id, "the best headers differ");
  expect(product_->contested(store_) == twin_.contested(), "they disagree on whether the tip is contested");
  if (twin_.contested()) ++coverage_.ties;

  std::vector<chain::BlockId> missing;
  for (const std::size_t at : twin_.path(best)) {
    if (!twin_.entries()[at].body) missing.push_back(twin_.entries()[at].id);
  }
  const auto found = [&](std::size_t limit) {
    std::vector<chain::BlockId> ids;
    for (const chain::ChainPoint& point : product_->missing_bodies(store_, limit)) ids.push_back(point.id);
    return ids;
  };
  expect(found(SIZE_MAX) == missing, "other bodies are missing");
  if (!missing.empty()) {
    expect(found(1) == std::vector{missing.front()}, "another body is missed first");
  }
}

void Comparison::compare_entries() {
  const auto connected = twin_.path(twin_.tip());
  for (std::size_t i = 0; i < twin_.entries().size(); ++i) {
    const auto& entry = twin_.entries()[i];
    const auto found = product_->find(store_, entry.id);
    expect(found && found->header == entry.header, "a header is lost");
    if (!found) return;
    const bool on_chain = std::ranges::find(connected, i) != connected.end();
    expect(found->status == status_of(entry, on_chain), "a block's status differs");
  }
  expect(product_->headers_seen() == twin_.entries().size(), "not as many headers were seen");
  for (std::size_t height = 0; height < connected.size(); ++height) {
    expect(product_->id_at(store_, height) == twin_.entries()[connected[height]].id, "another block is at a height");
  }
  expect(rows(node_store::kHeights) == connected.size(), "there are more heights than blocks");
  expect(rows(node_store::kUndo) == connected.size() - 1, "not every connected block has undo data, or others have");

  const auto locator = product_->locator(store_);
  expect(locator.front() == product_->best_header().id && locator.back() == twin_.entries()[0].id,
         "the locator does not lead from the best header to genesis");
  std::vector<chain::SealedHeader> after;
  for (std::size_t height = 1; height < connected.size(); ++height) {
    after.emplace_back(twin_.entries()[connected[height]].header);
  }
  expect(product_->headers_after(store_, {}, SIZE_MAX) == after, "other headers follow genesis");
}

std::size_t Comparison::rows(store::Family family) const {
  std::size_t count = 0;
  store_.scan(family, {}, [&](std::string_view, std::string_view) { return ++count > 0; });
  return count;
}

void Comparison::compare_ledger() {
  const NaiveLedger& twin = twin_.ledger();
  expect(rows(node_store::kTransactions) == twin.transactions().size(), "not as many transactions are confirmed");
  for (const auto& [id, place] : twin.transactions()) {
    const auto found = ledger::find_transaction(store_, id);
    expect(found && found->block == place.first && found->index == place.second, "a transaction is elsewhere");
  }
  const auto elections = ledger::elections(store_, {}, SIZE_MAX);
  expect(elections.size() == twin.elections().size(), "not as many elections are open");
  for (const auto& state : elections) compare_election(state);

  std::size_t votes = 0;
  std::size_t tallies = 0;
  std::size_t enrolled = 0;
  for (const auto& [id, election] : twin.elections()) {
    std::set<std::uint16_t> voted_for;
    for (const auto& [voter, vote] : election.votes) voted_for.insert(vote.candidate);
    votes += election.votes.size();
    tallies += voted_for.size();
    enrolled += election.roll.size();
  }
  expect(rows(node_store::kVotes) == votes, "not as many votes are stored");
  expect(rows(node_store::kTallies) == tallies, "not as many tallies are stored");
  expect(rows(node_store::kRoll) == enrolled && rows(node_store::kRollNames) == enrolled, "the roll has another size");
}

void Comparison::compare_election(const ledger::ElectionState& state) {
  const auto found = twin_.ledger().elections().find(state.id);
  expect(found != twin_.ledger().elections().end(), "there is an election too many");
  if (found == twin_.ledger().elections().end()) return;
  const NaiveLedger::Election& election = found->second;
  expect(state.organiser == election.organiser && state.definition == election.definition &&
             state.closed_early == election.closed_early,
         "an election differs");
  expect(state.enrolled == election.roll.size() && state.votes == election.votes.size(), "an election's counts differ");
  for (const auto& [name, key] : election.roll) {
    expect(ledger::is_enrolled(store_, state.id, key) && ledger::has_roll_name(store_, state.id, name),
           "a voter is not on the roll");
  }
  std::vector<std::uint64_t> tally(election.definition.candidates.size());
  for (const auto& [voter, vote] : election.votes) {
    ++tally[vote.candidate];
    const auto entry = ledger::find_vote(store_, state.id, voter);
    expect(entry && entry->candidate == vote.candidate && entry->transaction == vote.transaction, "a vote differs");
  }
  expect(ledger::tally(store_, state) == tally, "a tally differs");
}

}  // namespace suara::differential
