#include "common/shell/http_message.hpp"

#include "common/util/check.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

namespace suara::shell {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

HttpResponse to_failure(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return http_error(431, "headers_too_large", "the request's headers are too large");
  }
  if (error == http::error::body_limit) return http_error(413, "body_too_large", "the request's body is too large");
  return http_error(400, "bad_request", "this is no HTTP request: " + error.message());
}

}  // namespace

struct HttpRequestReader::Parser {
  http::request_parser<http::string_body> http;
};

HttpRequestReader::HttpRequestReader(std::size_t max_header_size_bytes, std::size_t max_body_size_bytes)
    : max_header_size_bytes_(max_header_size_bytes), max_body_size_bytes_(max_body_size_bytes) {}

HttpRequestReader::~HttpRequestReader() = default;

bool HttpRequestReader::has_begun() const { return !buffer_.empty() || (parser_ && parser_->http.got_some()); }

HttpRequestReader::Step HttpRequestReader::feed(std::string_view bytes) {
  buffer_ += bytes;
  if (!parser_) {
    parser_ = std::make_unique<Parser>();
    parser_->http.eager(true);
    parser_->http.header_limit(static_cast<std::uint32_t>(max_header_size_bytes_));
    parser_->http.body_limit(max_body_size_bytes_);
  }
  auto& parser = parser_->http;
  while (!buffer_.empty() && !parser.is_done()) {
    error_code error;
    const std::size_t used = parser.put(boost::asio::const_buffer(buffer_.data(), buffer_.size()), error);
    buffer_.erase(0, used);
    if (error == http::error::need_more) {
      // What waits here unparsed is never a body; the parser does not bound chunk extensions and trailers.
      if (buffer_.size() <= max_header_size_bytes_) break;
      error = http::error::header_limit;
    }
    if (error) {
      failure_ = to_failure(error);
      return Step::kFailed;
    }
  }
  if (parser.is_done()) {
    const auto target = parser.get().target();
    if (!target.empty() && target.front() == '/' && percent_decoded(target.substr(0, target.find('?')))) {
      return Step::kComplete;
    }
    failure_ = http_error(400, "bad_target", "a request's target is a path, as in /v1/status");
    return Step::kFailed;
  }
  const bool expects = parser.is_header_done() &&
                       boost::beast::iequals(parser.get()[http::field::expect], "100-continue") && buffer_.empty();
  return expects && !std::exchange(said_continue_, true) ? Step::kExpectsContinue : Step::kNeedsMore;
}

HttpRequest HttpRequestReader::take() {
  CHECK(parser_ && parser_->http.is_done());
  auto message = parser_->http.release();
  parser_.reset();
  said_continue_ = false;
  is_head_ = message.method() == http::verb::head;
  keep_alive_ = message.keep_alive();
  HttpRequest request;
  request.method = is_head_ ? "GET" : std::string(message.method_string());
  const auto target = message.target();
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = *percent_decoded(target.substr(0, mark));
  if (mark < target.size()) request.query = target.substr(mark + 1);
  request.body = std::move(message.body());
  return request;
}

HttpResponse http_error(unsigned status, std::string_view code, std::string_view message) {
  boost::json::object error{{"code", boost::json::string(code)}, {"message", boost::json::string(message)}};
  HttpResponse response;
  response.status = status;
  response.body = boost::json::serialize(boost::json::object{{"error", std::move(error)}});
  return response;
}

std::string to_bytes(const HttpResponse& response, bool head, bool keep_alive) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
  std::string bytes = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason) + "\r\n";
  bytes += "Content-Type: " + response.content_type + "\r\n";
  if (!response.on_stream) bytes += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  bytes += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  bytes += keep_alive && !response.on_stream ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!head) bytes += response.body;
  return bytes;
}

}  // namespace suara::shell
