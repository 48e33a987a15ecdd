// A few Node cores on one thread in virtual time: lines between them arrive in order and at once, stores are durable
// at once unless a disk is told to be slow, signatures are checked for real, and a miner takes `mining_delay`. No
// faults; tests/sim has those.
#pragma once

#include "common/store/memory_store.hpp"
#include "common/util/check.hpp"
#include "common/wire/line_framer.hpp"
#include "common/wire/peer_messages.hpp"
#include "peer-node/chain/work.hpp"
#include "peer-node/node/node.hpp"
#include "peer-node/p2p/handshake.hpp"
#include "tests/support/chain_builder.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace suara::testing {

enum class LinkError { kClosed, kRefused };
inline ErrorText describe(LinkError error) {
  switch (error) {
    case LinkError::kClosed: return {"closed", "the connection was closed"};
    case LinkError::kRefused: return {"refused", "nobody listens there"};
  }
  return {"", ""};
}

class NodeNet {
 public:
  static constexpr std::chrono::hours kOrigin{1};

  /// A node, its disk and everything it said.
  struct Host {
    Host(std::string listen, node::Options given) : address(std::move(listen)), options(std::move(given)) {}

    std::string address;
    node::Options options;
    store::MemoryStore disk;
    std::unique_ptr<SeededRng> rng;
    std::unique_ptr<node::Node> node;  // null while it is down
    std::map<std::uint64_t, Result<ledger::TransactionId>> responses;
    std::map<std::uint64_t, Result<node::CommandOutcome>> commands;
    std::vector<std::string> reports;
    std::vector<node::TipMoved> tips;
    std::optional<node::Mine> job;
    std::optional<Instant> job_done;
    bool stopped = false;
    bool disk_slow = false;               ///< batches wait for store_next()
    std::deque<node::Store> unstored;     // then
    bool workers_slow = false;            ///< signatures wait for verify_next()
    std::deque<node::Verify> unverified;  // then
    /// Sees every batch just before it is durable, and every tip that is told of and line that is sent.
    std::function<void(const store::WriteBatch&)> on_durable;
    std::function<void(const chain::BlockId&)> on_tip;
    std::function<void(const std::string&)> on_sent;

    [[nodiscard]] bool reported(const std::string& part) const {
      return std::ranges::any_of(reports, [&](const auto& text) { return text.find(part) != std::string::npos; });
    }
    [[nodiscard]] std::uint64_t height() const { return node->chain()->tip().height; }
    [[nodiscard]] chain::BlockId tip() const { return node->chain()->tip().id; }
    [[nodiscard]] chain::Header tip_header() const { return node->chain()->find(node->view(), tip())->header; }
  };

  /// A connection whose other end the test plays.
  struct Script {
    ConnectionId id;
    std::vector<std::string> lines;  ///< received
    bool closed = false;
    std::size_t raised_to = 0;  ///< RaiseLineLimit of the node's end

    [[nodiscard]] bool received(const std::string& part) const { return times(part) > 0; }
    /// In how many lines.
    [[nodiscard]] std::ptrdiff_t times(const std::string& part) const {
      return std::ranges::count_if(lines, [&](const auto& line) { return line.find(part) != std::string::npos; });
    }
  };

  chain::ChainSpec spec = easy_spec();
  bool friends_answer_compact = false;  ///< what befriend() says in its hello
  std::chrono::milliseconds mining_delay{700};
  std::map<std::string, std::string> resolves_to;  ///< names -> where their connections lead

  [[nodiscard]] Now now() const { return now_; }
  /// Everybody's wall clock from now on, against what it was at first.
  void set_clock_ahead(std::chrono::milliseconds ahead) {
    now_.wall += ahead - clock_ahead_;
    clock_ahead_ = ahead;
  }

  /// Options of a node that knows `spec` and listens at 10.0.0.<number>:3000.
  node::Options options(unsigned number) const {
    node::Options options{.spec = spec,
                          .network = std::nullopt,
                          .node_key = PrivateKey::from_seed("node " + std::to_string(number)),
                          .advertise = wire::Address{"10.0.0." + std::to_string(number), 3000},
                          .bootstrap = {},
                          .static_peers = {},
                          .agent = "test/1"};
    return options;
  }

