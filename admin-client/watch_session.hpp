// One server's part of `watch`, without its sockets: a subscription that outlives disconnects. It remembers the
// revision it has seen, so that a server that comes back tells what happened meanwhile; and who is listed, so that
// where the server no longer knows what happened, the lists before and after do.
#pragma once

#include "common/client/failure.hpp"
#include "common/util/error.hpp"
#include "common/util/report.hpp"
#include "common/util/time.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace suara::admin {

/// Rows remembered; in a larger network what was missed is not told row by row.
inline constexpr std::size_t kMaxKnownPeers = 1'000'000;

/// The connection is kept alive well within every idle limit on the way; one that says nothing for longer is given up.
inline constexpr std::chrono::seconds kPingInterval{30};
inline constexpr std::chrono::seconds kSilenceAllowed{75};
/// Between attempts, doubling.
inline constexpr std::chrono::milliseconds kFirstRetry{500};
inline constexpr std::chrono::milliseconds kLastRetry{10'000};

/// Something to print.
struct PeerNews {
  enum class What { kJoined, kVerified, kLeft };
  What what = What::kJoined;
  std::string address;
  std::uint64_t revision = 0;
  wire::RowState state = wire::RowState::kUnverified;  ///< not when it left
  std::string_view reason = {};                        ///< why it left; empty where nobody knows any more
};

// What the session asks of its owner, in order.
struct DialServer {};
struct SendLine {
  std::string line;
};
struct HangUp {};
struct ShowNews {
  PeerNews news;
};
/// The server refuses for good: this session has ended.
struct GiveUp {
  client::Failure failure;
};
using WatchAction = std::variant<DialServer, SendLine, HangUp, ShowNews, Report, GiveUp>;
using WatchActions = std::vector<WatchAction>;

class WatchSession {
 public:
  WatchSession(wire::Address server, std::string network, std::optional<std::uint64_t> since,
               std::size_t max_known = kMaxKnownPeers)
      : server_(std::move(server)), network_(std::move(network)), since_(since), max_known_(max_known) {}

  WatchActions start();
  WatchActions opened(Instant now);
  WatchActions line(std::string_view line, Instant now);
  /// The dial failed or the connection ended.
  WatchActions lost(const Error& reason, Instant now);
  WatchActions tick(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

 private:
  using Listed = std::map<std::string, wire::RowState>;

  void begin(const wire::Subscribed& subscribed);
  void read_list();
  void ask_for_page();
  void take_page(const wire::Peers& page);
  void end_of_list();
  void joined(const wire::PeerJoined& event);
  void left(const wire::PeerLeft& event);
  void refused(const wire::ErrorReply& error);
  void send(const wire::BootstrapRequest& request);
  void say(std::string text, Severity severity = Severity::kInfo);
  WatchActions taken() { return std::exchange(actions_, {}); }

  wire::Address server_;
  std::string network_;
  std::optional<std::uint64_t> since_;
  std::size_t max_known_;

  std::optional<Listed> known_;    // nullopt: not read yet, or too many
  std::optional<Listed> reading_;  // the pages so far of the list that is being read
  std::string cursor_;             // the page that is asked for
  std::optional<Instant> go_on_;   // when the server lets us ask again for that page
  bool compare_ = false;           // the list being read tells what was missed
  bool too_many_ = false;

  bool online_ = false;
  bool begun_ = false;
  bool down_ = false;  // and that has been said
  bool ended_ = false;
  std::chrono::milliseconds retry_ = kFirstRetry;
  std::chrono::milliseconds retry_at_least_{0};
  std::optional<Instant> deadline_;
  Instant heard_;
  WatchActions actions_;
};

}  // namespace suara::admin
