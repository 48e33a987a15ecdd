#include "common/util/rng.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/unit/ledger/ledger_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace suara::ledger {
namespace {

using Contents = std::map<std::pair<store::Family, std::string>, std::string>;

Contents contents(const store::StoreView& view) {
  Contents all;
  for (store::Family family = 0; family < node_store::family_names().size(); ++family) {
    view.scan(family, "", [&](std::string_view key, std::string_view value) {
      all[{family, std::string(key)}] = value;
      return true;
    });
  }
  return all;
}

TEST(Undo, TakesBackEveryKindOfTransaction) {
  LedgerFixture ledger;
  const ElectionId id = ledger.open(small_election(Electorate::kRoll));
  const Contents before = contents(ledger.disk);

  store::Draft draft(ledger.disk);
  const Applied first = apply_block(
      ledger.rules,
      {by_organiser(AddCandidates{id, {"Dora"}}),
       by_organiser(EnrolVoters{id, {{"a", key_of("a")}, {"b", key_of("b")}}}), by_organiser(Record{0, "text"})},
      {{}, 2, 500}, draft);
  const Applied second = apply_block(
      ledger.rules, {vote_by("a", id, 3), vote_by("b", id, 3), by_organiser(CloseElection{id})}, {{}, 3, 1'000}, draft);
  ASSERT_FALSE(first.error || second.error);
  EXPECT_EQ(find_election(draft, id)->votes, 2U);

  undo_block(second.undo, draft);
  EXPECT_EQ(find_election(draft, id)->votes, 0U);
  EXPECT_FALSE(find_election(draft, id)->closed_early);
  EXPECT_EQ(find_election(draft, id)->enrolled, 2U);
  undo_block(first.undo, draft);
  ledger.disk.apply(draft.take());
  EXPECT_EQ(contents(ledger.disk), before);
}

// Random blocks, many of them refused; then all taken back, comparing each state on the way down.
TEST(Undo, IsExactForRandomBlocks) {
  const std::uint64_t seed = 7;
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  LedgerFixture ledger;
  const ElectionId open = ledger.open();
  OpenElection second = small_election(Electorate::kRoll);
  second.opens_at_ms = 1'500;
  const ElectionId roll = ledger.open(second);

  const auto random_transaction = [&]() -> Transaction {
    const std::string voter = "v" + std::to_string(rng.below(20));
    const ElectionId& id = rng.below(2) == 0 ? open : roll;
    switch (rng.below(5)) {
      case 0: return by_organiser(AddCandidates{id, {"c" + std::to_string(rng.below(10))}});
      case 1: return by_organiser(EnrolVoters{roll, {{voter, key_of(voter)}}});
      case 2: return by_organiser(Record{rng.below(10), "x"});
      default: return vote_by(voter, id, static_cast<std::uint16_t>(rng.below(4)));
    }
  };
  std::vector<std::pair<Contents, std::string>> history;
  std::size_t refused = 0;
  for (std::uint64_t height = 2; height < 150; ++height) {
    store::Draft draft(ledger.disk);
    std::vector<Transaction> block;
    for (std::uint64_t i = 0; i <= rng.below(3); ++i) block.push_back(random_transaction());
    const Contents before = contents(ledger.disk);
    Applied applied = apply_block(ledger.rules, block, {{}, height, 900 + height * 8}, draft);
    if (applied.error) {
      ++refused;
      EXPECT_TRUE(draft.empty());
      continue;
    }
    history.emplace_back(before, std::move(applied.undo));
    ledger.disk.apply(draft.take());
  }
  EXPECT_GT(history.size(), 20U);
  EXPECT_GT(refused, 20U);
  for (auto block = history.rbegin(); block != history.rend(); ++block) {
    store::Draft draft(ledger.disk);
    undo_block(block->second, draft);
    ledger.disk.apply(draft.take());
    ASSERT_EQ(contents(ledger.disk), block->first);
  }
}

}  // namespace
}  // namespace suara::ledger
