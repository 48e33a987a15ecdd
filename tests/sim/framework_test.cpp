// The simulator's own parts: time, network and disk, with toy endpoints.
#include "common/crypto/p256.hpp"
#include "tests/sim/disk.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/scheduler.hpp"
#include "tests/sim/seeded_openssl.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace suara::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Scheduler, RunsTheEarliestFirstAndTiesInOrderOfAsking) {
  Scheduler scheduler;
  std::string order;
  scheduler.after(seconds(2), [&] { order += "c"; });
  scheduler.after(seconds(1), [&] {
    order += "a";
    scheduler.after(seconds(0), [&] { order += "b"; });
  });
  scheduler.after(seconds(2), [&] { order += "d"; });
  scheduler.run_for(seconds(1));
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(scheduler.now(), Instant(seconds(1)));
  scheduler.run_for(seconds(5));
  EXPECT_EQ(order, "abcd");
  EXPECT_EQ(scheduler.now(), Instant(seconds(6)));
}

constexpr std::size_t kSendQueueBytes = 1'000'000;

struct Peer : Endpoint {
  std::vector<ConnectionId> opens;
  std::string received;
  std::size_t pieces = 0;
  std::vector<std::string> closes;
  std::vector<std::string> failed_dials;

  void on_opened(const Opened& opened) override { opens.push_back(opened.connection); }
  void on_dial_failed(DialId, const Error& error) override { failed_dials.emplace_back(error.name()); }
  void on_bytes(ConnectionId, std::string_view bytes) override {
    received += bytes;
    ++pieces;
  }
  void on_closed(ConnectionId, const Error& reason) override { closes.emplace_back(reason.name()); }
};

struct NetworkTest : testing::Test {
  Scheduler scheduler;
  SeededRng rng{7};
  Network network{scheduler, rng, {}};
  Peer alice, bob;
  HostId a = network.add_host("10.0.0.1");
  HostId b = network.add_host("10.0.0.2");

  NetworkTest() {
    network.up(a, alice, std::nullopt, kSendQueueBytes);
    network.up(b, bob, 3000, kSendQueueBytes);
  }
  void connect() {
    network.dial(a, DialId{1}, {"10.0.0.2", 3000});
    scheduler.run_for(seconds(1));
    ASSERT_EQ(alice.opens.size(), 1U);
    ASSERT_EQ(bob.opens.size(), 1U);
  }
};

TEST_F(NetworkTest, DeliversBytesInOrderThoughInPieces) {
  connect();
  std::string sent;
  for (int i = 0; i < 200; ++i) {
    const std::string text = "message " + std::to_string(i) + ";";
    network.send(alice.opens[0], text);
    sent += text;
  }
  network.close(alice.opens[0]);
  scheduler.run_for(seconds(60));
  EXPECT_EQ(bob.received, sent);
  EXPECT_GT(bob.pieces, 200U);
  EXPECT_EQ(bob.closes, std::vector<std::string>{"peer_closed"});
  EXPECT_EQ(alice.closes, std::vector<std::string>{"closed_by_us"});
  EXPECT_TRUE(network.streams().empty());
}

TEST(NetworkUpload, CarriesOneWriteAfterTheOtherWhomeverTheyGoTo) {
  Scheduler scheduler;
  SeededRng rng{7};
  Network network{scheduler,
                  rng,
                  {.min_latency = milliseconds(10),
                   .max_latency = milliseconds(10),
                   .chunk_percent = 0,
                   .upload_bytes_per_second = 1000}};
  Peer alice, bob, carol;
  const HostId a = network.add_host("10.0.0.1");
  network.up(a, alice, std::nullopt, kSendQueueBytes);
  network.up(network.add_host("10.0.0.2"), bob, 3000, kSendQueueBytes);
  network.up(network.add_host("10.0.0.3"), carol, 3000, kSendQueueBytes);
  network.dial(a, DialId{1}, {"10.0.0.2", 3000});
  network.dial(a, DialId{2}, {"10.0.0.3", 3000});
  scheduler.run_for(seconds(1));
  ASSERT_EQ(alice.opens.size(), 2U);
  network.send(alice.opens[0], std::string(500, 'x'));
  network.send(alice.opens[1], std::string(500, 'x'));
  scheduler.run_for(milliseconds(509));
  EXPECT_EQ(bob.received.size(), 0U);
  scheduler.run_for(milliseconds(1));
  EXPECT_EQ(bob.received.size(), 500U) << "half a second of the line, and the way";
  scheduler.run_for(milliseconds(499));
  EXPECT_EQ(carol.received.size(), 0U);
  scheduler.run_for(milliseconds(1));
  EXPECT_EQ(carol.received.size(), 500U) << "behind the other";
}

TEST_F(NetworkTest, RefusesAPortNobodyListensAt) {
  network.dial(a, DialId{1}, {"10.0.0.2", 3001});
  network.dial(a, DialId{2}, {"10.0.0.3", 3000});
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.failed_dials.size(), 2U);
}

TEST_F(NetworkTest, ACutLinkStallsTheStreamUntilItHeals) {
  connect();
  network.cut(a, b);
  network.send(alice.opens[0], "late");
  network.send(bob.opens[0], "the other way");
  scheduler.run_for(seconds(10));
  EXPECT_EQ(bob.received, "");
  EXPECT_EQ(alice.received, "the other way");
  network.heal(a, b);
  scheduler.run_for(seconds(1));
  EXPECT_EQ(bob.received, "late");
  EXPECT_TRUE(alice.closes.empty());
}

