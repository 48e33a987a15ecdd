// Somebody who uses a bootstrap server as a peer does (registers, refreshes, leaves, subscribes, reads the list), and
// remembers what it was told, so that a server that forgets or contradicts itself is found out.
//
// Checked at every message: one answer of the right kind to each request, in order; revisions strictly increase, over
// reconnections and the server's crashes too; who joins was not there and who leaves was.
#pragma once

#include "common/wire/bootstrap_messages.hpp"
#include "tests/sim/line_host.hpp"

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace suara::sim {

struct DirectoryClientOptions {
  wire::Address server;
  std::string network;
  Duration mean_between_requests{std::chrono::seconds(6)};
};

class DirectoryClient final : public LineHost {
 public:
  /// Called with every list it reads and when it was asked for.
  using ListReader = std::function<void(const wire::Peers&, Instant asked)>;

  DirectoryClient(Environment& environment, const LineHostOptions& options, DirectoryClientOptions client,
                  ListReader reader);

  [[nodiscard]] const wire::Address& address() const { return address_; }
  /// No changes of mind any more: stays registered, or stays away.
  void settle(bool registered);
  void read_list();
  /// Whether its row must be (or must not be) in a list asked for at `asked` and received now; nullopt: either way.
  [[nodiscard]] std::optional<bool> listed(Instant asked) const;
  /// Addresses it believes registered, kept up by events; nullopt while it has none.
  [[nodiscard]] const std::optional<std::set<std::string>>& view() const { return view_; }
  [[nodiscard]] bool wants_to_be_listed() const { return wants_row_; }
  [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] std::uint64_t lists_read() const { return lists_read_; }

 private:
  enum class Kind : std::uint8_t { kRegister, kRemove, kSubscribe, kList, kPing, kNonsense };
  struct Asked {
    Kind kind;
    Instant when;
    std::uint64_t number;
  };

  void daemon_started() override;
  void daemon_died() override;
  void opened(const Opened& opened) override;
  void dial_failed(DialId dial, const Error& error) override;
  void line(ConnectionId connection, std::string_view line) override;
  void bad_line(ConnectionId connection, const Error& error) override;
  void closed(ConnectionId connection, const Error& reason) override;
  void stored(StoreToken) override {}
  void tick() override {}
  std::optional<Instant> next_deadline() const override { return std::nullopt; }

  void connect_later();
  void ask(Kind kind);
  [[nodiscard]] std::string request_line(Kind kind);
  void change_row();
  void follow_whims();
  void keep_alive();
  void give_up_on_answers();

  void answer_dial_back(ConnectionId connection, std::string_view line);
  void take(const wire::Registered& reply);
  void take(const wire::Removed& reply);
  void take(const wire::Subscribed& reply);
  void take(const wire::Peers& reply);
  void take(const wire::PeerJoined& event);
  void take(const wire::PeerLeft& event);
  void take(const wire::Inspected& reply);
  void take(const wire::Pong& reply);
  void take(const wire::ErrorReply& reply);
  Asked answered(Kind kind);
  void told(std::uint64_t revision);
  enum class News : std::uint8_t { kJoined, kVerified, kLeft };
  struct Change {
    std::uint64_t revision;
    std::string address;
    News news;
  };
  void follow(const Change& change);
  void apply(const Change& change);
  void acknowledged_row(bool present, const Asked& asked);

  DirectoryClientOptions client_;
  ListReader reader_;
  wire::Address address_;

  std::optional<ConnectionId> connection_;
  std::deque<Asked> unanswered_;
  std::uint64_t next_number_ = 0;
  std::uint64_t next_dial_ = 0;
  bool settled_ = false;
  bool wants_row_ = true;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t lists_read_ = 0;

  // What is known of our row. A request that was lost without an answer may still take effect for a while.
  struct Row {
    std::optional<bool> present;  // as last acknowledged with nothing opposite sent since
    Instant since;                // of the first acknowledgement that said so
    Instant expires;
    bool verified = false;  // it can only go by request, or when its lease ends
  };
  Row row_;
  Instant uncertain_until_{};

  // What is known of the others.
  std::optional<std::set<std::string>> view_;
  std::uint64_t revision_ = 0;           // of the view
  std::uint64_t told_ = 0;               // the last in an answer
  std::uint64_t heard_ = 0;              // of the last event
  bool list_wanted_ = false;             // the next list becomes the view
  std::vector<Change> before_the_list_;  // events that came before it
};

}  // namespace suara::sim
