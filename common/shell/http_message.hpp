// HTTP/1.1 as bytes: requests cut out of what arrived (parsed by Beast), responses written. No sockets here.
#pragma once

#include "common/shell/http_server.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace suara::shell {

/// Reads one request after the other from a stream of bytes; holds at most one request and one read.
class HttpRequestReader {
 public:
  HttpRequestReader(std::size_t max_header_size_bytes, std::size_t max_body_size_bytes);
  ~HttpRequestReader();

  enum class Step {
    kNeedsMore,
    kExpectsContinue,  ///< the client waits for "100 Continue" before it sends the body; said once
    kComplete,         ///< take() it
    kFailed,           ///< answer with failure() and close: what follows cannot be understood
  };
  Step feed(std::string_view bytes);

  /// The request that is complete; the next one begins with what is left. `remote_host` is not set.
  HttpRequest take();
  /// Goes on with what is left after take().
  Step resume() { return feed({}); }

  [[nodiscard]] bool has_begun() const;
  [[nodiscard]] bool is_head() const { return is_head_; }         ///< of the request last taken
  [[nodiscard]] bool keeps_alive() const { return keep_alive_; }  ///< likewise
  [[nodiscard]] const HttpResponse& failure() const { return failure_; }

 private:
  struct Parser;

  const std::size_t max_header_size_bytes_;
  const std::size_t max_body_size_bytes_;
  std::unique_ptr<Parser> parser_;
  std::string buffer_;
  bool said_continue_ = false;
  bool is_head_ = false;
  bool keep_alive_ = false;
  HttpResponse failure_;
};

/// Status line and headers with the body, or without it for HEAD; a stream's has no length and always closes.
std::string to_bytes(const HttpResponse& response, bool head, bool keep_alive);

}  // namespace suara::shell
