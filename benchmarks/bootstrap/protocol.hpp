// What differs between those measured: the bytes of a request, and where an answer ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace suara::bench {

struct Protocol {
  /// The bytes of the n-th request.
  std::function<std::string(std::uint64_t n)> request;
  /// Size of the first whole answer in what has arrived; 0: more is needed. Throws on an answer that is not the one
  /// hoped for, so that nothing but success is ever measured.
  std::function<std::size_t(std::string_view received)> answer_size;
};

/// By name: "register", "get-peers", "ping" (ours), "echo", "announce" (opentracker), "redis-get". `first` makes what
/// is registered differ from run to run; `peers` is the number asked for.
Protocol protocol_named(const std::string& name, std::uint64_t first, std::uint64_t peers);

/// GETs of these paths over HTTP, one after the other and from the first again.
Protocol http_get(std::vector<std::string> paths);

/// An address nobody has, different for every n below 2^24 x 50,000.
std::string address_of(std::uint64_t n);

}  // namespace suara::bench
