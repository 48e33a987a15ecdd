#include "fuzz/session_oracle.hpp"

#include "bootstrap-server/core/change_log.hpp"
#include "common/util/check.hpp"

#include <variant>

namespace suara::fuzz {

using namespace wire;

SessionOracle::Expected SessionOracle::expected_of(const BootstrapRequest& request) {
  struct Visitor {
    Expected operator()(const Register& r) const {
      if (r.flavour == Flavour::kNative) return Expected::kRegistered;
      return r.flavour == Flavour::kClassicV1 ? Expected::kClassicText : Expected::kClosing;
    }
    Expected operator()(const GetPeers& r) const { return r.native ? Expected::kPeers : Expected::kClassicPeers; }
    Expected operator()(const Remove& r) const {
      if (r.flavour == Flavour::kNative) return Expected::kRemoved;
      return r.flavour == Flavour::kClassicV1 ? Expected::kClassicText : Expected::kClosing;
    }
    Expected operator()(const Subscribe&) const { return Expected::kSubscribed; }
    Expected operator()(const Inspect&) const { return Expected::kInspected; }
    Expected operator()(const Ping&) const { return Expected::kPong; }
  };
  return std::visit(Visitor{}, request);
}

void SessionOracle::sending(std::string_view bytes) {
  if (deaf_ || closed_) return;
  requests_.feed(bytes);
  while (true) {
    const auto text = requests_.next();
    if (!text) {
      expected_.push_back(Expected::kFatalError);
      deaf_ = true;
      return;
    }
    if (!*text) return;
    const auto request = decode_bootstrap_request(**text);
    expected_.push_back(request ? expected_of(*request) : Expected::kError);
    if (request && std::holds_alternative<Subscribe>(*request)) subscribing_.push_back(std::get<Subscribe>(*request));
  }
}

void SessionOracle::taken(std::string_view bytes, bool closed) {
  unfinished_ += bytes;
  std::size_t begin = 0;
  for (std::size_t end; (end = unfinished_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    CHECK(!closed_);
    line(unfinished_.substr(begin, end - begin));
  }
  unfinished_.erase(0, begin);
  CHECK(unfinished_.empty());  // whole lines are sent
  if (!closed || closed_) return;
  closed_ = true;
  // Whoever is closed on has just been told why, or was to be closed on.
  CHECK(told_why_ || (!expected_.empty() && expected_.front() == Expected::kClosing));
}

void SessionOracle::line(const std::string& text) {
  std::optional<BootstrapReply> reply;
  if (text.starts_with('{')) {
    auto decoded = decode_bootstrap_reply(text);
    CHECK(decoded.has_value());
    reply = std::move(*decoded);
  }
  if (reply && (std::holds_alternative<PeerJoined>(*reply) || std::holds_alternative<PeerLeft>(*reply))) {
    return event(*reply, text);
  }
  CHECK(!expected_.empty());
  const Expected expected = expected_.front();
  expected_.pop_front();
  told_why_ = false;
  answered(expected, text, reply);
}

void SessionOracle::answered(Expected expected, const std::string& text, const std::optional<BootstrapReply>& reply) {
  const bool subscribed = expected == Expected::kSubscribed;
  Subscribe asked;
  if (subscribed) {
    asked = subscribing_.front();
    subscribing_.pop_front();
  }
  const std::uint64_t durable_revision = directory::revision_of(durable_);
  if (reply && std::holds_alternative<ErrorReply>(*reply)) {
    // Refusing is always allowed, and some refusals end the connection.
    const std::string& code = std::get<ErrorReply>(*reply).code;
    told_why_ = expected == Expected::kFatalError || code == "too_many_requests" || code == "rate_limited" ||
                code == "disk_full";
    return;
  }
  switch (expected) {
    case Expected::kRegistered: {
      CHECK(reply && std::holds_alternative<Registered>(*reply));
      // Its row is on the disk, unless something that happened since took it out again.
      CHECK(std::get<Registered>(*reply).revision <= durable_revision);
      return;
    }
    case Expected::kPeers: {
      CHECK(reply && std::holds_alternative<Peers>(*reply));
      CHECK(std::get<Peers>(*reply).revision <= durable_revision);
      return;
    }
    case Expected::kRemoved: {
      CHECK(reply && std::holds_alternative<Removed>(*reply));
      CHECK(std::get<Removed>(*reply).revision <= durable_revision);
      return;
    }
    case Expected::kSubscribed: {
      CHECK(reply && std::holds_alternative<Subscribed>(*reply));
      const auto& granted = std::get<Subscribed>(*reply);
      CHECK(granted.revision <= durable_revision && !subscription_);
      const bool resumes = asked.since_revision && !granted.reset;
      const std::uint64_t first = resumes ? *asked.since_revision : granted.revision;
      subscription_ = Subscription{asked.network, first, first, {}};
      return;
    }
    case Expected::kInspected: CHECK(reply && std::holds_alternative<Inspected>(*reply)); return;
    case Expected::kPong: CHECK(reply && std::holds_alternative<Pong>(*reply)); return;
    case Expected::kClassicText: CHECK(text.starts_with("Peer ")); return;
    case Expected::kClassicPeers: CHECK(text.starts_with('[') && text.ends_with(']')); return;
    case Expected::kClosing:
    case Expected::kError:
    case Expected::kFatalError: CHECK(false);  // answered as if it were a good request, or at all
  }
}

void SessionOracle::event(const BootstrapReply& reply, const std::string& text) {
  CHECK(subscription_.has_value());
  const auto* const joined = std::get_if<PeerJoined>(&reply);
  const std::uint64_t revision = joined != nullptr ? joined->revision : std::get<PeerLeft>(reply).revision;
  CHECK((joined != nullptr ? joined->network : std::get<PeerLeft>(reply).network) == subscription_->network);
  CHECK(revision > subscription_->last && revision <= directory::revision_of(durable_));
  subscription_->last = revision;
  subscription_->told += text + "\n";
}

void SessionOracle::settled() const {
  if (closed_) return;
  CHECK(expected_.empty());
  if (!subscription_) return;
  const auto changes = directory::changes_since(durable_, subscription_->network, subscription_->first);
  CHECK(!changes || *changes == subscription_->told);
}

}  // namespace suara::fuzz
