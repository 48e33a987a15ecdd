// watch: a subscription that outlives disconnects. It remembers the revision it has seen, so that a server that comes
// back tells what happened meanwhile.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"
#include "common/shell/line_network.hpp"
#include "common/wire/limits.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;
using namespace std::chrono_literals;

constexpr auto kPingInterval = 30s;  // well within every idle limit on the way
constexpr auto kFirstRetry = 500ms;
constexpr auto kLastRetry = 10s;

std::string_view reason_text(wire::LeaveReason reason) {
  switch (reason) {
    case wire::LeaveReason::kRemoved: return "removed";
    case wire::LeaveReason::kExpired: return "expired";
    case wire::LeaveReason::kUnreachable: return "unreachable";
  }
  return "";
}

class Watch {
 public:
  Watch(wire::Address server, std::string network, bool json)
      : server_(std::move(server)),
        network_(std::move(network)),
        json_(json),
        lines_(reactor_, options(), handlers()) {}

  Exit run() {
    reactor_.post([this] { dial(); });
    reactor_.run();
    throw Failure(Exit::kRefused, refusal_.code, client::printable(refusal_.message));
  }

 private:
  static shell::LineNetworkOptions options() {
    shell::LineNetworkOptions options;
    options.max_line_size_bytes = wire::kMaxBootstrapReplySizeBytes;
    return options;
  }

  shell::LineNetworkHandlers handlers() {
    shell::LineNetworkHandlers handlers;
    handlers.on_open = [this](const shell::OpenedConnection& opened) { subscribe(opened.connection); };
    handlers.on_dial_failed = [this](DialId, const Error& error) { lost(error); };
    handlers.on_line = [this](ConnectionId connection, std::string_view line) { read(connection, line); };
    handlers.on_bad_line = [this](ConnectionId connection, const Error&) { lines_.close(connection); };
    handlers.on_closed = [this](ConnectionId, const Error& reason) { lost(reason); };
    return handlers;
  }

  void dial() { lines_.dial(DialId{++dials_}, server_); }

  void send(ConnectionId connection, const wire::BootstrapRequest& request) {
    lines_.send(connection, std::make_shared<const std::string>(wire::encode(request)));
  }

  void subscribe(ConnectionId connection) {
    send(connection, wire::Subscribe{network_, revision_});
    ping_later(connection);
  }

  void ping_later(ConnectionId connection) {
    reactor_.set_deadline(shell::Reactor::now().instant + kPingInterval, [this, connection] {
      send(connection, wire::Ping{});
      ping_later(connection);
    });
  }

  void lost(const Error& reason) {
    if (!refusal_.code.empty()) return reactor_.stop();
    if (!down_)
      client::say("admin-client: " + server_.text() + " cannot be reached (" + reason.message() + "); trying again");
    down_ = true;
    reactor_.set_deadline(shell::Reactor::now().instant + retry_, [this] { dial(); });
    retry_ = std::min<std::chrono::milliseconds>(retry_ * 2, kLastRetry);
  }

  void read(ConnectionId connection, std::string_view line) {
    const auto reply = wire::decode_bootstrap_reply(line);
    if (!reply) {
      client::say("admin-client: a line that is not understood: " + reply.error().message());
      return;
    }
    if (const auto* joined = std::get_if<wire::PeerJoined>(&*reply)) return show("joined", *joined, "");
    if (const auto* left = std::get_if<wire::PeerLeft>(&*reply)) return show("left", *left, reason_text(left->reason));
    if (const auto* subscribed = std::get_if<wire::Subscribed>(&*reply)) return begin(*subscribed);
    if (const auto* error = std::get_if<wire::ErrorReply>(&*reply)) {
      refusal_ = *error;
      lines_.close(connection);
    }
  }

  void begin(const wire::Subscribed& subscribed) {
    if (subscribed.reset)
      client::say("admin-client: too much has changed meanwhile to be told; read the list again with get-peers");
    if (!revision_) client::say("watching " + server_.text());
    if (down_) client::say("admin-client: " + server_.text() + " is back");
    down_ = false;
    retry_ = kFirstRetry;
    if (!revision_ || subscribed.reset) revision_ = subscribed.revision;
  }

  template <class Event>
  void show(std::string_view what, const Event& event, std::string_view reason) {
    revision_ = event.revision;
    const auto wall_ms = to_unix_ms(shell::Reactor::now().wall);
    if (json_) {
      json::object object{{"event", what},
                          {"address", event.address.text()},
                          {"network", event.network},
                          {"revision", event.revision},
                          {"time_ms", wall_ms}};
      if (!reason.empty()) object["reason"] = reason;
      client::print_json(object);
    } else {
      client::print(fmt::format("{}  {:6}  {}{}\n", client::utc_text(wall_ms), what, event.address.text(),
                                reason.empty() ? "" : fmt::format("  ({})", reason)));
    }
    if (!client::flush_output()) std::_Exit(static_cast<int>(Exit::kIo));
  }

  wire::Address server_;
  std::string network_;
  bool json_;
  std::optional<std::uint64_t> revision_;
  bool down_ = false;
  std::chrono::milliseconds retry_ = kFirstRetry;
  std::uint64_t dials_ = 0;
  wire::ErrorReply refusal_;
  shell::Reactor reactor_;
  shell::LineNetwork lines_;
};

}  // namespace

Exit watch(const client::Invocation& invocation) {
  const auto servers = bootstrap_servers(invocation);
  if (servers.size() != 1) throw client::usage_error("watch takes one --bootstrap");
  // Everything printed has been flushed, so there is nothing to do but to end well.
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, [](int) { std::_Exit(0); });
  return Watch(servers.front(), network_name(invocation), invocation.json()).run();
}

}  // namespace suara::admin
