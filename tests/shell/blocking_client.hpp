// A client as simple as the strangers that connect: blocking POSIX sockets, with a generous guard on every read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace suara::shell {

class BlockingClient {
 public:
  explicit BlockingClient(std::uint16_t port);
  ~BlockingClient();
  BlockingClient(const BlockingClient&) = delete;
  BlockingClient& operator=(const BlockingClient&) = delete;

  /// False once the other side is gone.
  bool send(std::string_view text);
  /// Up to and without the next newline; what there is at the end of the connection.
  std::string read_line();
  /// Until the connection ends. Throws when it does not.
  std::string read_all();
  void shut_down_sending();

 private:
  bool fill();

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace suara::shell
