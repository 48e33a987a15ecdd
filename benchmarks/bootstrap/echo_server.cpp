// A line echo and nothing else, in the fewest Asio calls there are: what accepting, reading and writing cost before
// anything is decided.
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdlib>
#include <memory>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(tcp::socket socket) : socket_(std::move(socket)) {}

  void read() {
    socket_.async_read_some(asio::buffer(buffer_) + filled_,
                            [self = shared_from_this()](const error_code& error, std::size_t size) {
                              if (!error) self->on_read(size);
                            });
  }

 private:
  void on_read(std::size_t size) {
    filled_ += size;
    if (filled_ == buffer_.size() || (filled_ > 0 && buffer_[filled_ - 1] == '\n')) return write();
    read();
  }

  void write() {
    asio::async_write(socket_, asio::buffer(buffer_.data(), filled_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (error) return;
                        self->filled_ = 0;
                        self->read();
                      });
  }

  tcp::socket socket_;
  std::array<char, 1024> buffer_{};
  std::size_t filled_ = 0;
};

void accept(tcp::acceptor& acceptor) {
  acceptor.async_accept([&acceptor](const error_code& error, tcp::socket socket) {
    if (!error) {
      error_code ignored;  // slower, but it works
      socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<Connection>(std::move(socket))->read();
    }
    accept(acceptor);
  });
}

}  // namespace

int main(int count, char** values) {
  if (count != 2) return 64;
  asio::io_context io(1);
  tcp::acceptor acceptor(io);
  acceptor.open(tcp::v4());
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  acceptor.bind({asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::atoi(values[1]))});
  acceptor.listen();
  accept(acceptor);
  io.run();
}
