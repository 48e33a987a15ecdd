#include "tests/sim/directory_client.hpp"

#include "common/wire/dial_back.hpp"
#include "tests/sim/failure.hpp"

#include <algorithm>

namespace suara::sim {
namespace {

using std::chrono::seconds;

constexpr Duration kPatience = seconds(20);
constexpr Duration kKeepAlive = seconds(30);
// A request whose connection died may lie in a stalled stream until that times out on both sides.
constexpr Duration kGhostLife = seconds(150);

}  // namespace

DirectoryClient::DirectoryClient(Environment& environment, const LineHostOptions& options,
                                 DirectoryClientOptions client, ListReader reader)
    : LineHost(environment, options),
      client_(std::move(client)),
      reader_(std::move(reader)),
      address_{options.ip, options.port.value_or(3000)} {
  row_.present = false;
}

void DirectoryClient::settle(bool registered) {
  settled_ = true;
  wants_row_ = registered;
  if (connection_) change_row();
}

void DirectoryClient::read_list() {
  if (connection_) ask(Kind::kList);
}

std::optional<bool> DirectoryClient::listed(Instant asked) const {
  const Instant present = environment_.scheduler.now();
  if (!row_.present || asked < row_.since) return std::nullopt;
  if (*row_.present && present >= row_.expires) return std::nullopt;
  if (*row_.present && !row_.verified) return std::nullopt;  // the server may have failed to reach it three times
  return row_.present;
}

// ---- connecting ----------------------------------------------------------------------------------------------

void DirectoryClient::daemon_started() {
  connect_later();
  follow_whims();
  keep_alive();
}

void DirectoryClient::daemon_died() {
  give_up_on_answers();
  connection_.reset();
  view_.reset();
}

void DirectoryClient::connect_later() {
  later(between(environment_.rng, Duration(0), seconds(4)),
        [this] { environment_.network.dial(id(), DialId{next_dial_++}, client_.server); });
}

void DirectoryClient::opened(const Opened& what) {
  if (what.inbound) return;
  connection_ = what.connection;
  ask(Kind::kSubscribe);
  change_row();
}

void DirectoryClient::dial_failed(DialId, const Error&) { connect_later(); }

void DirectoryClient::closed(ConnectionId connection, const Error&) {
  if (connection != connection_) return;
  connection_.reset();
  give_up_on_answers();
  connect_later();
}

void DirectoryClient::give_up_on_answers() {
  const bool row_in_doubt = std::any_of(unanswered_.begin(), unanswered_.end(), [](const Asked& asked) {
    return asked.kind == Kind::kRegister || asked.kind == Kind::kRemove;
  });
  unanswered_.clear();
  if (!row_in_doubt) return;
  row_.present.reset();
  uncertain_until_ = environment_.scheduler.now() + kGhostLife;
}

// ---- asking --------------------------------------------------------------------------------------------------

void DirectoryClient::follow_whims() {
  later(exponential(environment_.rng, client_.mean_between_requests), [this] {
    if (connection_ && !settled_) {
      switch (environment_.rng.below(5)) {
        case 0: wants_row_ = !wants_row_; [[fallthrough]];
        case 1: change_row(); break;
        case 2: ask(Kind::kList); break;
        case 3: ask(Kind::kPing); break;
        default: ask(Kind::kNonsense); break;
      }
    }
    follow_whims();
  });
}

void DirectoryClient::keep_alive() {
  later(kKeepAlive, [this] {
    if (connection_) ask(Kind::kPing);
    keep_alive();
  });
}

void DirectoryClient::change_row() {
  if (wants_row_) {
    ask(Kind::kRegister);
  } else if (row_.present != false) {
    ask(Kind::kRemove);
  }
}

void DirectoryClient::ask(Kind kind) {
  const Instant present = environment_.scheduler.now();
  const bool changes = kind == Kind::kRegister || kind == Kind::kRemove;
  if (changes && row_.present != (kind == Kind::kRegister)) row_.present.reset();
  unanswered_.push_back({kind, present, next_number_++});
  send(*connection_, request_line(kind));
  later(kPatience, [this, number = unanswered_.back().number] {
    if (!connection_ || unanswered_.empty() || unanswered_.front().number > number) return;
    const ConnectionId stuck = *connection_;
    close(stuck);  // and try again once it is closed
  });
}

std::string DirectoryClient::request_line(Kind kind) {
  switch (kind) {
    case Kind::kRegister:
      return encode(wire::BootstrapRequest(wire::Register{wire::Flavour::kNative,
                                                          address_,
                                                          client_.network,
                                                          wire::PeerStatus{1, {}, "sim", to_unix_ms(now().wall)},
                                                          {}}));
    case Kind::kRemove:
      return encode(wire::BootstrapRequest(wire::Remove{wire::Flavour::kNative, address_, client_.network}));
    case Kind::kSubscribe:
      return encode(
          wire::BootstrapRequest(wire::Subscribe{client_.network, view_ ? std::optional(revision_) : std::nullopt}));
    case Kind::kList: return encode(wire::BootstrapRequest(wire::GetPeers{true, client_.network, 0, {}}));
    case Kind::kPing: return encode(wire::BootstrapRequest(wire::Ping{}));
    case Kind::kNonsense: {
      static constexpr std::string_view kLines[] = {"{\"type\":\"DANCE\",\"payload\":{}}\n",
                                                    "{\"type\":\"REGISTER\",\"payload\":{\"address\":\"nowhere\"}}\n",
                                                    "{\"type\":\"REMOVE\",\"payload\":{}}\n", "{\"type\":7}\n"};
      return std::string(kLines[environment_.rng.below(std::size(kLines))]);
    }
  }
  throw Failure("no such request");
}

// ---- being answered ------------------------------------------------------------------------------------------

void DirectoryClient::line(ConnectionId connection, std::string_view line) {
  if (connection != connection_) return answer_dial_back(connection, line);
  const auto reply = wire::decode_bootstrap_reply(line);
  require(reply.has_value(), name() + ": not an answer: " + std::string(line));
  std::visit([this](const auto& one) { take(one); }, *reply);
}

void DirectoryClient::answer_dial_back(ConnectionId connection, std::string_view line) {
  const auto question = wire::decode_dial_back(line);
  if (!question) return;
  const NetworkId network = NetworkId::from_hex(client_.network).value_or(NetworkId());
  send(connection, encode(wire::DialBackAnswer{question->nonce, network, std::nullopt}));
  close(connection);
}

void DirectoryClient::bad_line(ConnectionId, const Error& error) {
  throw Failure(name() + ": the server sent a bad line: " + error.message());
}

DirectoryClient::Asked DirectoryClient::answered(Kind kind) {
  require(!unanswered_.empty(), name() + ": an answer to nothing");
  const Asked asked = unanswered_.front();
  require(asked.kind == kind, name() + ": answers out of order or of the wrong kind");
  unanswered_.pop_front();
  return asked;
}

void DirectoryClient::acknowledged_row(bool present, const Asked& asked) {
  ++acknowledged_;
  const bool contradicted = std::any_of(unanswered_.begin(), unanswered_.end(), [&](const Asked& later) {
    return later.kind == (present ? Kind::kRemove : Kind::kRegister);
  });
  if (contradicted || asked.when < uncertain_until_) return;
  if (row_.present != present) row_.since = environment_.scheduler.now();
  row_.present = present;
}

void DirectoryClient::take(const wire::Registered& reply) {
  const Asked asked = answered(Kind::kRegister);
  require(reply.address == address_, name() + ": registered as " + reply.address.text());
  told(reply.revision);
  if (row_.expires <= environment_.scheduler.now()) row_.since = environment_.scheduler.now();  // it had run out
  row_.expires = asked.when + seconds(reply.ttl_seconds);
  row_.verified = reply.state == wire::RowState::kVerified;
  acknowledged_row(true, asked);
  later(seconds(reply.refresh_seconds), [this, number = acknowledged_] {
    if (connection_ && wants_row_ && acknowledged_ == number) ask(Kind::kRegister);
  });
}

void DirectoryClient::take(const wire::Removed& reply) {
  told(reply.revision);
  acknowledged_row(false, answered(Kind::kRemove));
}

void DirectoryClient::take(const wire::Subscribed& reply) {
  answered(Kind::kSubscribe);
  told(reply.revision);
  if (view_ && !reply.reset) return;
  view_.reset();
  list_wanted_ = true;
  before_the_list_.clear();
  revision_ = std::max(revision_, reply.revision);
  ask(Kind::kList);
}

void DirectoryClient::take(const wire::Peers& reply) {
  const Asked asked = answered(Kind::kList);
  ++lists_read_;
  told(reply.revision);
  reader_(reply, asked.when);
  if (!list_wanted_) return;
  list_wanted_ = false;
  view_.emplace();
  for (const wire::PeerEntry& peer : reply.peers) view_->insert(peer.address.text());
  for (const Change& change : before_the_list_) {
    if (change.revision > reply.revision) apply(change);
  }
  revision_ = std::max(revision_, reply.revision);
}

void DirectoryClient::take(const wire::PeerJoined& event) {
  follow({event.revision, event.address.text(),
          event.state == wire::RowState::kVerified ? News::kVerified : News::kJoined});
}
void DirectoryClient::take(const wire::PeerLeft& event) { follow({event.revision, event.address.text(), News::kLeft}); }
void DirectoryClient::take(const wire::Inspected&) { throw Failure(name() + ": an answer nobody asked for"); }
void DirectoryClient::take(const wire::Pong&) { answered(Kind::kPing); }

void DirectoryClient::take(const wire::ErrorReply& reply) {
  require(!unanswered_.empty(), name() + ": an error about nothing: " + reply.code);
  const Kind kind = unanswered_.front().kind;
  if (kind == Kind::kNonsense) {
    answered(kind);
    return;
  }
  // Removing what is not there is an error to the user and the state that was wanted.
  require(kind == Kind::kRemove, name() + ": refused with " + reply.code + ": " + reply.message);
  acknowledged_row(false, answered(kind));
}

// What an answer rests on is durable, so the server never goes back behind it.
void DirectoryClient::told(std::uint64_t revision) {
  require(revision >= told_, name() + ": the server's revision " + std::to_string(revision) +
                                 " is before one it told, " + std::to_string(told_));
  told_ = revision;
}

void DirectoryClient::follow(const Change& change) {
  require(change.revision > heard_,
          name() + ": revision " + std::to_string(change.revision) + " came after " + std::to_string(heard_));
  heard_ = change.revision;
  if (list_wanted_) return before_the_list_.push_back(change);
  if (!view_ || change.revision <= revision_) return;  // in the list already
  revision_ = change.revision;
  apply(change);
}

void DirectoryClient::apply(const Change& change) {
  const bool there = view_->contains(change.address);
  switch (change.news) {
    case News::kJoined:
      require(!there, name() + ": told that " + change.address + " joined, which was there");
      view_->insert(change.address);
      return;
    case News::kVerified: view_->insert(change.address); return;
    case News::kLeft:
      require(there, name() + ": told that " + change.address + " left, which was not there");
      view_->erase(change.address);
      return;
  }
}

}  // namespace suara::sim
