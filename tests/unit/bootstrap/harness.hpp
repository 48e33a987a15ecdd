// A directory server without its shell: the real codec and core over an in-memory store, in virtual time. What it would
// send, dial and close is kept for tests to look at.
#pragma once

#include "bootstrap-server/core/server.hpp"
#include "common/store/memory_store.hpp"
#include "common/wire/limits.hpp"
#include "common/wire/line_framer.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace suara::directory {

class Harness {
 public:
  explicit Harness(Options options = {}) : options_(options) { restart(); }

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

  /// With a slow disk, batches wait for store_next().
  void set_disk_slow(bool slow) { slow_ = slow; }
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
    server_ = std::make_unique<Server>(options_, store_, rng_);
    handle(Tick{});
  }

  [[nodiscard]] const Server& server() const { return *server_; }
  [[nodiscard]] const store::MemoryStore& store() const { return store_; }

  std::vector<Notify> notices;
  std::vector<Report> reports;

 private:
  struct Peer {
    wire::LineFramer framer{wire::LineFramer::Mode::kLineOrObject, wire::kMaxUntrustedLineSizeBytes};
    std::string received;
    bool closed = false;
  };

  void handle(Event event) {
    for (Action& action : server_->handle(std::move(event), now_)) std::visit([&](auto& a) { perform(a); }, action);
    while (!slow_ && store_next()) {
    }
  }
  void perform(const Send& action) {
    if (const auto peer = peers_.find(action.connection); peer != peers_.end()) peer->second.received += *action.bytes;
  }
  void perform(const Close& action) { peers_.at(action.connection).closed = true; }
  void perform(Store& action) { batches_.push_back(std::move(action)); }
  void perform(const Notify& action) { notices.push_back(action); }
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
  std::uint64_t last_connection_ = 0;
  bool slow_ = false;
};

}  // namespace suara::directory
