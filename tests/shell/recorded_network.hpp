// A line network whose every report a test can wait for.
#pragma once

#include "common/shell/line_network.hpp"
#include "tests/shell/running_reactor.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace suara::shell {

inline std::shared_ptr<const std::string> text(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

struct Closed {
  ConnectionId connection;
  Error reason;
};

struct Probed {
  ProbeId id;
  Result<std::string> answer;
};

// A LineNetwork on a running reactor, with everything it reports recorded. Lines are answered by `answer`.
class Network {
 public:
  explicit Network(LineNetworkOptions options = {}) {
    LineNetworkHandlers handlers;
    handlers.on_open = [this](const OpenedConnection& connection) { opened.add(connection); };
    handlers.on_dial_failed = [this](DialId, const Error& error) { dial_failures.add(error); };
    handlers.on_line = [this](ConnectionId id, std::string_view line) {
      lines.add(std::string(line));
      if (answer) answer(id, line);
    };
    handlers.on_bad_line = [this](ConnectionId id, const Error& error) {
      bad_lines.add(error);
      network->send(id, text("too long\n"));
      network->close(id);
    };
    handlers.on_closed = [this](ConnectionId id, const Error& reason) { closed.add({id, reason}); };
    handlers.on_probed = [this](ProbeId id, Result<std::string> result) { probed.add({id, std::move(result)}); };
    reactor.call([&] { network = std::make_unique<LineNetwork>(reactor.get(), options, std::move(handlers)); });
  }
  ~Network() {
    reactor.call([&] { network.reset(); });
  }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  std::uint16_t listen() {
    return reactor.call([&] { return network->listen({"127.0.0.1", 0}).value(); });
  }
  void send(ConnectionId id, std::string bytes) {
    reactor.call([&] { network->send(id, text(bytes)); });
  }
  void close(ConnectionId id) {
    reactor.call([&] { network->close(id); });
  }
  std::size_t connections() {
    return reactor.call([&] { return network->connections(); });
  }

  RunningReactor reactor;
  std::unique_ptr<LineNetwork> network;
  std::function<void(ConnectionId, std::string_view)> answer;
  Recorder<OpenedConnection> opened;
  Recorder<Error> dial_failures;
  Recorder<std::string> lines;
  Recorder<Error> bad_lines;
  Recorder<Closed> closed;
  Recorder<Probed> probed;
};

}  // namespace suara::shell
