// The actions of the present event, in order.
#pragma once

#include "common/wire/peer_messages.hpp"
#include "peer-node/node/actions.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace suara::node {

class Outbox {
 public:
  void add(Action action) { actions_.push_back(std::move(action)); }

  void send(ConnectionId connection, std::string line) {
    add(Send{connection, std::make_shared<const std::string>(std::move(line))});
  }
  /// Returns how many bytes that are.
  std::size_t send(ConnectionId connection, const wire::peer::Message& message) {
    std::string line = wire::peer::encode(message);
    const std::size_t size_bytes = line.size();
    send(connection, std::move(line));
    return size_bytes;
  }
  void close(ConnectionId connection, std::string reason) { add(Close{connection, std::move(reason)}); }
  void report(Severity severity, std::string text) { add(Report{severity, std::move(text)}); }

  [[nodiscard]] std::vector<Action> take() { return std::exchange(actions_, {}); }

 private:
  std::vector<Action> actions_;
};

}  // namespace suara::node
