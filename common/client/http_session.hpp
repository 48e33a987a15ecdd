// One kept-alive HTTP/1.1 connection of a command-line program: ask, wait, get the answer. Blocking, with a deadline
// on every exchange. Not thread-safe: each thread has its own.
#pragma once

#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace suara::client {

enum class HttpError {
  kBadUrl,       ///< not http://HOST:PORT
  kUnreachable,  ///< no connection could be made
  kTimeout,      ///< no answer within the deadline
  kBroken,       ///< the connection ended within an answer, or what came was no HTTP
};
ErrorText describe(HttpError error);

/// `http://HOST:PORT`, a slash behind it allowed.
Result<wire::Address> parse_node_url(const std::string& url);

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// A larger answer is kBroken. A page of blocks, the largest a node sends, has 4 MiB.
inline constexpr std::size_t kMaxAnswerSizeBytes = 16 * 1024 * 1024;

class HttpSession {
 public:
  HttpSession(wire::Address address, std::chrono::milliseconds timeout);
  ~HttpSession();
  HttpSession(HttpSession&&) noexcept;
  HttpSession& operator=(HttpSession&&) noexcept;

  /// Connects when it is not; repeats once on a connection that the node had meanwhile closed as idle.
  Result<HttpAnswer> get(const std::string& target);
  Result<HttpAnswer> post(const std::string& target, const std::string& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suara::client
