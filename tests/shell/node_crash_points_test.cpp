// A node's own writes, recorded file operation by file operation, and a crash after each of them: it opens again, on a
// tip at or after the last one it told of, with every transaction it had accepted, and the check finds nothing.
#include "peer-node/chain/header_tree.hpp"
#include "peer-node/ledger/ledger.hpp"
#include "peer-node/store/check.hpp"
#include "peer-node/store/schema.hpp"
#include "tests/shell/recorded_files.hpp"
#include "tests/shell/running_reactor.hpp"
#include "tests/shell/scratch_folder.hpp"
#include "tests/support/node_harness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace suara::testing {
namespace {

using shell::Disk;
using shell::FileRecorder;
using shell::ScratchFolder;

constexpr std::uint64_t kFarAhead = 4'000'000'000'000;

// Every so many crash points are opened; sanitizers and debug builds are several times slower.
#ifdef NDEBUG
constexpr std::size_t kPointsPerLook = 1;
#else
constexpr std::size_t kPointsPerLook = 5;
#endif

shell::RocksOptions node_options(const std::string& folder, const NetworkId& network) {
  shell::RocksOptions options;
  options.folder = folder;
  options.families = node_store::family_names();
  options.format_version = node_store::kFormatVersion;
  options.migrations = node_store::migrations();
  options.identity = network.hex();
  return options;
}

// As the release before this one left it.
shell::RocksOptions format_1(shell::RocksOptions options) {
  options.families.resize(node_store::kTips + 1);
  options.format_version = 1;
  return options;
}

// A node of a small net whose every batch goes through a real database, recorded.
class RecordedNode {
 public:
  /// What had been said when so many file operations were done.
  struct Said {
    std::size_t operations;
    chain::BlockId id;  ///< a tip told of, or a transaction accepted
  };

  RecordedNode() : network_(chain::network_id(net_.spec)) {}

  void play() {
    auto options = net_.options(1);
    options.mining = node::MiningMode::kPending;
    options.static_peers = {wire::Address{"10.0.0.2", 3000}};
    auto rival_options = net_.options(2);
    rival_options.mining = node::MiningMode::kAlways;
    auto& rival = net_.start(rival_options);
    ASSERT_TRUE(
        net_.until([&] { return rival.height() >= 70; }, std::chrono::minutes(10)));  // more than one step takes

    open_database(format_1(database_options()));
    auto& host = net_.start(options);
    watch(host);
    store_again(host);
    ASSERT_TRUE(net_.until([&] { return host.height() >= 70; }));
    close_database();
    open_database(database_options());  // migrates

    net_.cut(host, rival);
    const auto open = open_election(net_.spec, {"Alice", "Bob"}, 0, kFarAhead);
    submit(host, open);
    const std::uint64_t fork = host.height();
    ASSERT_TRUE(net_.until([&] { return host.height() > fork; }));
    for (std::uint64_t voter = 0; voter < 4; ++voter) {
      submit(host, vote(net_.spec, voter_key(voter), election_id(open), 0));
    }
    ASSERT_TRUE(net_.until([&] { return host.height() > fork + 1; }));
    submit(host, record(net_.spec, voter_key(9), 1));
    ASSERT_TRUE(net_.until([&] { return rival.height() > host.height() + 4; }));
    net_.heal();
    ASSERT_TRUE(net_.until([&] { return host.reported("reorganised"); }));
    ASSERT_TRUE(net_.until([&] { return host.node->mempool()->size() == 0; }));
    close_database();
  }

  [[nodiscard]] const FileRecorder& recorder() const { return recorder_; }
  [[nodiscard]] const std::vector<Said>& tips() const { return tips_; }
  [[nodiscard]] const std::vector<Said>& accepted() const { return accepted_; }
  [[nodiscard]] shell::RocksOptions database_options(const std::string& folder) const {
    return node_options(folder, network_);
  }
  [[nodiscard]] node::Options options() const { return net_.options(1); }
  [[nodiscard]] Now now() const { return net_.now(); }
  [[nodiscard]] const NetworkId& network() const { return network_; }

 private:
  [[nodiscard]] shell::RocksOptions database_options() { return node_options(folder_ / "db", network_); }

  void open_database(shell::RocksOptions options) {
    shell::StoreHandlers handlers;
    handlers.on_stored = [this](StoreToken token) { stored_.add(token); };
    options.observe_files = [this](auto files) { return shell::record(std::move(files), recorder_); };
    auto opened = shell::RocksStore::open(reactor_.get(), options, std::move(handlers));
    ASSERT_TRUE(opened) << opened.error().message();
    database_ = std::move(*opened);
  }
  void close_database() {
    reactor_.call([this] { database_.reset(); });
  }

