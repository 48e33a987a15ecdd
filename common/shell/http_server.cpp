#include "common/shell/http_server.hpp"

#include "common/shell/http_session.hpp"
#include "common/shell/listener.hpp"
#include "common/shell/reactor_asio.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

namespace suara::shell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Connections over the bound that are told so at a time; further ones are closed without a word.
constexpr std::size_t kMaxRefusals = 32;

}  // namespace

struct HttpServer::State : HttpSessionOwner, std::enable_shared_from_this<HttpServer::State> {
  State(Reactor& on, HttpServerOptions with, HttpHandler to) : io(io_of(on)), options(with), handler(std::move(to)) {}

  void on_accepted(tcp::socket socket, const tcp::endpoint& remote);
  void on_request(HttpRequest request, Respond respond) override {
    const auto keep_alive = shared_from_this();
    handler(std::move(request), std::move(respond));
  }
  void on_gone(const HttpSession& session) override { sessions.erase(&session); }
  void close_all();

  asio::io_context& io;
  const HttpServerOptions options;
  HttpHandler handler;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::unordered_map<const HttpSession*, std::shared_ptr<HttpSession>> sessions;
};

void HttpServer::State::on_accepted(tcp::socket socket, const tcp::endpoint& remote) {
  const bool refused = sessions.size() >= options.max_connections;
  if (sessions.size() >= options.max_connections + kMaxRefusals) return;  // the socket closes here
  auto session = std::make_shared<HttpSession>(*this, std::move(socket), remote.address().to_string(), options);
  sessions.emplace(session.get(), session);
  if (!refused) return session->start();
  session->refuse(http_error(503, "too_many_connections", "too many connections are open; try again later"));
}

void HttpServer::State::close_all() {
  for (const auto& listener : listeners) listener->stop();
  listeners.clear();
  std::vector<std::shared_ptr<HttpSession>> open_ones;
  for (const auto& [key, session] : sessions) open_ones.push_back(session);
  for (const auto& session : open_ones) session->close_when_done();
}

HttpServer::HttpServer(Reactor& reactor, HttpServerOptions options, HttpHandler handler)
    : state_(std::make_shared<State>(reactor, options, std::move(handler))) {}

HttpServer::~HttpServer() {
  state_->close_all();
  for (const auto& [key, session] : std::exchange(state_->sessions, {})) session->abandon();
}

Result<std::uint16_t> HttpServer::listen(const wire::Address& address) {
  auto listener = Listener::open(state_->io, address,
                                 [weak = state_->weak_from_this()](tcp::socket socket, const tcp::endpoint& remote) {
                                   if (const auto state = weak.lock()) state->on_accepted(std::move(socket), remote);
                                 });
  if (!listener) return listener.error();
  state_->listeners.push_back(*listener);
  return (*listener)->port();
}

void HttpServer::shut_down() { state_->close_all(); }

std::size_t HttpServer::connections() const { return state_->sessions.size(); }

}  // namespace suara::shell
