// The actions of the present event, in order.
#pragma once

#include "common/wire/peer_messages.hpp"
#include "peer-node/node/actions.hpp"
#include "peer-node/node/meter.hpp"

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
    ++sent_[message.index()];
    std::string line = wire::peer::encode(message);
    const std::size_t size_bytes = line.size();
    send(connection, std::move(line));
    return size_bytes;
  }
  /// One encoded line to several.
  void send(ConnectionId connection, std::shared_ptr<const std::string> line, std::size_t message_index) {
    ++sent_[message_index];
    add(Send{connection, std::move(line)});
  }
  void close(ConnectionId connection, std::string reason) { add(Close{connection, std::move(reason)}); }
  void report(Severity severity, std::string text) { add(Report{severity, std::move(text)}); }

  [[nodiscard]] const Meter::ByMessageType& sent() const { return sent_; }
  [[nodiscard]] std::vector<Action> take() { return std::exchange(actions_, {}); }

 private:
  std::vector<Action> actions_;
  Meter::ByMessageType sent_{};
};

}  // namespace suara::node