  Host& start(node::Options options) {
    std::string address = options.advertise ? options.advertise->text() : "client-" + std::to_string(hosts_.size());
    Host& host = *hosts_.emplace_back(std::make_unique<Host>(std::move(address), std::move(options)));
    boot(host);
    return host;
  }
  /// Ends it as kill -9 does; the disk stays.
  void kill(Host& host) {
    host.node.reset();
    host.job_done.reset();
    host.unstored.clear();
    host.unverified.clear();
    for (auto& [id, end] : ends_) {
      if (end.host == &host) hang_up(id);
    }
  }
  void boot(Host& host) {
    host.rng = std::make_unique<SeededRng>(1000 + ++lives_);
    host.stopped = false;
    auto opened = node::Node::open(host.options, host.disk, *host.rng, now_);
    CHECK(opened.has_value());
    host.node = std::move(*opened);
    feed(host, node::Started{});
  }

  /// The oldest batch of a slow disk becomes durable; false when none waits.
  bool store_next(Host& host) {
    if (host.unstored.empty()) return false;
    const node::Store batch = std::move(host.unstored.front());
    host.unstored.pop_front();
    make_durable(host, batch.batch);
    feed(host, node::Stored{batch.token});
    return true;
  }

  /// The oldest job of slow workers is done; false when none waits.
  bool verify_next(Host& host) {
    if (host.unverified.empty()) return false;
    const node::Verify job = std::move(host.unverified.front());
    host.unverified.pop_front();
    feed(host, node::Verified{job.verify, all_hold(job)});
    return true;
  }

  /// Dials between these two fail, and what connects them breaks.
  void cut(Host& a, Host& b) {
    cuts_.insert({a.address, b.address});
    cuts_.insert({b.address, a.address});
    for (auto& [id, end] : ends_) {
      if (end.host == &a && ends_.contains(end.other) && ends_.at(end.other).host == &b) hang_up(id);
    }
  }
  void heal() { cuts_.clear(); }

  /// Connects to a node from `remote_host` with the test at the other end.
  Script& connect(Host& host, const std::string& remote_host = "10.9.9.9") {
    Script& script = *scripts_.emplace_back(std::make_unique<Script>());
    const auto [ours, theirs] = link(nullptr, &host);
    script.id = ours;
    ends_[ours].script = &script;
    post([&host, id = theirs, remote_host, this] { feed(host, node::Accepted{id, remote_host, 50000}); });
    return script;
  }
  void send(Script& script, std::string line) {
    if (!line.empty() && line.back() == '\n') line.pop_back();
    deliver(ends_.at(script.id).other, std::move(line));
  }
  /// A line longer than the limit, as the framer would report it.
  void send_oversized(Script& script) {
    const ConnectionId id = ends_.at(script.id).other;
    post([this, id] {
      if (const auto end = ends_.find(id); end != ends_.end()) {
        feed(*end->second.host, node::BadLine{id, wire::FramingError::kLineTooLong});
      }
    });
  }
  void hang_up(Script& script) { hang_up(script.id); }
  /// The node's end, for tests that feed its core themselves.
  [[nodiscard]] ConnectionId other_end(const Script& script) const { return ends_.at(script.id).other; }
  void say(Script& script, const wire::peer::Message& message) { send(script, wire::peer::encode(message)); }

  /// Connects and goes through the handshake as the node of that key; claims the height and that much work.
  Script& befriend(Host& host, const std::string& seed, std::uint64_t height = 0, const chain::Uint256& work = 0,
                   const std::optional<wire::Address>& listen = std::nullopt,
                   const std::string& remote_host = "10.9.9.9") {
    const std::size_t before = host.node->peers().size();
    Script& script = introduce(host, seed, height, work, listen, remote_host);
    CHECK(until([&] { return host.node->peers().size() == before + 1; }));
    return script;
  }
  /// Likewise, whether the node takes it as a peer or not.
  Script& introduce(Host& host, const std::string& seed, std::uint64_t height, const chain::Uint256& work,
                    const std::optional<wire::Address>& listen, const std::string& remote_host = "10.9.9.9") {
    SeededRng rng(5);
    p2p::Handshake handshake(p2p::Role::kDialer, chain::network_id(spec), PrivateKey::from_seed(seed), rng);
    Script& script = connect(host, remote_host);
    wire::peer::Hello hello = handshake.hello();
    hello.listen = listen;
    hello.compact = friends_answer_compact;
    hello.height = height;
    hello.work = chain::to_hash(work);
    say(script, hello);
    CHECK(until([&] { return script.lines.size() >= 2; }));
    const auto theirs = wire::peer::decode(script.lines[0]);
    CHECK(theirs && handshake.take(std::get<wire::peer::Hello>(*theirs)));
    const auto proof = wire::peer::decode(script.lines[1]);
    CHECK(proof && handshake.take(std::get<wire::peer::HelloProof>(*proof)));
    say(script, handshake.proof());
    return script;
  }

