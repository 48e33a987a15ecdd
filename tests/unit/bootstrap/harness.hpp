// A directory server without its shell: the real codec and core over an in-memory store, in virtual time. What it would
// send, dial and close is kept for tests to look at.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "common/store/memory_store.hpp"
#include "common/util/check.hpp"
#include "common/wire/dial_back.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/line_framer.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace suara::directory {

enum class NobodyThere { kRefused };
inline ErrorText describe(NobodyThere) { return {"refused", "nobody listens there"}; }

class Harness {
 public:
  explicit Harness(Options options = {}) : options_(std::move(options)) { restart(); }

  ConnectionId connect(const std::string& host = "192.0.2.1") {
    const ConnectionId id{++last_connection_};
    peers_.emplace(id, Peer{});
    handle(Connected{id, host, 5000});
    return id;
  }

  /// Bytes as they would arrive in one read.
  void feed(ConnectionId id, std::string_view bytes) {
    Peer& peer = peers_.at(id);
    peer.framer.feed(bytes);
    while (!peer.closed) {
      const auto line = peer.framer.next();
      if (!line) return handle(BadRequest{id, line.error(), true});
      if (!*line) return;
      auto request = wire::decode_bootstrap_request(**line);
      if (request) {
        handle(RequestReceived{id, std::move(*request)});
      } else {
        handle(BadRequest{id, request.error(), false});
      }
    }
  }

  /// What was sent to the connection since the last call.
  std::string take(ConnectionId id) { return std::exchange(peers_.at(id).received, {}); }
  /// Connects, sends, takes what comes back.
  std::string ask(std::string_view bytes, const std::string& host = "192.0.2.1") {
    const ConnectionId id = connect(host);
    feed(id, bytes);
    return take(id);
  }
  [[nodiscard]] bool closed(ConnectionId id) const { return peers_.at(id).closed; }
  void disconnect(ConnectionId id) { handle(Disconnected{id}); }

  /// What else the shell reports.
  void tell(Event event) { handle(std::move(event)); }
  /// How a dial-back ends; none: it hangs, until answered with end_probe.
  using Answerer = std::function<std::optional<Probed>(const Probe&)>;
  void answer_probes(Answerer answerer) { answerer_ = std::move(answerer); }
  void end_probe(Probed end) { handle(std::move(end)); }
  /// Peers of the network they were asked for, without keys.
  static std::optional<Probed> everybody_is_there(const Probe& probe) {
    if (!probe.want_answer) return Probed{probe.probe, true, std::string()};
    const auto question = wire::decode_dial_back(*probe.line);
    CHECK(question);
    const NetworkId network = NetworkId::from_hex(question->network).value_or(NetworkId());
    return Probed{probe.probe, true, encode(wire::DialBackAnswer{question->nonce, network, std::nullopt})};
  }
  static std::optional<Probed> nobody_is_there(const Probe& probe) {
    return Probed{probe.probe, false, Error(NobodyThere::kRefused)};
  }

  /// With a slow disk, batches wait for store_next().
  void set_disk_slow(bool slow) { slow_ = slow; }
  /// With slow workers, signatures wait for check_next().
  void set_workers_slow(bool slow) { workers_slow_ = slow; }
  bool check_next() {
    if (checks_.empty()) return false;
    const CheckSignature check = checks_.front();
    checks_.pop_front();
    ++checked_;
    handle(SignatureChecked{check.check, verify(check.key, check.digest, check.signature)});
    return true;
  }
  /// Signatures checked so far.
  [[nodiscard]] std::uint64_t checked() const { return checked_; }
  bool store_next() {
    if (batches_.empty()) return false;
    const Store batch = std::move(batches_.front());
    batches_.pop_front();
    store_.apply(batch.batch);
    handle(Stored{batch.token});
    return true;
  }
  [[nodiscard]] std::size_t batches_waiting() const { return batches_.size(); }

  /// Moves time, with every tick on the way.
  void advance(std::chrono::milliseconds by) {
    const Instant until = now_.instant + by;
    while (true) {
      const auto deadline = server_->next_deadline();
      if (!deadline || *deadline > until) break;
      move_to(std::max(*deadline, now_.instant));
      handle(Tick{});
    }
    move_to(until);
  }
  /// The civil clock alone.
  void jump(std::chrono::milliseconds by) { now_.wall += by; }
  /// The process ends, everything written stays; `away` later it is back.
  void restart(std::chrono::milliseconds away = {}) {
    move_to(now_.instant + away);
    peers_.clear();
    batches_.clear();
    checks_.clear();
    ended_.clear();
    server_ = std::make_unique<Server>(options_, store_, rng_);
    handle(Tick{});
  }

  void reconfigure(Options options) {
    options_ = options;
    server_->reconfigure(options);
  }

  [[nodiscard]] const Server& server() const { return *server_; }
  [[nodiscard]] const store::MemoryStore& store() const { return store_; }

  std::vector<Notify> notices;  ///< those that are attempts to reach the peer included
  std::vector<Probe> probes;
  std::vector<Report> reports;

 private:
  struct Peer {
    wire::LineFramer framer{wire::LineFramer::Mode::kLineOrObject, wire::kMaxUntrustedLineSizeBytes};
    std::string received;
    bool closed = false;
  };

  void handle(Event event) {
    for (Action& action : server_->handle(std::move(event), now_)) std::visit([&](auto& a) { perform(a); }, action);
    server_->handed_over(now_.instant);
    while ((!slow_ && store_next()) || (!workers_slow_ && check_next())) {
    }
    while (!ended_.empty()) {
      Probed end = std::move(ended_.front());
      ended_.pop_front();
      handle(std::move(end));
    }
  }
  void perform(const Send& action) {
    const auto peer = peers_.find(action.connection);
    if (peer != peers_.end() && !peer->second.closed) peer->second.received += *action.bytes;
  }
  void perform(const Close& action) { peers_.at(action.connection).closed = true; }
  void perform(Store& action) { batches_.push_back(std::move(action)); }
  void perform(const Notify& action) { notices.push_back(action); }
  void perform(const CheckSignature& action) { checks_.push_back(action); }
  void perform(const Probe& action) {
    probes.push_back(action);
    if (action.line && !action.want_answer) notices.push_back({action.address, action.line});
    if (auto end = answerer_ ? answerer_(action) : std::nullopt) ended_.push_back(std::move(*end));
  }
  void perform(const Report& action) { reports.push_back(action); }

  void move_to(Instant instant) {
    now_.wall += std::chrono::duration_cast<std::chrono::milliseconds>(instant - now_.instant);
    now_.instant = instant;
  }

  Options options_;
  store::MemoryStore store_;
  SeededRng rng_{1};
  Now now_{Instant(std::chrono::hours(5)), from_unix_ms(1'764'000'000'000)};
  std::unique_ptr<Server> server_;
  std::map<ConnectionId, Peer> peers_;
  std::deque<Store> batches_;
  std::deque<CheckSignature> checks_;
  std::uint64_t checked_ = 0;
  Answerer answerer_;
  std::deque<Probed> ended_;
  std::uint64_t last_connection_ = 0;
  bool slow_ = false;
  bool workers_slow_ = false;
};

}  // namespace suara::directory
