// Safety: what was acknowledged is listed, whatever crashes. Liveness: every subscriber's view is the list, and the
// list is who wants to be on it.
#include "tests/sim/directory_client.hpp"
#include "tests/sim/directory_host.hpp"
#include "tests/sim/failure.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/run.hpp"

#include <memory>

namespace suara::sim {
namespace {

using std::chrono::seconds;

constexpr std::uint16_t kDirectoryPort = 4000;
constexpr std::uint16_t kPeerPort = 3000;
constexpr Duration kSafetyPhase = seconds(400);
constexpr Duration kAnswerTime = seconds(10);

class DirectoryWorld {
 public:
  explicit DirectoryWorld(const RunOptions& options);

  void run();
  [[nodiscard]] RunResult result(std::optional<std::string> failure);

 private:
  void check_list(const wire::Peers& list, Instant asked);
  void settle();

  Environment environment_;
  seconds ttl_;
  std::string network_;
  std::unique_ptr<DirectoryHost> server_;
  std::vector<std::unique_ptr<DirectoryClient>> clients_;
  std::unique_ptr<Faults> faults_;
  std::optional<std::set<std::string>> expected_;  // once nobody changes his mind any more
};

DirectoryWorld::DirectoryWorld(const RunOptions& options)
    : environment_(options.seed), ttl_(30 + environment_.rng.below(90)), network_(sha256(as_bytes("sim")).hex()) {
  environment_.verbose = options.verbose;
  LineHostOptions host{.ip = "10.0.0.1", .port = kDirectoryPort, .framing = wire::LineFramer::Mode::kLineOrObject};
  host.clock_error = std::chrono::milliseconds(environment_.rng.below(10'000));
  server_ = std::make_unique<DirectoryHost>(environment_, host, directory::Options{ttl_});
  if (options.sabotage == Sabotage::kDisksLie) server_->disk().lie();
  const std::uint64_t clients = options.nodes != 0 ? options.nodes : 3 + environment_.rng.below(12);
  for (std::uint64_t i = 0; i < clients; ++i) {
    clients_.push_back(std::make_unique<DirectoryClient>(
        environment_, LineHostOptions{.ip = "10.0.1." + std::to_string(i + 1), .port = kPeerPort},
        DirectoryClientOptions{{"10.0.0.1", kDirectoryPort}, network_},
        [this](const wire::Peers& list, Instant asked) { check_list(list, asked); }));
  }
  std::vector<LineHost*> hosts{server_.get()};
  for (const auto& client : clients_) hosts.push_back(client.get());
  FaultOptions faults = draw_faults(environment_.rng);
  faults.first_host_percent = 30;
  faults_ = std::make_unique<Faults>(environment_, hosts, faults);
  for (LineHost* const one : hosts) one->start();
}

void DirectoryWorld::check_list(const wire::Peers& list, Instant asked) {
  std::set<std::string> listed;
  for (const wire::PeerEntry& peer : list.peers) {
    require(listed.insert(peer.address.text()).second, peer.address.text() + " is listed twice");
  }
  for (const auto& client : clients_) {
    const auto certain = client->listed(asked);
    const bool is_listed = listed.contains(client->address().text());
    require(!certain || *certain == is_listed,
            client->address().text() + (is_listed ? " is listed after its removal was acknowledged"
                                                  : " is missing after its registration was acknowledged"));
  }
  require(!expected_ || *expected_ == listed, "the list is not who wants to be on it");
}

void DirectoryWorld::settle() {
  std::set<std::string> members;
  for (const auto& client : clients_) {
    client->settle(percent(environment_.rng, 70));
    if (client->wants_to_be_listed()) members.insert(client->address().text());
  }
  // Time for stalled streams to end, for everybody to be back, and for leases nobody refreshes to run out.
  environment_.scheduler.run_for(seconds(150) + 3 * ttl_);
  expected_ = std::move(members);
}

void DirectoryWorld::run() {
  environment_.scheduler.run_for(seconds(10));
  faults_->begin();
  environment_.scheduler.run_for(kSafetyPhase);
  faults_->end();
  settle();
  const auto read_before = [&] {
    std::uint64_t lists = 0;
    for (const auto& client : clients_) lists += client->lists_read();
    return lists;
  }();
  std::uint64_t lists = 0;
  for (const auto& client : clients_) client->read_list();
  environment_.scheduler.run_for(kAnswerTime);
  for (const auto& client : clients_) {
    lists += client->lists_read();
    require(client->view() == expected_, client->ip() + ": what it was told of joins and leaves is not the list");
  }
  require(lists == read_before + clients_.size(), "not everybody got the list");
}

RunResult DirectoryWorld::result(std::optional<std::string> failure) {
  std::uint64_t acknowledged = 0;
  for (const auto& client : clients_) acknowledged += client->acknowledged();
  return {std::move(failure), environment_.trace.digest(), environment_.trace.events(),
          "directory, " + std::to_string(clients_.size()) + " clients, " + std::to_string(acknowledged) +
              " changes acknowledged, " + std::to_string(server_->lives()) + " crashes of the server"};
}

}  // namespace

RunResult run_directory(const RunOptions& options) {
  DirectoryWorld world(options);
  try {
    world.run();
    return world.result(std::nullopt);
  } catch (const Failure& failure) {
    return world.result(failure.what());
  }
}

}  // namespace suara::sim
