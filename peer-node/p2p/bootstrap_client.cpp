#include "peer-node/p2p/bootstrap_client.hpp"

#include "common/wire/limits.hpp"
#include "common/wire/request_signing.hpp"

#include <algorithm>

namespace suara::p2p {
namespace {

// A refresh a server may ask for; shorter would be hammering, longer would let the connection idle out.
constexpr std::uint32_t kMinRefreshSeconds = 1;
constexpr std::uint32_t kMaxRefreshSeconds = 24 * 3600;

// Anybody may register any address; dialed by all who hear of it, it would be a weapon. Once the server has reached a
// peer there it says so.
bool is_worth_dialing(wire::RowState state) { return state != wire::RowState::kUnverified; }

void keep_earliest(std::optional<Instant>& earliest, std::optional<Instant> other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
}

}  // namespace

BootstrapClient::BootstrapClient(wire::Address server, Membership membership, Standing standing)
    : server_(std::move(server)),
      membership_(std::move(membership)),
      standing_(standing),
      backoff_(kFirstRetry, standing == Standing::kConfigured ? kLastRetry : kLearntServerRetry) {}

bool BootstrapClient::wants_dial(Instant now) const { return !closed_ && !dial_ && !connection_ && next_dial_ <= now; }

void BootstrapClient::connected(ConnectionId connection, Now now, Rng& rng, node::Outbox& out) {
  dial_.reset();
  connection_ = connection;
  if (closed_) return out.close(connection, "shutting down");
  out.add(node::RaiseLineLimit{connection, wire::kMaxBootstrapReplySizeBytes});
  if (membership_.own) send_register(now, out);
  said_at_ = now.instant;
  if (membership_.ways.push) send(wire::Subscribe{membership_.network.hex(), revision_}, now.instant, out);
  if (membership_.ways.poll || membership_.ways.announce) send_get_peers(now, rng, out);
}

void BootstrapClient::dial_failed(const Error& error, Now now, Rng& rng, node::Outbox& out) {
  dial_.reset();
  lost(error.message(), now, rng, out);
}

void BootstrapClient::disconnected(const Error& reason, Now now, Rng& rng, node::Outbox& out) {
  reset_connection();
  if (!closed_) lost(reason.message(), now, rng, out);
}

Found BootstrapClient::line(std::string_view line, Now now, Rng& rng, node::Outbox& out) {
  Found found;
  const auto reply = wire::decode_bootstrap_reply(line);
  if (!reply) {
    const ConnectionId connection = *connection_;
    lost("its answer cannot be understood: " + reply.error().message(), now, rng, out);
    reset_connection();
    out.close(connection, "unintelligible answer");
    return found;
  }
  const bool is_event =
      std::holds_alternative<wire::PeerJoined>(*reply) || std::holds_alternative<wire::PeerLeft>(*reply);
  // Lists and errors count when they are asked for; joins and leaves only so fast, whoever the server is.
  if (is_event && pushes_.take(1, now.instant) == 0) return found;
  const bool is_answer = !is_event && awaited_ > 0;
  if (is_answer) --awaited_;
  if (!is_event) answer_by_ = now.instant + kBootstrapAnswerTimeout;
  if (!membership_.own && state_ != State::kReachable) {
    state_ = State::kReachable;
    backoff_.reset();
    out.report(Severity::kInfo, "listening to " + name() + "; nothing is registered, because nothing is advertised");
  }

  if (const auto* registered = std::get_if<wire::Registered>(&*reply)) {
    take(*registered, now, out);
    found.others = registered->others;
    found.registered = true;
  } else if (const auto* peers = std::get_if<wire::Peers>(&*reply); peers != nullptr && is_answer) {
    for (const wire::PeerEntry& entry : peers->peers) {
      if (is_worth_dialing(entry.state)) found.joined.push_back(entry.address);
    }
  } else if (const auto* subscribed = std::get_if<wire::Subscribed>(&*reply)) {
    revision_ = subscribed->revision;
    if (subscribed->reset) send_get_peers(now, rng, out);
  } else if (const auto* joined = std::get_if<wire::PeerJoined>(&*reply)) {
    revision_ = std::max(revision_.value_or(0), joined->revision);
    if (is_worth_dialing(joined->state)) found.joined.push_back(joined->address);
  } else if (const auto* left = std::get_if<wire::PeerLeft>(&*reply)) {
    revision_ = std::max(revision_.value_or(0), left->revision);
    if (standing_ == Standing::kConfigured) found.left.push_back(left->address);
  } else if (std::holds_alternative<wire::Removed>(*reply)) {
    removing_ = false;
  } else if (const auto* error = std::get_if<wire::ErrorReply>(&*reply); error != nullptr && is_answer) {
    take(*error, now, rng, out);
  }
  return found;
}

void BootstrapClient::take(const wire::Registered& reply, Now now, node::Outbox& out) {
  const seconds refresh(std::clamp(reply.refresh_seconds, kMinRefreshSeconds, kMaxRefreshSeconds));
  refresh_at_ = now.instant + refresh;
  backoff_.reset();
  sequence_corrected_ = false;
  last_error_code_.clear();
  if (state_ != State::kReachable || !registered_) {
    out.report(Severity::kInfo, "registered with " + name() + " as " + reply.address.text() + ", lease " +
                                    std::to_string(reply.ttl_seconds) + " s");
  }
  registered_ = true;
  state_ = State::kReachable;
}

void BootstrapClient::take(const wire::ErrorReply& reply, Now now, Rng& rng, node::Outbox& out) {
  if (membership_.own && reply.sequence && *reply.sequence != UINT64_MAX && !sequence_corrected_) {
    sequence_corrected_ = true;  // once: a server that is never content is asked again like any that refuses
    sequence_ = std::max(sequence_, *reply.sequence);
    return removing_ ? send_remove(now, out) : send_register(now, out);
  }
  if (removing_) {
    removing_ = false;  // refused, but answered: there is nothing more to wait for
    return;
  }
  if (reply.code != last_error_code_) {
    out.report(Severity::kWarning, name() + " refuses: " + reply.message + " (" + reply.code + ")");
    last_error_code_ = reply.code;
  }
  if (!membership_.own || refresh_at_) return;
  constexpr std::uint64_t kLongestWaitMs = kMaxRefreshSeconds * 1000ULL;
  const milliseconds asked_for(std::min(reply.retry_after_ms.value_or(0), kLongestWaitMs));
  refresh_at_ = now.instant + std::max(asked_for, backoff_.next(rng));
}

void BootstrapClient::tick(Now now, Rng& rng, node::Outbox& out) {
  if (!connection_ || closed_) return;
  if (awaited_ > 0 && answer_by_ <= now.instant) {
    const ConnectionId connection = *connection_;
    reset_connection();
    lost("no answer within " + std::to_string(kBootstrapAnswerTimeout.count()) + " s", now, rng, out);
    out.close(connection, "no answer");
    return;
  }
  if (refresh_at_ && *refresh_at_ <= now.instant) {
    refresh_at_.reset();
    send_register(now, out);
  }
  if (poll_at_ && *poll_at_ <= now.instant) {
    if (membership_.ways.poll || (membership_.ways.announce && !membership_.has_peers())) {
      send_get_peers(now, rng, out);
    } else {
      poll_later(now.instant, rng);
    }
  }
  if (awaited_ == 0 && said_at_ + kBootstrapPingAfter <= now.instant) send(wire::Ping{}, now.instant, out);
}

std::optional<Instant> BootstrapClient::deadline() const {
  if (closed_) return std::nullopt;
  if (!connection_) return dial_ ? std::nullopt : std::optional<Instant>(next_dial_);
  std::optional<Instant> earliest = awaited_ > 0 ? answer_by_ : said_at_ + kBootstrapPingAfter;
  keep_earliest(earliest, refresh_at_);
  keep_earliest(earliest, poll_at_);
  return earliest;
}

bool BootstrapClient::shut_down(Now now, node::Outbox& out) {
  closed_ = true;
  if (!connection_) return false;
  if (!membership_.own) {
    out.close(*connection_, "shutting down");
    return false;
  }
  removing_ = true;
  sequence_corrected_ = false;
  send_remove(now, out);
  return true;
}

void BootstrapClient::send(const wire::BootstrapRequest& request, Instant now, node::Outbox& out) {
  if (awaited_ == 0) answer_by_ = now + kBootstrapAnswerTimeout;
  ++awaited_;
  said_at_ = now;
  out.send(*connection_, wire::encode(request));
}

void BootstrapClient::send_register(Now now, node::Outbox& out) {
  wire::Register request;
  request.address = *membership_.own;
  request.network = membership_.network.hex();
  request.status = membership_.status(now);
  sign(request, membership_.key, next_sequence(now.wall));
  send(request, now.instant, out);
}

void BootstrapClient::send_remove(Now now, node::Outbox& out) {
  wire::Remove request{wire::Flavour::kNative, *membership_.own, membership_.network.hex()};
  sign(request, membership_.key, next_sequence(now.wall));
  send(request, now.instant, out);
}

std::uint64_t BootstrapClient::next_sequence(WallTime now) {
  sequence_ = std::max(sequence_ + 1, to_unix_ms(now));
  return sequence_;
}

void BootstrapClient::send_get_peers(Now now, Rng& rng, node::Outbox& out) {
  wire::GetPeers request;
  request.network = membership_.network.hex();
  request.limit = kListedAddressesAsked;
  send(request, now.instant, out);
  poll_later(now.instant, rng);
}

void BootstrapClient::poll_later(Instant now, Rng& rng) {
  const auto spread = static_cast<std::uint64_t>(milliseconds(kPollAtMost - kPollAtLeast).count());
  poll_at_ = now + kPollAtLeast + milliseconds(rng.below(spread + 1));
}

void BootstrapClient::lost(const std::string& why, Now now, Rng& rng, node::Outbox& out) {
  next_dial_ = now.instant + backoff_.next(rng);
  if (state_ == State::kUnreachable) return;
  state_ = State::kUnreachable;
  const Severity severity = standing_ == Standing::kConfigured ? Severity::kWarning : Severity::kInfo;
  out.report(severity, name() + " cannot be reached (" + why + "); trying again until it can");
}

void BootstrapClient::reset_connection() {
  connection_.reset();
  registered_ = false;
  removing_ = false;
  awaited_ = 0;
  refresh_at_.reset();
  poll_at_.reset();
}

}  // namespace suara::p2p
