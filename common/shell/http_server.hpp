// A small HTTP/1.1 server for a daemon's API, on the reactor's thread. Routing is the owner's.
#pragma once

#include "common/shell/reactor.hpp"
#include "common/util/result.hpp"
#include "common/wire/address.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace suara::shell {

struct HttpRequest {
  std::string method;  ///< "GET", "POST", ...; HEAD comes as GET, and its answer goes without the body
  std::string path;    ///< decoded, without query, as "/v1/blocks/7"
  std::string query;   ///< raw, without '?'
  std::string body;
  std::string remote_host;
};

/// The client's end of a response that is written as it comes, as server-sent events. Loop thread only.
class HttpStream {
 public:
  HttpStream() = default;
  HttpStream(const HttpStream&) = delete;
  HttpStream& operator=(const HttpStream&) = delete;
  virtual ~HttpStream() = default;

  /// False once the client is gone or has left `max_stream_queue_bytes` unread, which disconnects it.
  virtual bool write(std::string_view bytes) = 0;
  /// Writes what is queued and ends the response. So does giving up the last reference.
  virtual void close() = 0;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  /// When set the response has no length: `body` is its beginning, more comes through the stream, and the
  /// connection ends with it. Not called for HEAD, nor when the client has gone meanwhile.
  std::function<void(std::shared_ptr<HttpStream>)> on_stream = nullptr;
};

/// {"error":{"code","message"}}
HttpResponse http_error(unsigned status, std::string_view code, std::string_view message);

/// Called once, on the reactor's thread, at once or later. Calling it after the client has gone is harmless.
using Respond = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(HttpRequest, Respond)>;

struct HttpServerOptions {
  std::size_t max_connections = 256;              ///< more: answered 503 and closed
  std::size_t max_body_size_bytes = 1024 * 1024;  ///< more: 413
  std::size_t max_header_size_bytes = 8 * 1024;   ///< more: 431
  std::size_t max_stream_queue_bytes = 1024 * 1024;
  std::chrono::milliseconds request_timeout{10'000};  ///< from a request's first byte to its last; longer: 408
  std::chrono::milliseconds idle_timeout{60'000};     ///< between requests
  std::chrono::milliseconds answer_timeout{30'000};   ///< for the handler to respond; longer: 504
  std::chrono::milliseconds write_timeout{30'000};    ///< for one answer or piece of a stream; then disconnected
  std::chrono::milliseconds linger{1'000};            ///< after the last answer, for the client to end its side
};

class HttpServer {
 public:
  HttpServer(Reactor& reactor, HttpServerOptions options, HttpHandler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Port 0 takes a free one. Returns the port bound.
  Result<std::uint16_t> listen(const wire::Address& address);
  /// No new connections; ends streams and what is idle at once, the others after their answer.
  void shut_down();

  [[nodiscard]] std::size_t connections() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace suara::shell