  /// Plays a server at this address: called with each line, returns the lines to answer.
  using Server = std::function<std::vector<std::string>(const std::string& line)>;
  void serve(const std::string& address, Server server) { servers_[address] = std::move(server); }
  void stop_serving(const std::string& address) {
    servers_.erase(address);
    for (auto& [id, end] : ends_) {
      if (end.server == address) hang_up(id);
    }
  }
  /// What the server pushes to everybody connected to it.
  void push(const std::string& address, const std::string& line) {
    for (const auto& [id, end] : ends_) {
      if (end.server == address) deliver(end.other, line);
    }
  }

  void feed(Host& host, node::Event event) {
    if (host.node == nullptr) return;
    for (node::Action& action : host.node->handle(std::move(event), now_)) {
      std::visit([&](auto& typed) { execute(host, typed); }, action);
    }
  }

  void submit(Host& host, std::uint64_t request, const ledger::Transaction& transaction) {
    feed(host, node::Submit{node::RequestId{request}, ledger::encode(transaction)});
  }

  /// Runs until the condition holds; false when it does not within this much virtual time.
  bool until(const std::function<bool()>& holds, std::chrono::milliseconds patience = std::chrono::minutes(5)) {
    const Instant end = now_.instant + patience;
    for (;;) {
      while (!queue_.empty()) {
        if (holds()) return true;
        const auto work = std::move(queue_.front());
        queue_.pop_front();
        work();
      }
      if (holds()) return true;
      if (!advance(end)) return holds();
    }
  }
  void run(std::chrono::milliseconds time) {
    until([] { return false; }, time);
  }

 private:
  struct End {
    Host* host = nullptr;
    Script* script = nullptr;
    std::string server;
    ConnectionId other;
  };

  static void make_durable(Host& host, const store::WriteBatch& batch) {
    if (host.on_durable) host.on_durable(batch);
    host.disk.apply(batch);
  }
  static bool all_hold(const node::Verify& job) {
    return std::ranges::all_of(job.checks,
                               [](const auto& check) { return verify(check.key, check.digest, check.signature); });
  }
  void post(std::function<void()> work) { queue_.push_back(std::move(work)); }

  /// To the next deadline, at most to `end`; false when that is reached.
  bool advance(Instant end) {
    Host* next_host = nullptr;
    Instant next = end;
    for (const auto& host : hosts_) {
      if (host->node == nullptr) continue;
      const auto consider = [&](std::optional<Instant> due) {
        if (due && *due < next) {
          next = *due;
          next_host = host.get();
        }
      };
      consider(host->node->next_deadline());
      consider(host->job_done);
    }
    if (next > now_.instant) {
      now_.instant = next;
      now_.wall = from_unix_ms(spec.genesis_time_ms) + clock_ahead_ +
                  std::chrono::duration_cast<std::chrono::milliseconds>(next.time_since_epoch());
    }
    if (next_host == nullptr) return false;
    if (next_host->job_done && *next_host->job_done <= now_.instant) {
      finish_job(*next_host);
    } else {
      feed(*next_host, node::Tick{});
    }
    return true;
  }

  void finish_job(Host& host) {
    host.job_done.reset();
    chain::Header header = host.job->header;
    mine(header);
    feed(host, node::Mined{host.job->job, header.nonce});
  }

  std::pair<ConnectionId, ConnectionId> link(Host* from, Host* to) {
    const ConnectionId a{++last_connection_};
    const ConnectionId b{++last_connection_};
    ends_[a] = {from, nullptr, "", b};
    ends_[b] = {to, nullptr, "", a};
    return {a, b};
  }

  void deliver(ConnectionId to, std::string line) {
    post([this, to, line = std::move(line)] {
      const auto end = ends_.find(to);
      if (end == ends_.end()) return;
      if (end->second.host != nullptr) {
        feed(*end->second.host, node::LineReceived{to, line});
      } else if (end->second.script != nullptr) {
        end->second.script->lines.push_back(line);
      } else if (const auto server = servers_.find(end->second.server); server != servers_.end()) {
        for (std::string& answer : server->second(line)) {
          if (answer.back() == '\n') answer.pop_back();
          deliver(end->second.other, std::move(answer));
        }
      }
    });
  }

