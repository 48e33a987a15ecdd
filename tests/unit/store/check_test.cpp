// The check of a node's database: silent about a sound one, and not about one in which any row was touched.
#include "peer-node/store/check.hpp"

#include "common/util/hex.hpp"
#include "common/util/rng.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/support/chain_builder.hpp"
#include "tests/support/chain_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace suara::testing {
namespace {

using namespace node_store;  // NOLINT(google-build-using-namespace): the families, by their names

constexpr std::uint64_t kFarAhead = 4'000'000'000'000;

// Elections with and without a roll, votes, a branch that lost, one whose block is invalid, a header without a body,
// and what stands beside the chain.
class Database {
 public:
  explicit Database(chain::ChainSpec spec = easy_spec()) : spec_(std::move(spec)), driver_(spec_) {
    const auto open = open_election(spec_, {"Alice", "Bob"}, 0, kFarAhead);
    const auto rolled =
        ledger::sign(organiser_key(), driver_.chain().network(),
                     ledger::OpenElection{"Roll", {"Yes"}, ledger::Electorate::kRoll, 1'100'000'000, kFarAhead});
    const auto roll = election_id(rolled);
    chain::Header at = grow(driver_.genesis(), {open, rolled});
    at = grow(at, {by_organiser(ledger::AddCandidates{roll, {"No"}}),
                   by_organiser(ledger::EnrolVoters{roll, {{"ann", voter_key(1).public_key()}}})});
    const chain::Header fork = at;
    at = grow(at, {vote(spec_, voter_key(1), election_id(open), 0), vote(spec_, voter_key(2), election_id(open), 1)});
    at = grow(at, {vote(spec_, voter_key(3), election_id(open), 1), record(spec_, voter_key(4), 1)});
    at = grow(at, {by_organiser(ledger::CloseElection{election_id(open)})});

    const auto lost = mine_block(fork, {record(spec_, voter_key(5), 2)}, {}, 77);
    EXPECT_TRUE(driver_.add(lost, seal_of(lost.header)));
    const auto stray = mine_block(lost.header, {}, {}, 99);
    EXPECT_TRUE(driver_.add_header({stray.header, seal_of(stray.header)}));
    const auto twice = mine_block(at, {vote(spec_, voter_key(3), election_id(open), 0)});
    EXPECT_FALSE(driver_.add(twice, seal_of(twice.header)));

    store::WriteBatch beside;
    beside.put(kMempool, height_key(3), std::string(as_text(ledger::encode(record(spec_, voter_key(6), 3)))));
    beside.put(kAddresses, "192.0.2.1:3000", std::string(8, '\1'));
    apply(beside);
  }

  void apply(const store::WriteBatch& batch) { const_cast<store::MemoryStore&>(driver_.store()).apply(batch); }

  [[nodiscard]] CheckReport check() const {
    store::MemoryStore scratch;
    return check_database({.view = driver_.store(),
                           .scratch = scratch,
                           .write_scratch = [&](const store::WriteBatch& batch) { scratch.apply(batch); },
                           .progress = {}},
                          driver_.chain().network());
  }
  [[nodiscard]] const store::StoreView& view() const { return driver_.store(); }
  ChainDriver& driver() { return driver_; }

 private:
  chain::Header grow(const chain::Header& parent, std::vector<ledger::Transaction> transactions) {
    const auto block = mine_block(parent, std::move(transactions));
    const auto added = driver_.add(block, seal_of(block.header));
    EXPECT_TRUE(added) << added.error().message();
    return block.header;
  }
  [[nodiscard]] std::optional<chain::Seal> seal_of(const chain::Header& header) const {
    return chain::lists_miners(spec_) ? sealed(spec_, header).seal : std::nullopt;
  }
  ledger::Transaction by_organiser(ledger::Statement statement) const {
    return ledger::sign(organiser_key(), driver_.chain().network(), std::move(statement));
  }

  chain::ChainSpec spec_;
  ChainDriver driver_;
};

store::WriteBatch put(store::Family family, const std::string& key, const std::string& value) {
  store::WriteBatch batch;
  batch.put(family, key, value);
  return batch;
}

store::WriteBatch remove(store::Family family, const std::string& key) {
  store::WriteBatch batch;
  batch.remove(family, key);
  return batch;
}

chain::BlockId id_from(const std::string& key) {
  const auto id = chain::BlockId::from_hex(to_hex(as_bytes(key)));
  EXPECT_TRUE(id);
  return *id;
}

std::string genesis_key(const chain::ChainSpec& spec) {
  return std::string(as_text(chain::block_id(chain::genesis_block(spec).header).view()));
}

TEST(DatabaseCheck, FindsNothingInASoundDatabase) {
  const Database database;
  const auto report = database.check();
  EXPECT_THAT(report.findings.listed(), ::testing::IsEmpty());
  EXPECT_EQ(report.height, 5U);
  EXPECT_EQ(report.headers, 9U);
  EXPECT_EQ(report.transactions, 9U);
  EXPECT_EQ(report.votes, 3U);
}

TEST(DatabaseCheck, FindsNothingInADatabaseWithoutAChain) {
  const store::MemoryStore empty;
  store::MemoryStore scratch;
  const auto report = check_database({.view = empty,
                                      .scratch = scratch,
                                      .write_scratch = [&](const store::WriteBatch& batch) { scratch.apply(batch); },
                                      .progress = {}},
                                     NetworkId{});
  EXPECT_EQ(report.findings.count(), 0U);
}

TEST(DatabaseCheck, FindsEveryRowThatIsMissing) {
  Database database;
  for (store::Family family = 0; family < family_names().size(); ++family) {
    if (family == kMempool || family == kAddresses) continue;  // nothing says what should be there
    for (const auto& [key, value] : contents(database.view(), family)) {
      database.apply(remove(family, key));
      EXPECT_GT(database.check().findings.count(), 0U) << family_names()[family] << " " << to_hex(as_bytes(key));
      database.apply(put(family, key, value));
    }
  }
  EXPECT_EQ(database.check().findings.count(), 0U);
}

TEST(DatabaseCheck, FindsEveryRowThatWasChanged) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng rng(seed);
  Database database;
  for (store::Family family = 0; family < family_names().size(); ++family) {
    if (family == kAddresses || family == kHeaderChildren) continue;  // a time nobody else knows; no values
    for (const auto& [key, value] : contents(database.view(), family)) {
      // When a header came is nowhere else either, but for those that are ends.
      const std::size_t size = family == kHeaders ? value.size() - sizeof(std::uint64_t) : value.size();
      std::string changed = value;
      const std::size_t at = rng.below(size);
      changed[at] = static_cast<char>(changed[at] ^ (1 << rng.below(8)));
      database.apply(put(family, key, changed));
      EXPECT_GT(database.check().findings.count(), 0U)
          << family_names()[family] << " " << to_hex(as_bytes(key)) << " at " << at;
      database.apply(put(family, key, value));
    }
  }
  EXPECT_EQ(database.check().findings.count(), 0U);
}

TEST(DatabaseCheck, FindsEveryRowThatComesFromNowhere) {
  Database database;
  for (store::Family family = 0; family < family_names().size(); ++family) {
    const auto rows = contents(database.view(), family);
    std::string key = rows.empty() ? std::string(32, 'k') : rows.front().first;
    key.back() = static_cast<char>(key.back() ^ 0x55);
    if (family == kMempool || family == kAddresses) key = "nonsense";
    const std::string value = family == kMempool || rows.empty() ? "nonsense" : rows.front().second;
    database.apply(put(family, key, family == kAddresses ? "nonsense!" : value));
    EXPECT_GT(database.check().findings.count(), 0U) << family_names()[family];
    database.apply(remove(family, key));
  }
}

TEST(DatabaseCheck, OfANetworkThatListsMinersNeedsEverySealAndThatItHolds) {
  const auto spec = permissioned_spec();
  Database database(spec);
  ASSERT_THAT(database.check().findings.listed(), ::testing::IsEmpty());
  const auto seals = contents(database.view(), kSeals);
  EXPECT_EQ(seals.size(), 8U) << "every header's but genesis, whether connected or not";
  const auto expect = [&](const store::WriteBatch& change, const std::string& key, const std::string& words) {
    const std::string kept = *database.view().get(kSeals, key);
    database.apply(change);
    EXPECT_THAT(database.check().findings.listed(),
                ::testing::ElementsAre(
                    ::testing::AllOf(::testing::HasSubstr(to_hex(as_bytes(key))), ::testing::HasSubstr(words))));
    database.apply(put(kSeals, key, kept));
  };
  const auto bytes_of = [](const chain::Seal& seal) { return std::string(as_text(chain::encode(seal))); };
  for (const auto& [key, value] : seals) {
    const chain::BlockId id = id_from(key);
    expect(remove(kSeals, key), key, "has no seal");
    std::string flipped = value;
    flipped.back() ^= '\1';
    expect(put(kSeals, key, flipped), key, "seal");
    expect(put(kSeals, key, value.substr(1)), key, "128 bytes");
    const auto stranger = chain::make_seal(miner_key(2), chain::network_id(spec), id);
    expect(put(kSeals, key, bytes_of(stranger)), key, to_hex(stranger.miner.view()));
    const auto elsewhere = chain::make_seal(miner_key(0), chain::network_id(easy_spec()), id);
    expect(put(kSeals, key, bytes_of(elsewhere)), key, "seal");
  }
  const std::string other = seals[0].second;
  expect(put(kSeals, seals[1].first, other), seals[1].first, "seal");
  EXPECT_THAT(database.check().findings.listed(), ::testing::IsEmpty());
  database.apply(put(kSeals, genesis_key(spec), other));
  EXPECT_THAT(database.check().findings.listed(), ::testing::ElementsAre(::testing::HasSubstr("needs none")));
}

TEST(DatabaseCheck, OfAnOpenNetworkHoldsNoSeal) {
  Database database;
  const auto tip = *database.view().get(kMeta, kTipKey);
  const auto seal = chain::make_seal(miner_key(0), chain::network_id(easy_spec()), id_from(tip));
  database.apply(put(kSeals, tip, std::string(as_text(chain::encode(seal)))));
  EXPECT_THAT(
      database.check().findings.listed(),
      ::testing::ElementsAre(::testing::AllOf(::testing::HasSubstr("seals"), ::testing::HasSubstr("needs none"))));
}

TEST(DatabaseCheck, SaysWhereAndWhat) {
  Database database;
  const auto tallies = contents(database.view(), kTallies);
  database.apply(put(kTallies, tallies.front().first, std::string(8, '\7')));
  EXPECT_THAT(
      database.check().findings.listed(),
      ::testing::ElementsAre(::testing::AllOf(::testing::HasSubstr("tallies " + to_hex(as_bytes(tallies[0].first))),
                                              ::testing::HasSubstr("is not what the blocks say"))));
}

TEST(DatabaseCheck, TheBestHeaderThatCannotBeReadIsNamed) {
  Database database;
  std::string best;  // the last row of the first kind
  for (const auto& [key, value] : contents(database.view(), kTips)) {
    if (key.front() == '\1') best = key;
  }
  ASSERT_NE(best, "");
  database.apply(put(kTips, best, "short"));
  EXPECT_EQ(check_for_opening(database.view()), "the best header cannot be read");
  EXPECT_GT(database.check().findings.count(), 0U);
}

TEST(DatabaseCheck, CountsWhatItDoesNotList) {
  Database database;
  for (int i = 0; i < 60; ++i) database.apply(put(kAddresses, "bad " + std::to_string(i), ""));
  const auto findings = database.check().findings;
  EXPECT_EQ(findings.count(), 60U);
  EXPECT_EQ(findings.listed().size(), kMaxProblemsListed);
}

TEST(DatabaseCheck, OfAnotherNetworkIsNoneOfThisOne) {
  const Database database;
  store::MemoryStore scratch;
  const auto report = check_database({.view = database.view(),
                                      .scratch = scratch,
                                      .write_scratch = [&](const store::WriteBatch& batch) { scratch.apply(batch); },
                                      .progress = {}},
                                     NetworkId{});
  ASSERT_EQ(report.findings.count(), 1U);
  EXPECT_THAT(report.findings.listed().front(), ::testing::HasSubstr("is of network"));
}

TEST(DatabaseCheck, ForOpeningFindsWhatWouldNotOpen) {
  Database database;
  EXPECT_EQ(check_for_opening(database.view()), "");
  EXPECT_EQ(check_for_opening(store::MemoryStore()), "");
  for (const auto& [key, value] : contents(database.view(), kMeta)) {
    database.apply(remove(kMeta, key));
    EXPECT_NE(check_for_opening(database.view()), "") << key;
    database.apply(put(kMeta, key, value));
  }
  const std::string tip = *database.view().get(kMeta, kTipKey);
  database.apply(remove(kHeaders, tip));
  EXPECT_EQ(check_for_opening(database.view()), "the tip has no header");
}

}  // namespace
}  // namespace suara::testing
