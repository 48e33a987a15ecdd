// What the server's state machine consists of, shared by the files that implement it: server.cpp (events, answers, the
// interface), registrations.cpp, signed_requests.cpp, queries.cpp, leases.cpp and verification.cpp. Nobody else
// includes this.
#pragma once

#include "bootstrap-server/core/answers.hpp"
#include "bootstrap-server/core/broadcasts.hpp"
#include "bootstrap-server/core/change_log.hpp"
#include "bootstrap-server/core/change_reports.hpp"
#include "bootstrap-server/core/checks.hpp"
#include "bootstrap-server/core/expiry_guard.hpp"
#include "bootstrap-server/core/held_requests.hpp"
#include "bootstrap-server/core/lease_clock.hpp"
#include "bootstrap-server/core/peer_pages.hpp"
#include "bootstrap-server/core/permissions.hpp"
#include "bootstrap-server/core/server.hpp"
#include "bootstrap-server/core/server_error.hpp"
#include "bootstrap-server/core/subscriptions.hpp"
#include "common/store/draft.hpp"

#include <deque>
#include <map>
#include <memory>
#include <utility>

namespace suara::directory {

struct Server::State {
  using Then = Answers::Then;

  struct Connection {
    explicit Connection(Connected connected) : opened(std::move(connected)), answers(opened.connection) {}

    Connected opened;
    Answers answers;
    Caller caller = {};
    bool unlimited = false;              // exempt from rate limits
    bool gone = false;                   // disconnected while paused: what it asked for is still done
    std::unique_ptr<HeldRequests> held;  // while paused: a request waits for something else than the disk
  };

  // A request that is acted on if its signature holds.
  struct SignedRequest {
    ConnectionId connection;
    std::variant<wire::Register, wire::Remove> request;
  };

  State(Options server_options, const store::StoreView& durable, Rng& random)
      : options(std::move(server_options)),
        longest_ttl(options.ttl),
        base(durable),
        overlay(durable),
        rng(random),
        rate_limits(options.rates),
        guard(options.ttl),
        checks(options.ttl) {}

  // -- events
  void on(const Connected& event);
  void on(RequestReceived& event);
  void on(const BadRequest& event);
  void on(const Disconnected& event);
  void on(const Stored& event);
  void on(const StoreUnavailable& event);
  void on(const StoreAvailable&);
  void on(const SignatureChecked& event);
  void on(const Probed& event);
  void on(const Tick&) {}

  // -- admission: false when the request was refused
  void recognise(Connection& connection);
  bool admit(Connection& connection, const wire::BootstrapRequest& request);
  bool forgive(Connection& connection);
  void refuse_until(Connection& connection, Bucket empty, std::chrono::milliseconds wait, Then then);

  // -- requests
  void take(Connection& connection, wire::BootstrapRequest& request);
  void take(Connection& connection, const BadRequest& request);
  void serve(Connection& connection, wire::Register& request) { register_peer(connection, request, false); }
  void serve(Connection& connection, const wire::GetPeers& request);
  void serve(Connection& connection, wire::Remove& request) { remove_peer(connection, request, false); }
  void serve(Connection& connection, const wire::Subscribe& request);
  void serve(Connection& connection, const wire::Inspect& request);
  void serve(Connection& connection, const wire::Ping&);

  void register_peer(Connection& connection, wire::Register& request, bool signature_holds);
  void remove_peer(Connection& connection, wire::Remove& request, bool signature_holds);
  void answer_registered(Connection& connection, const Row& row, wire::Flavour asked, bool refreshed, StoreToken token);

  // -- signed requests
  Requester requester(const Connection& connection, const std::optional<wire::Authorization>& authorization) const;
  bool is_fresh(Connection& connection, const wire::Authorization& authorization, std::uint64_t last_sequence);
  void check_signature(Connection& connection, SignedRequest request);
  void pause(Connection& connection) { connection.held = std::make_unique<HeldRequests>(connection.opened.connection); }
  void resume(Connection& connection);

  // -- what is due
  void begin_quiet();
  void check_due();
  std::uint64_t held_until_ms() const;
  bool must_stay(const store::StoreView& view, const Row& row);
  void handle_due(store::Draft& draft, const Row& row);
  void bring_near(store::Draft& draft);
  void wake_at(std::uint64_t due_ms);
  std::uint64_t ttl_ms() const;
  std::uint64_t longest_lease_ends_ms() const;
  std::uint64_t now_ms() const;  // on the clock of leases

