// A hundred thousand random operations on the server and on a map: the same answers, at exact virtual times.
#include "tests/unit/bootstrap/lines.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <utility>

namespace suara::directory {
namespace {

constexpr std::uint64_t kTtlMs = 120'000;
constexpr std::uint64_t kNetworks = 300;
// Fewer than the expiry guard looks at, which has tests of its own.
constexpr std::uint64_t kAddresses = 4;

// What the server should be: rows in a map, leases looked at whenever anybody asks.
class NaiveDirectory {
 public:
  void pass(std::uint64_t ms) {
    now_ms_ += ms;
    std::erase_if(rows_, [&](const auto& entry) { return entry.second.ends_ms <= now_ms_; });
  }
  /// Whether it was there.
  bool put(const std::string& network, const std::string& address, const std::string& caller) {
    const auto [row, fresh] = rows_.try_emplace({network, address}, Row{caller, 0, 0});
    row->second.granted_ms = now_ms_ + kTtlMs;
    row->second.ends_ms = row->second.granted_ms;
    return !fresh;
  }
  std::string remove(const std::string& network, const std::string& address, const std::string& caller) {
    const auto row = rows_.find({network, address});
    if (row == rows_.end()) return "not_found";
    if (row->second.source != caller) return "not_permitted";
    rows_.erase(row);
    return "";
  }
  [[nodiscard]] std::map<std::string, std::uint64_t> list(const std::string& network) const {
    std::map<std::string, std::uint64_t> lease_left_ms;
    for (auto row = rows_.lower_bound({network, ""}); row != rows_.end() && row->first.first == network; ++row) {
      lease_left_ms[row->first.second] = row->second.granted_ms > now_ms_ ? row->second.granted_ms - now_ms_ : 1;
    }
    return lease_left_ms;
  }
  /// Nobody could renew meanwhile: all have a TTL to do so.
  void restart() {
    for (auto& [name, row] : rows_) row.ends_ms = std::max(row.ends_ms, now_ms_ + kTtlMs);
  }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

 private:
  struct Row {
    std::string source;
    std::uint64_t granted_ms;
    std::uint64_t ends_ms;  // later than granted after a restart
  };
  std::map<std::pair<std::string, std::string>, Row> rows_;
  std::uint64_t now_ms_ = 0;
};

class BothDirectories {
 public:
  explicit BothDirectories(std::uint64_t seed) : rng_(seed) {
    harness_.answer_probes(Harness::everybody_is_there);
    for (std::uint64_t i = 0; i < kNetworks; ++i) networks_.push_back(sha256(as_bytes(std::to_string(i))).hex());
    naive_.restart();
  }

  void step() {
    const std::uint64_t number = rng_.below(kNetworks);
    const std::string& network = networks_[number];
    const std::string address = std::to_string(rng_.below(kAddresses)) + ".of-" + std::to_string(number) + ":3000";
    const std::string caller = "192.0.2." + std::to_string(1 + rng_.below(3));
    const std::uint64_t kind = rng_.below(1000);
    if (kind < 400) {
      const auto reply = only<wire::Registered>(ask(register_line(address, network), caller));
      ASSERT_EQ(reply.refreshed, naive_.put(network, address, caller));
    } else if (kind < 550) {
      const auto reply = replies(ask(remove_line(address, network), caller));
      ASSERT_EQ(reply.size(), 1U);
      const auto* error = std::get_if<wire::ErrorReply>(&reply[0]);
      ASSERT_EQ(error == nullptr ? "" : error->code, naive_.remove(network, address, caller));
    } else if (kind < 850) {
      compare(network);
    } else if (kind < 999) {
      pass(rng_.below(200));
    } else {
      pass(rng_.below(2) == 0 ? rng_.below(60'000) : 0);
      harness_.restart();
      connections_.clear();
      naive_.restart();
    }
  }

  void compare_all() {
    for (const std::string& network : networks_) compare(network);
    ASSERT_EQ(harness_.server().stats().peers, naive_.size());
  }

 private:
  std::string ask(const std::string& line, const std::string& caller) {
    const auto [connection, fresh] = connections_.try_emplace(caller);
    if (fresh) connection->second = harness_.connect(caller);
    harness_.feed(connection->second, line);
    return harness_.take(connection->second);
  }
  void pass(std::uint64_t ms) {
    harness_.advance(std::chrono::milliseconds(ms));
    naive_.pass(ms);
    ASSERT_EQ(harness_.server().stats().peers, naive_.size());
  }
  void compare(const std::string& network) {
    std::map<std::string, std::uint64_t> listed;
    for (const auto& entry : only<wire::Peers>(ask(get_line(network), "192.0.2.1")).peers) {
      listed[entry.address.text()] = entry.lease_left_ms;
    }
    ASSERT_EQ(listed, naive_.list(network));
  }

  SeededRng rng_;
  Harness harness_;
  std::map<std::string, ConnectionId> connections_;
  NaiveDirectory naive_;
  std::vector<std::string> networks_;
};

TEST(NaiveDirectory, AHundredThousandOperationsGiveTheSameAnswers) {
  const char* given = std::getenv("SUARA_TEST_SEED");
  const std::uint64_t seed = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
  SCOPED_TRACE("SUARA_TEST_SEED=" + std::to_string(seed));
  BothDirectories both(seed);
  for (int i = 0; i < 100'000; ++i) {
    both.step();
    if (testing::Test::HasFatalFailure()) FAIL() << "operation " << i;
    if (i % 20'000 == 0) both.compare_all();
  }
  both.compare_all();
}

}  // namespace
}  // namespace suara::directory
