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

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace suara::client {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

ErrorText describe(HttpError error) {
  switch (error) {
    case HttpError::kBadUrl: return {"bad_url", "the URL is http://HOST:PORT"};
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

namespace {

using Endpoints = std::vector<asio::ip::tcp::endpoint>;

Endpoints resolve(const std::string& host, std::uint16_t port, beast::error_code& error) {
  asio::io_context context(1);
  Endpoints endpoints;
  for (const auto& entry : asio::ip::tcp::resolver(context).resolve(host, std::to_string(port), error))
    endpoints.push_back(entry.endpoint());
  return endpoints;
}

/// Nothing interrupts the system's resolver, so it runs on a thread that is left behind when it takes too long.
Result<Endpoints> look_up(const wire::Address& address, std::chrono::milliseconds deadline) {
  beast::error_code not_literal;
  const auto literal = asio::ip::make_address(address.host, not_literal);
  if (!not_literal) return Endpoints{{literal, address.port}};
  using Answer = std::pair<Endpoints, beast::error_code>;
  auto promise = std::make_shared<std::promise<Answer>>();
  auto future = promise->get_future();
  std::thread([promise, address] {
    beast::error_code error;
    auto endpoints = resolve(address.host, address.port, error);
    promise->set_value({std::move(endpoints), error});
  }).detach();
  if (future.wait_for(deadline) != std::future_status::ready)
    return Error(HttpError::kTimeout, "no name server tells the address of " + address.host);
  auto [endpoints, error] = future.get();
  if (error) return Error(HttpError::kUnreachable, address.host + ": " + error.message());
  return std::move(endpoints);
}

}  // namespace

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
    const auto endpoints = look_up(address, timeout);
    if (!endpoints) return endpoints.error();
    buffer.clear();
    stream.emplace(context);
    stream->expires_after(timeout);
    const auto error = run([&](auto done) { stream->async_connect(*endpoints, done); });
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