TEST_F(NetworkTest, AWriteThatPassesNowhereTimesOut) {
  connect();
  network.cut(a, b);
  network.send(alice.opens[0], "never");
  scheduler.run_for(seconds(31));
  EXPECT_EQ(alice.closes, std::vector<std::string>{"write_timeout"});
  EXPECT_TRUE(bob.closes.empty());
  scheduler.run_for(seconds(60));
  EXPECT_EQ(bob.closes, std::vector<std::string>{"idle"});
  EXPECT_EQ(bob.received, "");
}

TEST_F(NetworkTest, ADialIntoACutTimesOut) {
  network.cut(b, a);
  network.dial(a, DialId{1}, {"10.0.0.2", 3000});
  scheduler.run_for(seconds(4));
  EXPECT_TRUE(alice.failed_dials.empty());
  scheduler.run_for(seconds(2));
  EXPECT_EQ(alice.failed_dials, std::vector<std::string>{"dial_timeout"});
  EXPECT_TRUE(bob.opens.empty());
}

TEST_F(NetworkTest, AResetReachesBothEndsAndLosesWhatIsInFlight) {
  connect();
  network.send(alice.opens[0], "lost");
  network.reset_all();
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.closes, std::vector<std::string>{"reset"});
  EXPECT_EQ(bob.closes, std::vector<std::string>{"reset"});
  EXPECT_EQ(bob.received, "");
}

TEST_F(NetworkTest, AHalfOpenConnectionIsNoticedByWritingOrByIdling) {
  connect();
  network.half_open(network.streams().at(0));
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.closes.size() + bob.closes.size(), 1U);
  Peer& left = alice.closes.empty() ? alice : bob;
  network.send(left.opens[0], "anybody there?");
  scheduler.run_for(seconds(1));
  EXPECT_EQ(left.closes, std::vector<std::string>{"reset"});
}

TEST_F(NetworkTest, LostPowerSaysNothingUntilTheMachineIsBack) {
  connect();
  network.down(b, Death::kPower);
  network.send(alice.opens[0], "hello?");
  scheduler.run_for(seconds(5));
  EXPECT_TRUE(alice.closes.empty());
  network.up(b, bob, 3000, kSendQueueBytes);
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.closes, std::vector<std::string>{"reset"});
  EXPECT_EQ(bob.received, "");
  EXPECT_TRUE(bob.closes.empty());
}

TEST_F(NetworkTest, AKilledProcessIsNoticed) {
  connect();
  network.down(b, Death::kProcess);
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.closes.size(), 1U);
  network.dial(a, DialId{2}, {"10.0.0.2", 3000});
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.failed_dials, std::vector<std::string>{"refused"});
}

TEST_F(NetworkTest, AFullSendQueueEndsTheConnection) {
  connect();
  network.cut(a, b);
  for (int i = 0; i < 11; ++i) network.send(alice.opens[0], std::string(100'000, 'x'));
  scheduler.run_for(seconds(1));
  EXPECT_EQ(alice.closes, std::vector<std::string>{"send_queue_full"});
}

store::WriteBatch put(const std::string& key) {
  store::WriteBatch batch;
  batch.put(0, key, "value");
  return batch;
}

TEST(Disk, WritesBecomeDurableInOrderBeforeTheyAreAcknowledged) {
  Scheduler scheduler;
  SeededRng rng(1);
  Disk disk(scheduler, rng);
  std::string order;
  for (int i = 0; i < 5; ++i) {
    disk.write(put(std::to_string(i)), [&, i] {
      order += std::to_string(i);
      EXPECT_TRUE(disk.durable().get(0, std::to_string(i)));
    });
  }
  EXPECT_FALSE(disk.durable().get(0, "0"));
  scheduler.run_for(seconds(1));
  EXPECT_EQ(order, "01234");
}

TEST(Disk, ACrashKeepsAPrefixThatHoldsEverythingAcknowledged) {
  std::size_t unacknowledged_survivors = 0;
  std::size_t lost = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Scheduler scheduler;
    SeededRng rng(seed);
    Disk disk(scheduler, rng);
    std::size_t acknowledged = 0;
    for (int i = 0; i < 8; ++i) disk.write(put(std::to_string(i)), [&] { ++acknowledged; });
    scheduler.run_for(milliseconds(8));
    disk.crash();
    const std::size_t before_crash = acknowledged;
    scheduler.run_for(seconds(10));
    EXPECT_EQ(acknowledged, before_crash);
    std::size_t durable = 0;
    while (disk.durable().get(0, std::to_string(durable))) ++durable;
    for (std::size_t i = durable; i < 8; ++i) EXPECT_FALSE(disk.durable().get(0, std::to_string(i)));
    EXPECT_GE(durable, acknowledged);
    unacknowledged_survivors += durable - acknowledged;
    lost += 8 - durable;
  }
  EXPECT_GT(unacknowledged_survivors, 0U);
  EXPECT_GT(lost, 0U);
}

TEST(SeededOpenssl, SigningTwiceGivesTheSameBytes) {
  make_openssl_deterministic();
  const PrivateKey key = PrivateKey::from_seed("someone");
  const Hash256 digest = sha256(as_bytes("something"));
  const Signature first = key.sign(digest);
  EXPECT_EQ(key.sign(digest), first);
  EXPECT_NE(key.sign(sha256(as_bytes("something else"))), first);
  EXPECT_TRUE(verify(key.public_key(), digest, first));
}

}  // namespace
}  // namespace suara::sim
