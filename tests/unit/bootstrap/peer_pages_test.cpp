#include "bootstrap-server/core/peer_pages.hpp"

#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/peer_entries.hpp"
#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/store/draft.hpp"
#include "common/store/memory_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace suara::directory {
namespace {

constexpr std::uint64_t kNowMs = 1'000'000;

// Rows written as the server writes them, and every entry as it ought to be answered.
class PeerPages : public testing::Test {
 protected:
  void put(const Row& row) {
    store::Draft draft(store_);
    Row written = row;
    put_row(draft, written, find_row(store_, row.network, row.address));
    commit(draft);
    expected_[row.network][row.address] = line({entry_of(row, kNowMs)});
  }

  void erase(const std::string& network, const wire::Address& address) {
    store::Draft draft(store_);
    erase_row(draft, *find_row(store_, network, address));
    commit(draft);
    expected_[network].erase(address);
  }

  std::vector<wire::PeerEntry> sample(const std::string& network, std::size_t limit) {
    wire::PeerListWriter writer;
    pages_.sample(network, limit, kNowMs, rng_, writer);
    const auto reply = wire::decode_bootstrap_reply(writer.finish(0, {}));
    EXPECT_TRUE(reply);
    return std::get<wire::Peers>(*reply).peers;
  }

  // Distinct, and each as it ought to be; returns how many.
  std::size_t check(const std::string& network, std::size_t limit) {
    std::set<wire::Address> seen;
    for (const wire::PeerEntry& entry : sample(network, limit)) {
      EXPECT_TRUE(seen.insert(entry.address).second) << entry.address.text() << " twice";
      EXPECT_EQ(line({entry}), expected_[network][entry.address]);
    }
    return seen.size();
  }

  static Row row(std::uint64_t n, const std::string& network = {}) {
    Row row;
    row.address = {"192.0.2." + std::to_string(n % 200), static_cast<std::uint16_t>(1000 + n / 200)};
    row.network = network;
    row.first_seen_ms = 7;
    row.lease_ends_ms = kNowMs + 1000 + n;
    row.source_host = "192.0.2.1";
    return row;
  }

  static std::string line(std::vector<wire::PeerEntry> entries) {
    return wire::encode(wire::BootstrapReply(wire::Peers{std::move(entries), 0, {}}));
  }

  store::MemoryStore store_;
  SeededRng rng_{4};
  directory::PeerPages pages_{store_};
  std::map<std::string, std::map<wire::Address, std::string>> expected_;

 private:
  void commit(store::Draft& draft) {
    const store::WriteBatch batch = draft.take();
    store_.apply(batch);
    pages_.apply(batch);
  }
};

TEST_F(PeerPages, AnswerWhatTheStoreHoldsWhateverIsWritten) {
  const std::uint64_t seed = 20'261;
  SCOPED_TRACE("seed " + std::to_string(seed));
  SeededRng choice(seed);
  const std::vector<std::string> networks = {"", Hash256{{1}}.hex()};
  // Grows over several divisions into pages, then shrinks to nothing.
  for (int step = 0; step < 8000; ++step) {
    const std::string& network = networks[choice.below(2)];
    auto& known = expected_[network];
    const bool growing = step < 4500;
    if (choice.below(10) < (growing ? 9U : 1U)) {
      Row written = row(choice.below(3000), network);
      if (choice.below(3) == 0) written.status = wire::PeerStatus{choice.below(100), "", "a \"quoted\" \\ agent", 5};
      put(written);
    } else if (!known.empty()) {
      const auto victim = std::next(known.begin(), static_cast<std::ptrdiff_t>(choice.below(known.size())));
      erase(network, victim->first);
    }
    if (step % 20 != 0) continue;
    const std::size_t limit = step % 200 == 0 ? 1000 : 50;
    EXPECT_EQ(check(network, limit), std::min(limit, known.size()));
  }
}

TEST_F(PeerPages, EveryRowComesUp) {
  for (std::uint64_t n = 0; n < 2000; ++n) put(row(n));
  std::set<wire::Address> seen;
  for (int answer = 0; answer < 600; ++answer) {
    for (const wire::PeerEntry& entry : sample("", 50)) seen.insert(entry.address);
  }
  EXPECT_EQ(seen.size(), 2000U);
}

TEST_F(PeerPages, LeasesAreThoseOfTheMomentOfTheAnswer) {
  put(row(0));
  const auto left_ms = [&](std::uint64_t now_ms) {
    wire::PeerListWriter writer;
    pages_.sample("", 1, now_ms, rng_, writer);
    return std::get<wire::Peers>(*wire::decode_bootstrap_reply(writer.finish(0, {}))).peers.at(0).lease_left_ms;
  };
  EXPECT_EQ(left_ms(kNowMs), 1000U);
  EXPECT_EQ(left_ms(kNowMs + 400), 600U);
  EXPECT_EQ(left_ms(kNowMs + 5000), 1U);
}

TEST_F(PeerPages, TooManyToKeepAreReadFromTheStore) {
  store::Draft draft(store_);
  draft.put(kNetworks, network_key(""), u64_key(kMaxPagedRows + 1) + u64_key(0));
  store_.apply(draft.take());
  for (std::uint64_t n = 0; n < 300; ++n) put(row(n));
  EXPECT_EQ(check("", 50), 50U);
  EXPECT_EQ(check("", 1000), 300U);
  EXPECT_EQ(pages_.size_bytes(), 0U);
}

TEST_F(PeerPages, ANetworkThatGrowsAndIsNotAskedForIsForgotten) {
  put(row(0));
  EXPECT_EQ(check("", 50), 1U);
  EXPECT_GT(pages_.size_bytes(), 0U);
  for (std::uint64_t n = 1; n < 300; ++n) put(row(n));
  EXPECT_EQ(pages_.size_bytes(), 0U);
  EXPECT_EQ(check("", 1000), 300U);
}

TEST_F(PeerPages, MemoryIsBounded) {
  // One batch a network: it is the reading that fills the memory.
  for (std::uint8_t n = 0; n < 100; ++n) {
    const std::string network = Hash256{{n}}.hex();
    store::Draft draft(store_);
    for (std::uint64_t peer = 0; peer < 1000; ++peer) {
      Row written = row(peer, network);
      written.status = wire::PeerStatus{1, network, std::string(64, 'x'), 2};
      put_row(draft, written, {});
    }
    store_.apply(draft.take());
    EXPECT_EQ(sample(network, 1000).size(), 1000U);
    EXPECT_LE(pages_.size_bytes(), kMaxPagesSizeBytes);
  }
  EXPECT_GT(pages_.size_bytes(), kMaxPagesSizeBytes / 2);
  EXPECT_EQ(sample(Hash256{{0}}.hex(), 50).size(), 50U) << "what was forgotten is read again";
}

}  // namespace
}  // namespace suara::directory
