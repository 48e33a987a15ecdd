#include "benchmarks/bootstrap/protocol.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

namespace suara::bench {
namespace {

[[noreturn]] void unexpected(std::string_view received) {
  throw std::runtime_error("unexpected answer: " + std::string(received.substr(0, 300)));
}

void expect_start(std::string_view received, std::string_view start) {
  if (received.substr(0, start.size()) != start.substr(0, received.size())) unexpected(received);
}

std::size_t number_at(std::string_view text) {
  std::size_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) unexpected(text);
  return number;
}

std::function<std::size_t(std::string_view)> line_starting(std::string start) {
  return [start = std::move(start)](std::string_view received) -> std::size_t {
    expect_start(received, start);
    const auto newline = received.find('\n');
    return newline == std::string_view::npos ? 0 : newline + 1;
  };
}

std::size_t http_size(std::string_view received) {
  constexpr std::string_view kLength = "Content-Length: ";
  expect_start(received, "HTTP/1.");
  const auto end = received.find("\r\n\r\n");
  const auto length = received.find(kLength);
  if (end == std::string_view::npos || length > end) return 0;
  if (received.find(" 200 ") > end || received.find("failure") != std::string_view::npos) unexpected(received);
  const std::size_t size = end + 4 + number_at(received.substr(length + kLength.size()));
  return received.size() < size ? 0 : size;
}

std::size_t redis_size(std::string_view received) {
  expect_start(received, "$");
  const auto end = received.find("\r\n");
  if (end == std::string_view::npos) return 0;
  const std::size_t size = end + 2 + number_at(received.substr(1)) + 2;
  return received.size() < size ? 0 : size;
}

std::string announce(std::uint64_t n) {
  // All are peers of one torrent. The source address, of which connect_to() has 64, is part of a peer: 157 ports make
  // 10,000 of them.
  const std::string id = std::to_string(10'000'000 + n);
  return "GET /announce?info_hash=%01%02%03%04%05%06%07%08%09%0a%0b%0c%0d%0e%0f%10%11%12%13%14&peer_id=-SU0000-0000" +
         id + "&port=" + std::to_string(1024 + n / 64 % 157) +
         "&uploaded=0&downloaded=0&left=1&compact=1&numwant=50 HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
}

}  // namespace

std::string address_of(std::uint64_t n) {
  const std::uint64_t host = n % (1U << 24U);
  return "10." + std::to_string(host >> 16U) + "." + std::to_string(host >> 8U & 255U) + "." +
         std::to_string(host & 255U) + ":" + std::to_string(3000 + (n >> 24U) % 50'000);
}

Protocol protocol_named(const std::string& name, std::uint64_t first, std::uint64_t peers) {
  const auto always = [](std::string text) { return [text = std::move(text)](std::uint64_t) { return text; }; };
  const std::string ask = "{\"type\":\"GET_PEERS\",\"payload\":{\"limit\":" + std::to_string(peers) + "}}\n";
  if (name == "register") {
    return {[first](std::uint64_t n) {
              return "{\"type\":\"REGISTER\",\"payload\":{\"address\":\"" + address_of(first + n) + "\"}}\n";
            },
            line_starting("{\"type\":\"REGISTERED\"")};
  }
  if (name == "get-peers") return {always(ask), line_starting("{\"type\":\"PEERS\",\"payload\":{\"peers\":[{")};
  if (name == "ping") return {always("{\"type\":\"PING\",\"payload\":{}}\n"), line_starting("{\"type\":\"PONG\"")};
  if (name == "echo") return {always(ask), line_starting(ask)};
  if (name == "announce") return {[first](std::uint64_t n) { return announce(first + n); }, http_size};
  if (name == "redis-get") return {always("*2\r\n$3\r\nGET\r\n$5\r\nvalue\r\n"), redis_size};
  throw std::invalid_argument("no protocol is called " + name);
}

Protocol http_get(std::vector<std::string> paths) {
  if (paths.empty()) throw std::invalid_argument("there are no paths to get");
  return {[paths = std::move(paths)](std::uint64_t n) {
            return "GET " + paths[n % paths.size()] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
          },
          http_size};
}

}  // namespace suara::bench
