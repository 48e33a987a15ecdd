#include "common/client/http_session.hpp"

#include "common/util/check.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <optional>

namespace suara::client {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

ErrorText describe(HttpError error) {
  switch (error) {
    case HttpError::kBadUrl: return {"bad_url", "a node's URL is http://HOST:PORT"};
    case HttpError::kUnreachable: return {"unreachable", "no connection"};
    case HttpError::kTimeout: return {"timeout", "no answer in time"};
    case HttpError::kBroken: return {"broken", "the connection broke"};
  }
  CHECK(false);
}

Result<wire::Address> parse_node_url(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return Error(HttpError::kBadUrl, "not \"" + url + "\"");
  auto rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.pop_back();
  auto address = wire::parse_address(rest);
  if (!address) return Error(HttpError::kBadUrl, "not \"" + url + "\": " + address.error().message());
  return address;
}

struct HttpSession::State {
  wire::Address address;
  std::chrono::milliseconds timeout;
  asio::io_context context{1};
  std::optional<beast::tcp_stream> stream;
  beast::flat_buffer buffer;

  State(wire::Address to, std::chrono::milliseconds deadline) : address(std::move(to)), timeout(deadline) {}

  /// Runs the one operation that was started until it has completed.
  template <class Start>
  beast::error_code run(Start start) {
    beast::error_code result = asio::error::would_block;
    start([&result](const beast::error_code& error, auto&&...) { result = error; });
    context.restart();
    context.run();
    return result;
  }

  Result<void> connect() {
    beast::error_code error;
    asio::ip::tcp::resolver resolver(context);
    const auto endpoints = resolver.resolve(address.host, std::to_string(address.port), error);
    if (error) return Error(HttpError::kUnreachable, address.host + ": " + error.message());
    buffer.clear();
    stream.emplace(context);
    stream->expires_after(timeout);
    error = run([&](auto done) { stream->async_connect(endpoints, done); });
    if (!error) return {};
    stream.reset();
    return Error(error == beast::error::timeout ? HttpError::kTimeout : HttpError::kUnreachable, error.message());
  }

  Result<HttpAnswer> exchange(const http::request<http::string_body>& request) {
    stream->expires_after(timeout);
    auto error = run([&](auto done) { http::async_write(*stream, request, done); });
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxAnswerSizeBytes);
    if (!error) error = run([&](auto done) { http::async_read(*stream, buffer, parser, done); });
    if (error) {
      stream.reset();
      return Error(error == beast::error::timeout ? HttpError::kTimeout : HttpError::kBroken, error.message());
    }
    auto response = parser.release();
    if (!response.keep_alive()) stream.reset();
    return HttpAnswer{response.result_int(), std::move(response.body())};
  }

  Result<HttpAnswer> ask(http::verb verb, const std::string& target, const std::string& body) {
    http::request<http::string_body> request(verb, target, 11, body);
    request.set(http::field::host, address.text());
    request.set(http::field::accept, "application/json");
    if (verb == http::verb::post) request.set(http::field::content_type, "application/json");
    request.prepare_payload();
    if (stream) {
      auto answer = exchange(request);
      if (answer || !(answer.error() == HttpError::kBroken)) return answer;
    }
    SUARA_TRY(connect());
    return exchange(request);
  }
};

HttpSession::HttpSession(wire::Address address, std::chrono::milliseconds timeout)
    : state_(std::make_unique<State>(std::move(address), timeout)) {}
HttpSession::~HttpSession() = default;
HttpSession::HttpSession(HttpSession&&) noexcept = default;
HttpSession& HttpSession::operator=(HttpSession&&) noexcept = default;

Result<HttpAnswer> HttpSession::get(const std::string& target) { return state_->ask(http::verb::get, target, {}); }

Result<HttpAnswer> HttpSession::post(const std::string& target, const std::string& body) {
  return state_->ask(http::verb::post, target, body);
}

}  // namespace suara::client
