// The directory's own writes, recorded file operation by file operation, and a crash after each of them.
#include "bootstrap-server/core/server.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/store/memory_store.hpp"
#include "tests/shell/recorded_files.hpp"
#include "tests/shell/running_reactor.hpp"
#include "tests/shell/scratch_folder.hpp"
#include "tests/shell/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace suara::directory {
namespace {

using shell::Disk;
using shell::FileRecorder;
using shell::ScratchFolder;

// Everything a store holds, in one string.
std::string everything(const store::StoreView& view) {
  std::string all;
  for (store::Family family = 0; family < family_names().size(); ++family) {
    view.scan(family, {}, [&](std::string_view key, std::string_view value) {
      all.append(1, static_cast<char>(family)).append(key).append(1, '=').append(value).append(1, '\n');
      return true;
    });
  }
  return all;
}

shell::RocksOptions directory_options(const std::string& folder) {
  shell::RocksOptions options;
  options.folder = folder;
  options.families = family_names();
  options.format_version = kFormatVersion;
  options.identity = "suara bootstrap directory";
  return options;
}

// Clients of a directory server over a real database; it starts and ends several times.
class Workload {
 public:
  explicit Workload(std::uint64_t seed) : rng_(seed) { states_[everything(model_)] = 0; }

  void run_session(int requests) {
    shell::StoreHandlers handlers;
    handlers.on_stored = [this](StoreToken token) {
      acknowledged_at_.push_back(recorder_.size());
      stored_.add(token);
    };
    auto options = directory_options(folder_ / "db");
    options.observe_files = [this](auto files) { return shell::record(std::move(files), recorder_); };
    auto opened = shell::RocksStore::open(reactor_.get(), options, std::move(handlers));
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
    Server server(Options{}, *store_, rng_);
    const std::size_t before = stored_.all().size();
    std::size_t reported = before;
    const ConnectionId connection{++last_connection_};
    handle(server, Connected{connection, "127.0.0.1", 5000});
    for (int i = 0; i < requests; ++i) {
      handle(server, RequestReceived{connection, random_request()});
      if (rng_.below(3) != 0) continue;
      const auto tokens = stored_.wait_for(handed_out_);
      for (; reported < tokens.size(); ++reported) handle(server, Stored{tokens[reported]});
    }
    stored_.wait_for(handed_out_);
    reactor_.call([this] { store_.reset(); });
  }

  [[nodiscard]] const FileRecorder& recorder() const { return recorder_; }
  [[nodiscard]] std::size_t batches() const { return handed_out_; }

  /// How many batches had been acknowledged when so many file operations were done.
  [[nodiscard]] std::size_t acknowledged(std::size_t operations) const {
    return static_cast<std::size_t>(std::upper_bound(acknowledged_at_.begin(), acknowledged_at_.end(), operations) -
                                    acknowledged_at_.begin());
  }
  /// After how many batches the database looked like this, -1 when it never did.
  [[nodiscard]] int batches_of(const std::string& state) const {
    const auto found = states_.find(state);
    return found == states_.end() ? -1 : static_cast<int>(found->second);
  }

 private:
  wire::BootstrapRequest random_request() {
    const std::string network(64, rng_.below(2) == 0 ? 'a' : 'b');
    const auto address = wire::parse_address("192.0.2." + std::to_string(1 + rng_.below(40)) + ":3000");
    if (rng_.below(4) == 0) return wire::Remove{wire::Flavour::kNative, *address, network};
    return wire::Register{wire::Flavour::kNative, *address, network, {}, {}};
  }

  void handle(Server& server, Event event) {
    now_.instant += std::chrono::milliseconds(10);
    now_.wall += std::chrono::milliseconds(10);
    for (Action& action : server.handle(std::move(event), now_)) {
      auto* store = std::get_if<directory::Store>(&action);
      if (store == nullptr) continue;
      model_.apply(store->batch);
      states_[everything(model_)] = ++handed_out_;
      store_->store(store->token, std::move(store->batch));
    }
  }

  SeededRng rng_;
  shell::TemporaryFolder folder_;
  FileRecorder recorder_;
  shell::RunningReactor reactor_;
  std::unique_ptr<shell::RocksStore> store_;
  shell::Recorder<StoreToken> stored_;
  std::vector<std::size_t> acknowledged_at_;
  store::MemoryStore model_;
  std::map<std::string, std::size_t> states_;  // the last count at which it looked so
  std::size_t handed_out_ = 0;
  std::uint64_t last_connection_ = 0;
  Now now_{Instant(std::chrono::hours(5)), from_unix_ms(1'764'000'000'000)};
};

TEST(CrashPoints, EveryAcknowledgedRowIsThereAndNoBatchIsHalf) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Workload workload(seed);
  for (int session = 0; session < 5; ++session) ASSERT_NO_FATAL_FAILURE(workload.run_session(16));

  SeededRng rng(seed + 1);
  ScratchFolder scratch;
  shell::RunningReactor reactor;
  Disk disk;
  std::size_t done = 0;
  std::size_t lost = 0;  // batches that power loss took, none of them acknowledged
  for (const auto& operation : workload.recorder().operations()) {
    disk.perform(operation);
    ++done;
    const bool power_lost = done % 3 != 0;
    const std::string folder = scratch.write(power_lost ? disk.after_power_loss(rng) : disk.after_kill());
    SCOPED_TRACE(std::to_string(done) + " operations, " + (power_lost ? "power lost" : "killed"));
    auto store = shell::RocksStore::open(reactor.get(), directory_options(folder), {});
    ASSERT_TRUE(store) << store.error().message();
    const int batches = workload.batches_of(everything(**store));
    ASSERT_GE(batches, static_cast<int>(workload.acknowledged(done)));
    lost += power_lost ? workload.batches() - static_cast<std::size_t>(batches) : 0;
    store = Error();
    ScratchFolder::remove(folder);
  }
  EXPECT_GT(done, 200U);
  EXPECT_GT(lost, 0U);
}

}  // namespace
}  // namespace suara::directory