  void watch(NodeNet::Host& host) {
    host.on_durable = [this](const store::WriteBatch& batch) { store(batch); };
    host.on_tip = [this](const chain::BlockId& id) { tips_.push_back({recorder_.size(), id}); };
    host.on_sent = [this](const std::string& line) {
      const auto message = wire::peer::decode(std::string_view(line).substr(0, line.size() - 1));
      const auto* announce = message ? std::get_if<wire::peer::Announce>(&*message) : nullptr;
      if (announce == nullptr) return;
      for (const Hash256& id : announce->blocks) tips_.push_back({recorder_.size(), chain::BlockId(id)});
    };
  }
  // What the node wrote while it was made.
  void store_again(const NodeNet::Host& host) {
    store::WriteBatch all;
    for (store::Family family = 0; family < node_store::kSeals; ++family) {
      host.disk.scan(family, {}, [&](std::string_view key, std::string_view value) {
        all.put(family, std::string(key), std::string(value));
        return true;
      });
    }
    store(all);
  }
  void store(const store::WriteBatch& batch) {
    database_->store(StoreToken{++stored_count_}, batch);
    stored_.wait_for(stored_count_);
  }

  void submit(NodeNet::Host& host, const ledger::Transaction& transaction) {
    const std::uint64_t request = ++requests_;
    net_.submit(host, request, transaction);
    ASSERT_TRUE(net_.until([&] { return host.responses.contains(request); }));
    ASSERT_TRUE(host.responses.at(request)) << host.responses.at(request).error().message();
    accepted_.push_back({recorder_.size(), chain::BlockId(ledger::transaction_id(transaction))});
  }

  NodeNet net_;
  const NetworkId network_;
  shell::TemporaryFolder folder_;
  FileRecorder recorder_;
  shell::RunningReactor reactor_;
  std::unique_ptr<shell::RocksStore> database_;
  shell::Recorder<StoreToken> stored_;
  std::size_t stored_count_ = 0;
  std::uint64_t requests_ = 0;
  std::vector<Said> tips_;
  std::vector<Said> accepted_;
};

void expect_sound(const store::StoreView& view, const RecordedNode& node) {
  store::MemoryStore scratch;
  const auto report =
      node_store::check_database({.view = view,
                                  .scratch = scratch,
                                  .write_scratch = [&](const store::WriteBatch& batch) { scratch.apply(batch); },
                                  .progress = {}},
                                 node.network());
  ASSERT_THAT(report.findings.listed(), ::testing::IsEmpty());
}

void expect_nothing_taken_back(const store::StoreView& view, const RecordedNode& node, std::size_t operations) {
  SeededRng rng(1);
  const auto opened = node::Node::open(node.options(), view, rng, node.now());
  ASSERT_TRUE(opened);
  const chain::ChainState& chain = *(*opened)->chain();
  for (const auto& told : node.tips()) {
    if (told.operations > operations) break;
    const auto entry = chain.find(view, told.id);
    ASSERT_TRUE(entry.has_value()) << "a tip that was told of is not there";
    ASSERT_LE(entry->point.work, chain.tip().work) << "the tip is behind one that was told of";
  }
  for (const auto& taken : node.accepted()) {
    if (taken.operations > operations) break;
    const ledger::TransactionId id(taken.id);
    ASSERT_TRUE((*opened)->mempool()->contains(id) || ledger::find_transaction(view, id)) << "an accepted one is gone";
  }
}

TEST(NodeCrashPoints, NothingThatWasSaidIsTakenBackAndNothingIsHalf) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  RecordedNode node;
  ASSERT_NO_FATAL_FAILURE(node.play());
  ASSERT_GT(node.tips().size(), 5U);

  SeededRng rng(seed);
  ScratchFolder scratch;
  shell::RunningReactor reactor;
  Disk disk;
  std::size_t done = 0;
  for (const auto& operation : node.recorder().operations()) {
    disk.perform(operation);
    const bool power_lost = ++done % 3 != 0;
    if (done % kPointsPerLook != 0) continue;
    SCOPED_TRACE(std::to_string(done) + " operations, " + (power_lost ? "power lost" : "killed"));
    const std::string folder = scratch.write(power_lost ? disk.after_power_loss(rng) : disk.after_kill());
    auto store = shell::RocksStore::open(reactor.get(), node.database_options(folder), {});
    ASSERT_TRUE(store) << store.error().message();
    ASSERT_EQ(node_store::check_for_opening(**store), "");
    ASSERT_NO_FATAL_FAILURE(expect_sound(**store, node));
    ASSERT_NO_FATAL_FAILURE(expect_nothing_taken_back(**store, node, done));
    store = Error();
    ScratchFolder::remove(folder);
  }
  EXPECT_GT(done, 200U);
}

}  // namespace
}  // namespace suara::testing
