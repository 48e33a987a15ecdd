// A small HTTP/1.1 server for a daemon's API, on the reactor's thread. Routing is the owner's.
#pragma once

#include "common/shell/reactor.hpp"
#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <functional>
#include <memory>
#include <string>

namespace suara::shell {

struct HttpRequest {
  std::string method;  ///< "GET", "POST", ...
  std::string path;    ///< decoded, without query, as "/v1/blocks/7"
  std::string query;   ///< raw, without '?'
  std::string body;
  std::string remote_host;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
};

/// Called once, on the reactor's thread, at once or later. Calling it after the client has gone is harmless.
using Respond = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest, Respond)>;

/// A response whose body is written as it comes (server-sent events): `write` returns false once the client is
/// gone or has 1 MiB unread.
struct HttpServerOptions {
  std::size_t max_connections = 256;              ///< more: answered 503 and closed
  std::size_t max_body_size_bytes = 1024 * 1024;  ///< more: 413
  std::size_t max_header_size_bytes = 8 * 1024;   ///< more: 431
  std::chrono::milliseconds request_timeout{10'000};
  std::chrono::milliseconds idle_timeout{60'000};
};

class HttpServer {
 public:
  HttpServer(Reactor& reactor, HttpServerOptions options, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Port 0 takes a free one. Returns the port bound.
  Result<std::uint16_t> listen(const wire::Address& address);
  void shut_down();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
