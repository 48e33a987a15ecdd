// watch: who joins, is verified and leaves, as it happens, at every server, until interrupted.
#include "admin-client/bootstrap_client.hpp"
#include "admin-client/commands.hpp"
#include "admin-client/networks.hpp"
#include "admin-client/watch_session.hpp"
#include "common/client/output.hpp"
#include "common/shell/line_network.hpp"
#include "common/util/check.hpp"
#include "common/wire/limits.hpp"

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>

namespace suara::admin {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;

std::string_view text_of(PeerNews::What what) {
  switch (what) {
    case PeerNews::What::kJoined: return "joined";
    case PeerNews::What::kVerified: return "verified";
    case PeerNews::What::kLeft: return "left";
  }
  CHECK(false);
}

/// Runs the sessions: their sockets, their clock, their output.
class Watch {
 public:
  Watch(const std::vector<wire::Address>& servers, std::string network, std::optional<std::uint64_t> since, bool json)
      : network_(std::move(network)), json_(json), lines_(reactor_, options(), handlers()) {
    for (const auto& server : servers) sessions_.push_back({server, {server, network_, since}, {}, false});
  }

  Exit run() {
    reactor_.post([this] {
      for (auto& session : sessions_) perform(session, session.core.start());
    });
    reactor_.run();
    throw *failure_;  // only that ends it: every server refuses
  }

 private:
  struct Session {
    wire::Address server;
    WatchSession core;
    std::optional<ConnectionId> connection;
    bool ended = false;
  };

  static shell::LineNetworkOptions options() {
    shell::LineNetworkOptions options;
    options.max_line_size_bytes = wire::kMaxBootstrapReplySizeBytes;
    return options;
  }

  shell::LineNetworkHandlers handlers() {
    shell::LineNetworkHandlers handlers;
    handlers.on_open = [this](const shell::OpenedConnection& opened) {
      auto& session = sessions_[opened.dial.value];
      session.connection = opened.connection;
      perform(session, session.core.opened(now()));
    };
    handlers.on_dial_failed = [this](DialId dial, const Error& error) {
      auto& session = sessions_[dial.value];
      perform(session, session.core.lost(error, now()));
    };
    handlers.on_line = [this](ConnectionId connection, std::string_view line) {
      if (auto* session = find(connection)) perform(*session, session->core.line(line, now()));
    };
    handlers.on_bad_line = [this](ConnectionId connection, const Error&) { lines_.close(connection); };
    handlers.on_closed = [this](ConnectionId connection, const Error& reason) {
      auto* session = find(connection);
      if (session == nullptr) return;
      session->connection.reset();
      perform(*session, session->core.lost(reason, now()));
    };
    return handlers;
  }

  static Instant now() { return shell::Reactor::now().instant; }

  Session* find(ConnectionId connection) {
    const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const auto& session) {
      return session.connection && *session.connection == connection;
    });
    return found == sessions_.end() ? nullptr : &*found;
  }

  void perform(Session& session, const WatchActions& actions) {
    for (const auto& action : actions) {
      std::visit([&](const auto& a) { perform(session, a); }, action);
    }
    std::optional<Instant> first;
    for (const auto& each : sessions_) {
      const auto deadline = each.core.next_deadline();
      if (deadline && (!first || *deadline < *first)) first = deadline;
    }
    reactor_.set_deadline(first, [this] {
      for (auto& each : sessions_) perform(each, each.core.tick(now()));
    });
  }

  void perform(Session& session, const DialServer&) {
    lines_.dial(DialId{static_cast<std::uint64_t>(&session - sessions_.data())}, session.server);
  }
  void perform(Session& session, const SendLine& action) {
    if (session.connection) lines_.send(*session.connection, std::make_shared<const std::string>(action.line));
  }
  void perform(Session& session, const HangUp&) {
    if (session.connection) lines_.close(*session.connection);
  }
  void perform(Session&, const Report& report) { client::say("admin-client: " + report.text, report.severity); }
  void perform(Session& session, const GiveUp& action) {
    if (!failure_) failure_ = action.failure;
    session.ended = true;
    if (std::all_of(sessions_.begin(), sessions_.end(), [](const auto& each) { return each.ended; }))
      return reactor_.stop();
    report_failure_at(session.server, action.failure, json_);
  }
  void perform(Session& session, const ShowNews& action) {
    const auto wall_ms = to_unix_ms(shell::Reactor::now().wall);
    if (json_) {
      print_json(session, action.news, wall_ms);
    } else {
      print_line(session, action.news, wall_ms);
    }
    // A pipe that nobody reads any more is the usual end.
    if (!client::flush_output()) std::_Exit(static_cast<int>(errno == EPIPE ? Exit::kOk : Exit::kIo));
  }

  void print_json(const Session& session, const PeerNews& news, std::uint64_t wall_ms) const {
    json::object object{{"event", text_of(news.what)}, {"address", news.address}, {"network", network_},
                        {"revision", news.revision},   {"time_ms", wall_ms},      {"server", session.server.text()}};
    if (news.what != PeerNews::What::kLeft) object["state"] = wire::text_of(news.state);
    if (!news.reason.empty()) object["reason"] = news.reason;
    client::print_json(object);
  }

  void print_line(const Session& session, const PeerNews& news, std::uint64_t wall_ms) const {
    const auto detail = news.what == PeerNews::What::kJoined ? wire::text_of(news.state) : news.reason;
    client::print(fmt::format("{}  {:8}  {}{}{}  revision {}\n", client::utc_text(wall_ms), text_of(news.what),
                              news.address, detail.empty() ? "" : fmt::format("  ({})", detail),
                              sessions_.size() > 1 ? "  at " + session.server.text() : "", news.revision));
  }

  std::string network_;
  bool json_;
  std::vector<Session> sessions_;
  std::optional<Failure> failure_;
  shell::Reactor reactor_;
  shell::LineNetwork lines_;
};

}  // namespace

Exit watch(const client::Invocation& invocation) {
  const auto servers = bootstrap_servers(invocation);
  const auto since = invocation.number("since", UINT64_MAX);
  if (since && servers.size() > 1)
    throw client::usage_error("--since takes one --bootstrap: every server counts its own revisions");
  // Everything printed has been flushed, so there is nothing to do but to end well.
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) std::signal(signal, [](int) { std::_Exit(0); });
  return Watch(servers, network_option(invocation).value_or(""), since, invocation.json()).run();
}

}  // namespace suara::admin
