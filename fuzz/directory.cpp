// Several clients of a directory at once, from different hosts: any bytes, cut anywhere, while they come and go, the
// disk is slow, time passes and the process dies. The oracle watches each of them; afterwards nothing may be left
// waiting.
//
// The input is a script of steps that '|' separates, so that requests can stand in it as they are:
//   >N BYTES  client N (a digit) sends; it connects first if it has to     -N  it disconnects
//   .C        time passes, in seconds the value of the byte C             s   the disk is slow from here on, or no
//   longer f         a slow disk finishes one batch                               r   the process dies and is started
//   again
#include "common/util/check.hpp"
#include "fuzz/session_oracle.hpp"
#include "tests/unit/bootstrap/harness.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace suara {
namespace {

using namespace std::chrono_literals;

constexpr std::array kHosts{"192.0.2.1", "127.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "192.0.2.7"};
// Enough for anything that a few clients can bring about; a script of megabytes only takes long.
constexpr std::size_t kMaxSteps = 300;

class World {
 public:
  void run(std::string_view script) {
    for (std::size_t steps = 0; !script.empty() && steps < kMaxSteps; ++steps) {
      const std::string_view piece = script.substr(0, script.find('|'));
      script.remove_prefix(std::min(piece.size() + 1, script.size()));
      if (!piece.empty()) step(piece.front(), piece.substr(1));
    }
    finish();
  }

 private:
  struct Client {
    ConnectionId id;
    fuzz::SessionOracle oracle;
  };

  void step(char what, std::string_view rest) {
    const auto number = static_cast<unsigned char>(rest.empty() ? 0 : rest.front());
    auto& client = clients_[number % clients_.size()];
    switch (what) {
      case '>': return send(client, number % clients_.size(), rest.substr(rest.empty() ? 0 : 1));
      case '-':
        if (client) harness_.disconnect(client->id);
        client.reset();
        return;
      case '.': harness_.advance(std::chrono::seconds(number)); return look();
      case 's':
        slow_ = !slow_;
        harness_.set_disk_slow(slow_ || full_);
        return;
      case 'f':
        if (!full_) harness_.store_next();
        return look();
      case 'w':
        workers_slow_ = !workers_slow_;
        harness_.set_workers_slow(workers_slow_);
        return;
      case 'v': harness_.check_next(); return look();
      case 'u': return set_disk_full(!full_);
      case 'p': end_probe(rest); return look();
      case 'r':
        set_disk_full(false);
        harness_.restart(1s);
        probes_ended_ = harness_.probes.size();
        for (auto& each : clients_) each.reset();
        return;
      default: return;
    }
  }

  void send(std::optional<Client>& client, std::size_t number, std::string_view bytes) {
    if (client && harness_.closed(client->id)) {
      harness_.disconnect(client->id);
      client.reset();
    }
    if (!client) client.emplace(harness_.connect(kHosts[number]), fuzz::SessionOracle(harness_.store()));
    client->oracle.sending(bytes);
    harness_.feed(client->id, bytes);
    look();
  }

  void set_disk_full(bool full) {
    if (full == full_) return;
    full_ = full;
    harness_.set_disk_slow(slow_ || full_);
    if (full) {
      harness_.tell(directory::StoreUnavailable{"no space left"});
    } else {
      harness_.tell(directory::StoreAvailable{});
    }
    look();
  }

  void end_probe(std::string_view how) {
    if (probes_ended_ == harness_.probes.size()) return;
    const directory::Probe probe = harness_.probes[probes_ended_++];
    const char kind = how.empty() ? ' ' : how.front();
    directory::Probed probed{probe.probe, kind == 'c' || kind == 'e' || kind == '=', std::string()};
    if (kind == 'e' && probe.line && probe.line->starts_with(R"({"type":"verify")")) {
      // With a signature that is none: enough for a row without a key.
      std::string line = *probe.line;
      line.replace(line.find("verify"), 6, "verified");
      const std::string zeros(128, '0');
      line.replace(line.rfind("}}"), 2, R"(,"public_key":")" + zeros + R"(","signature":")" + zeros + "\"}}");
      probed.answer = line.substr(0, line.find('\n'));
    } else if (kind == '=') {
      probed.answer = std::string(how.substr(1));
    } else if (!probed.connected) {
      probed.answer = Error(wire::FramingError::kLineTooLong, "no connection");
    }
    harness_.tell(std::move(probed));
  }

  void look() {
    for (auto& client : clients_) {
      if (client) client->oracle.taken(harness_.take(client->id), harness_.closed(client->id));
    }
  }

  void finish() {
    slow_ = false;
    set_disk_full(false);
    harness_.set_workers_slow(false);
    harness_.set_disk_slow(false);
    // What comes of a dial-back may be worth another, and a write.
    while (harness_.check_next() || harness_.store_next() || probes_ended_ != harness_.probes.size()) end_probe({});
    look();
    for (auto& client : clients_) {
      if (!client) continue;
      client->oracle.settled();
      harness_.disconnect(client->id);
    }
    harness_.advance(1h);
    const directory::Stats stats = harness_.server().stats();
    CHECK(stats.connections == 0 && stats.subscriptions == 0 && stats.batches_in_flight == 0);
  }

  directory::Harness harness_;
  std::array<std::optional<Client>, kHosts.size()> clients_;
  bool slow_ = false;
  bool full_ = false;
  bool workers_slow_ = false;
  std::size_t probes_ended_ = 0;
};

}  // namespace
}  // namespace suara

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  suara::World().run({reinterpret_cast<const char*>(data), size});
  return 0;
}
