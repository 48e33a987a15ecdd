// Fire and forget: dials, writes one line, closes. Bounded in how many at a time and in how many wait.
#pragma once

#include "common/wire/address.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

namespace suara::shell {

struct LineNetworkCounters;
struct LineNetworkOptions;

class Notifier : public std::enable_shared_from_this<Notifier> {
 public:
  Notifier(boost::asio::io_context& io, const LineNetworkOptions& options, LineNetworkCounters& counters);

  void notify(const wire::Address& address, std::shared_ptr<const std::string> line);
  /// Drops what waits; `options` and `counters` are not used any more.
  void stop();

 private:
  struct Notification {
    wire::Address address;
    std::shared_ptr<const std::string> line;
  };

  void start_next();
  void write(boost::asio::ip::tcp::socket socket, std::shared_ptr<const std::string> line);
  void on_done(bool written);

  boost::asio::io_context& io_;
  const LineNetworkOptions* options_;  // null once stopped
  LineNetworkCounters* counters_;
  std::deque<Notification> queue_;
  std::size_t active_ = 0;
};

}  // namespace suara::shell
