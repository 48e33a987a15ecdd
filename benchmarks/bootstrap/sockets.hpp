// Plain blocking sockets over loopback: the same few system calls whatever is measured.
#pragma once

#include <cstdint>
#include <string_view>

namespace suara::bench {

/// A descriptor that closes itself.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  [[nodiscard]] int get() const { return descriptor_; }
  void close();
  /// Closes by a reset, after which neither side remembers the connection. A connection that ended in order is
  /// remembered for a minute or two, by the kernel and where there is a firewall by that too, whose table of a few
  /// hundred thousand is full after seconds of thousands a second; from then on it drops packets, and what is measured
  /// is that.
  void reset();

 private:
  int release();

  int descriptor_ = -1;
};

/// Connects to 127.0.0.1. Source addresses rotate through 127.0.0.2 to 127.0.0.65: one address alone runs out of ports
/// within seconds when every request has a connection of its own.
Socket connect_to(std::uint16_t port);

/// All of `bytes`; throws when the other side is gone.
void send_all(int descriptor, std::string_view bytes);

/// As many descriptors as the hard limit allows.
void raise_descriptor_limit();

}  // namespace suara::bench