  void hang_up(ConnectionId id) {
    post([this, id] {
      const auto end = ends_.find(id);
      if (end == ends_.end()) return;
      const ConnectionId other = end->second.other;
      for (const ConnectionId side : {id, other}) {
        const End gone = ends_.at(side);
        ends_.erase(side);
        if (gone.script != nullptr) gone.script->closed = true;
        if (gone.host != nullptr) feed(*gone.host, node::Disconnected{side, LinkError::kClosed});
      }
    });
  }

  void execute(Host& host, node::Dial& action) {
    const std::string to = action.address.text();
    const auto refused = [&] {
      post([this, &host, id = action.dial] { feed(host, node::DialFailed{id, LinkError::kRefused}); });
    };
    if (servers_.contains(to)) {
      const auto [ours, theirs] = link(&host, nullptr);
      ends_[theirs].server = to;
      post(
          [this, &host, id = action.dial, connection = ours] { feed(host, node::Dialed{id, connection, "10.0.1.1"}); });
      return;
    }
    const auto target =
        std::ranges::find_if(hosts_, [&](const auto& other) { return other->address == to && other->node; });
    if (target == hosts_.end() || cuts_.contains({host.address, to})) return refused();
    const auto [ours, theirs] = link(&host, target->get());
    post([this, other = target->get(), id = theirs, from = host.options.advertise] {
      feed(*other, node::Accepted{id, from ? from->host : "10.0.2.1", 40000});
    });
    const auto name = resolves_to.find(action.address.host);
    const std::string remote = name == resolves_to.end() ? action.address.host : name->second;
    post([this, &host, id = action.dial, connection = ours, remote] {
      feed(host, node::Dialed{id, connection, remote});
    });
  }
  void execute(Host& host, node::Send& action) {
    if (host.on_sent) host.on_sent(*action.bytes);
    const auto end = ends_.find(action.connection);
    if (end == ends_.end()) return;
    CHECK(action.bytes->back() == '\n');
    deliver(end->second.other, action.bytes->substr(0, action.bytes->size() - 1));
  }
  void execute(Host&, node::Close& action) { hang_up(action.connection); }
  void execute(Host&, node::RaiseLineLimit& action) {
    const auto end = ends_.find(action.connection);
    if (end == ends_.end()) return;
    if (Script* script = ends_.at(end->second.other).script) script->raised_to = action.size_bytes;
  }
  void execute(Host& host, node::Store& action) {
    if (host.disk_slow) return host.unstored.push_back(std::move(action));
    make_durable(host, action.batch);
    post([this, &host, token = action.token] { feed(host, node::Stored{token}); });
  }
  void execute(Host& host, node::Verify& action) {
    if (host.workers_slow) return host.unverified.push_back(std::move(action));
    post([this, &host, id = action.verify, hold = all_hold(action)] { feed(host, node::Verified{id, hold}); });
  }
  void execute(Host& host, node::Mine& action) {
    host.job = action;
    if (!host.job_done) host.job_done = now_.instant + mining_delay;
  }
  void execute(Host& host, node::StopMining&) { host.job_done.reset(); }
  void execute(Host& host, node::Respond& action) {
    host.responses.emplace(action.request.value, std::move(action.result));
  }
  void execute(Host& host, node::CommandDone& action) {
    host.commands.emplace(action.request.value, std::move(action.result));
  }
  void execute(Host& host, node::TipMoved& action) {
    if (host.on_tip) host.on_tip(action.id);
    host.tips.push_back(action);
  }
  void execute(Host& host, Report& action) { host.reports.push_back(std::move(action.text)); }
  void execute(Host& host, node::Stop&) { host.stopped = true; }

  Now now_{Instant{} + kOrigin, from_unix_ms(easy_spec().genesis_time_ms) + kOrigin};
  std::chrono::milliseconds clock_ahead_{0};
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Script>> scripts_;
  std::map<std::string, Server> servers_;
  std::map<ConnectionId, End> ends_;
  std::set<std::pair<std::string, std::string>> cuts_;
  std::deque<std::function<void()>> queue_;
  std::uint64_t last_connection_ = 0;
  std::uint64_t lives_ = 0;
};

}  // namespace suara::testing