  // -- rows come and go
  void keep(store::Draft& draft, Row& row, const std::optional<Row>& previous);
  void let_go(store::Draft& draft, const Row& row, wire::LeaveReason reason, const std::string& why);
  enum class ToldBefore : std::uint8_t { kNo, kYes };
  void record_join(store::Draft& draft, const Row& row, ToldBefore told = ToldBefore::kNo);

  // -- checks
  bool checks_rows() const;
  bool is_check_due(const Row& row) const;
  bool begin_checks(Row& row, const std::string& caller_host);
  std::uint64_t check_interval_ms(const Row& row, const std::string& caller_host) const;
  std::uint64_t next_check_of(const Row& row) const;
  void check_row(store::Draft& draft, const Row& row);
  bool apply(Row& row, const Finding& finding) const;
  void settle(store::Draft& draft, const Row& row, const Finding& finding);
  void drive_checks();
  void finish_check(ProbeId probe, const Finding& finding);
  void tell_inspectors(const Checks::Attempt& over, const Finding& finding);
  void proof_checked(const SignatureChecked& event);
  bool is_proof_needed(const Checks::Attempt& attempt, const PublicKey& key) const;
  void tell_classic(const Row& row, const Checks::Line& line);
  ExpiryGuard::Look guard_look(const store::StoreView& view);

  // -- INSPECT
  bool may_look_afresh(const Connection& connection, const wire::Inspect& request) const;
  Row inspected_row(const Connection& connection, const wire::Inspect& request) const;
  void inspected(Connection& connection, const wire::Inspect& request, const Finding* finding);

  // -- shared by all
  Connection* find(ConnectionId id);
  void answer(Connection& connection, StoreToken after, std::string bytes, Then then = Then::kKeepOpen,
              std::string_view result = {});
  void refuse(Connection& connection, const Error& error, Then then = Then::kKeepOpen);
  void refuse(Connection& connection, wire::ErrorReply reply, Then then = Then::kKeepOpen,
              StoreToken after = StoreToken{0});
  /// A refusal that rests on rows: like any answer, it waits until they are durable.
  void refuse_by_rows(Connection& connection, const Error& error);
  void refuse_by_rows(Connection& connection, wire::ErrorReply reply);
  void record(store::Draft& draft, Change change, wire::ClassicPeer peer, std::string reported,
              Broadcasts::To to = Broadcasts::To::kAll);
  StoreToken commit(store::Draft& draft);
  std::string list(const wire::GetPeers& request, wire::PeerListWriter writer);
  std::uint64_t revision();
  /// Why a request that writes is refused, whatever it asks.
  [[nodiscard]] std::optional<Error> cannot_write() const;
  /// What answers are read from, and the token they wait for: everything handed out, unless that cannot be written.
  [[nodiscard]] const store::StoreView& readable() const { return disk_full ? base : overlay; }
  [[nodiscard]] StoreToken readable_token() const { return disk_full ? stored : last_token; }

  Options options;
  std::chrono::seconds longest_ttl;  // of all that were granted since the start
  const store::StoreView& base;      // what is durable
  store::Overlay overlay;            // and what was handed out
  PeerPages pages{overlay};
  bool disk_full = false;
  Rng& rng;
  std::optional<std::uint64_t> known_revision;
  Now now{};
  std::vector<Action> actions;
  std::optional<LeaseClock> clock;  // from the first event on
  // After the start and after a full disk: nobody could renew before, so what was due waits.
  bool quiet = false;
  Instant quiet_until{};
  std::uint64_t quiet_since_ms = 0;  // civil time
  std::optional<Instant> due_check;
  std::uint64_t nothing_due_before_ms = 0;
  bool deadlines_are_near = false;  // since the start, or since options changed
  std::map<ConnectionId, Connection> connections;
  std::map<SignatureCheckId, SignedRequest> signature_checks;
  std::map<SignatureCheckId, std::pair<ProbeId, Finding>> proof_checks;  // of answers to dial-backs
  std::map<ConnectionId, wire::Inspect> inspections;                     // whose connections are paused for them
  SignatureCheckId last_check{0};
  Subscriptions subscriptions;
  Broadcasts broadcasts;
  ChangeReports reports;
  RateLimits rate_limits;
  RequestMeter meter;
  std::uint64_t registered = 0;
  std::uint64_t renewed = 0;
  std::array<std::uint64_t, wire::kLeaveReasons> removed{};
  ExpiryGuard guard;
  Checks checks;
  StoreToken last_token{0};
  StoreToken stored{0};
  std::deque<std::pair<StoreToken, ConnectionId>> waiting;  // who has answers to take at which token
};

}  // namespace suara::directory
