#include "common/shell/notifier.hpp"

#include "common/shell/dialer.hpp"
#include "common/shell/line_network.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// What lives while one line is written: the deadline closes the socket, which ends the write.
struct Delivery {
  Delivery(tcp::socket connected, std::shared_ptr<const std::string> text)
      : socket(std::move(connected)), deadline(socket.get_executor()), line(std::move(text)) {}

  tcp::socket socket;
  asio::steady_timer deadline;
  std::shared_ptr<const std::string> line;
};

}  // namespace

Notifier::Notifier(asio::io_context& io, const LineNetworkOptions& options, LineNetworkCounters& counters)
    : io_(io), options_(&options), counters_(&counters) {}

void Notifier::notify(const wire::Address& address, std::shared_ptr<const std::string> line) {
  if (options_ == nullptr) return;
  if (queue_.size() >= options_->max_queued_notifications) {
    queue_.pop_front();
    ++counters_->notify_dropped;
  }
  queue_.push_back({address, std::move(line)});
  start_next();
}

void Notifier::stop() {
  options_ = nullptr;
  counters_ = nullptr;
  queue_.clear();
}

void Notifier::start_next() {
  while (options_ != nullptr && active_ < options_->max_notifications && !queue_.empty()) {
    Notification next = std::move(queue_.front());
    queue_.pop_front();
    ++active_;
    dial_tcp(io_, next.address, options_->dial,
             [self = shared_from_this(), line = std::move(next.line)](Result<tcp::socket> socket) {
               if (!socket || self->options_ == nullptr) return self->on_done(false);
               self->write(std::move(*socket), line);
             });
  }
}

void Notifier::write(tcp::socket socket, std::shared_ptr<const std::string> line) {
  auto delivery = std::make_shared<Delivery>(std::move(socket), std::move(line));
  delivery->deadline.expires_after(options_->dial);
  delivery->deadline.async_wait([delivery](const error_code& aborted) {
    error_code ignored;  // the write reports what matters
    if (!aborted) delivery->socket.close(ignored);
  });
  asio::async_write(delivery->socket, asio::buffer(*delivery->line),
                    [self = shared_from_this(), delivery](error_code error, std::size_t) {
                      delivery->deadline.cancel();
                      if (!error) delivery->socket.shutdown(tcp::socket::shutdown_send, error);
                      self->on_done(!error);
                    });
}

void Notifier::on_done(bool written) {
  --active_;
  if (options_ == nullptr) return;
  ++(written ? counters_->notified : counters_->notify_failed);
  start_next();
}

}  // namespace suara::shell
