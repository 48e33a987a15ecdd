#include "admin-client/watch_session.hpp"

#include "admin-client/networks.hpp"
#include "admin-client/refusals.hpp"
#include "common/wire/limits.hpp"

#include <algorithm>
#include <array>

namespace suara::admin {
namespace {

using client::Exit;
using client::Failure;

/// What a server may tell us to wait at most.
constexpr std::uint64_t kLongestWaitMs = 3'600'000;

/// Refusals that pass.
bool passes(const std::string& code) {
  constexpr std::array<std::string_view, 5> kPassing{"busy", "rate_limited", "too_slow", "too_many_requests",
                                                     "disk_full"};
  return std::find(kPassing.begin(), kPassing.end(), code) != kPassing.end();
}

}  // namespace

WatchActions WatchSession::start() { return {DialServer{}}; }

WatchActions WatchSession::opened(Instant now) {
  online_ = true;
  heard_ = now;
  deadline_ = now + kPingInterval;
  send(wire::Subscribe{network_, since_});
  return taken();
}

std::optional<Instant> WatchSession::next_deadline() const {
  return go_on_ && (!deadline_ || *go_on_ < *deadline_) ? go_on_ : deadline_;
}

WatchActions WatchSession::tick(Instant now) {
  if (go_on_ && now >= *go_on_) {
    go_on_.reset();
    ask_for_page();
    return taken();
  }
  if (!deadline_ || now < *deadline_) return {};
  if (!online_) {
    deadline_.reset();
    return {DialServer{}};
  }
  if (now - heard_ >= kSilenceAllowed) {
    deadline_.reset();
    return {HangUp{}};
  }
  deadline_ = now + kPingInterval;
  send(wire::Ping{});
  return taken();
}

WatchActions WatchSession::lost(const Error& reason, Instant now) {
  online_ = false;
  reading_.reset();
  go_on_.reset();
  if (ended_) return {};
  if (!down_) say(server_.text() + " cannot be reached (" + reason.message() + "); trying again", Severity::kWarning);
  down_ = true;
  deadline_ = now + std::max(retry_, std::exchange(retry_at_least_, {}));
  retry_ = std::min(retry_ * 2, kLastRetry);
  return taken();
}

WatchActions WatchSession::line(std::string_view line, Instant now) {
  heard_ = now;
  const auto reply = wire::decode_bootstrap_reply(line);
  if (!reply) {
    say("a line of " + server_.text() + " is not understood: " + reply.error().message(), Severity::kWarning);
    return taken();
  }
  if (const auto* event = std::get_if<wire::PeerJoined>(&*reply)) {
    joined(*event);
  } else if (const auto* gone = std::get_if<wire::PeerLeft>(&*reply)) {
    left(*gone);
  } else if (const auto* subscribed = std::get_if<wire::Subscribed>(&*reply)) {
    begin(*subscribed);
  } else if (const auto* page = std::get_if<wire::Peers>(&*reply)) {
    take_page(*page);
  } else if (const auto* error = std::get_if<wire::ErrorReply>(&*reply)) {
    refused(*error);
  }
  return taken();
}

void WatchSession::begin(const wire::Subscribed& subscribed) {
  if (down_) say(server_.text() + " is back");
  if (!begun_)
    say("watching network " + network_label(network_) + " at " + server_.text() + " from revision " +
        std::to_string(since_.value_or(subscribed.revision)));
  begun_ = true;
  down_ = false;
  retry_ = kFirstRetry;
  if (subscribed.reset) {
    compare_ = known_.has_value();
    say(server_.text() + " does not know any more what happened after revision " + std::to_string(since_.value_or(0)) +
            (compare_ ? "; reading the list again" : "; get-peers shows who is registered now"),
        Severity::kWarning);
  }
  if (!since_ || subscribed.reset) since_ = subscribed.revision;
  if (compare_ || (!known_ && !too_many_)) read_list();
}

// The answer comes among the events, in the order in which the server did both.
void WatchSession::read_list() {
  reading_.emplace();
  cursor_.clear();
  ask_for_page();
}

void WatchSession::ask_for_page() {
  send(wire::GetPeers{true, network_, static_cast<std::uint32_t>(wire::kMaxPeersPerAnswer), cursor_});
}

void WatchSession::take_page(const wire::Peers& page) {
  if (!reading_) return;
  for (const auto& entry : page.peers) reading_->insert_or_assign(entry.address.text(), entry.state);
  if (reading_->size() > max_known_) {
    if (compare_) say("too many are registered to tell what was missed; get-peers shows them", Severity::kWarning);
    compare_ = false;
    too_many_ = true;
    known_.reset();
    reading_.reset();
  } else if (page.next) {
    cursor_ = *page.next;
    ask_for_page();
  } else {
    end_of_list();
  }
}

void WatchSession::end_of_list() {
  if (compare_) {
    for (const auto& [address, state] : *known_) {
      if (!reading_->contains(address))
        actions_.emplace_back(ShowNews{{PeerNews::What::kLeft, address, *since_, state, {}}});
    }
    for (const auto& [address, state] : *reading_) {
      const auto before = known_->find(address);
      if (before == known_->end()) {
        actions_.emplace_back(ShowNews{{PeerNews::What::kJoined, address, *since_, state, {}}});
      } else if (before->second != state && state == wire::RowState::kVerified) {
        actions_.emplace_back(ShowNews{{PeerNews::What::kVerified, address, *since_, state, {}}});
      }
    }
  }
  compare_ = false;
  known_ = std::exchange(reading_, std::nullopt);
}

void WatchSession::joined(const wire::PeerJoined& event) {
  since_ = event.revision;
  const std::string address = event.address.text();
  // The list being read may be ahead of the events; the one that was read is not.
  const auto* list = known_ ? &*known_ : reading_ ? &*reading_ : nullptr;
  const auto before = list == nullptr ? Listed::const_iterator() : list->find(address);
  const bool verified = list != nullptr && before != list->end() && event.state == wire::RowState::kVerified &&
                        before->second == wire::RowState::kUnverified;
  actions_.emplace_back(ShowNews{
      {verified ? PeerNews::What::kVerified : PeerNews::What::kJoined, address, event.revision, event.state, {}}});
  for (auto* of : {&known_, &reading_}) {
    if (*of) (*of)->insert_or_assign(address, event.state);
  }
}

void WatchSession::left(const wire::PeerLeft& event) {
  since_ = event.revision;
  const std::string address = event.address.text();
  actions_.emplace_back(ShowNews{
      {PeerNews::What::kLeft, address, event.revision, wire::RowState::kUnverified, wire::text_of(event.reason)}});
  for (auto* of : {&known_, &reading_}) {
    if (*of) (*of)->erase(address);
  }
}

void WatchSession::refused(const wire::ErrorReply& error) {
  const std::chrono::milliseconds wait(std::min<std::uint64_t>(error.retry_after_ms.value_or(0), kLongestWaitMs));
  if (error.code == "rate_limited" && reading_) {
    go_on_ = heard_ + std::max<std::chrono::milliseconds>(wait, kFirstRetry);
    return;
  }
  if (passes(error.code)) {
    say(server_.text() + ": " + refusal_text(error, SignedBy::kNobody) + "; trying again", Severity::kWarning);
    down_ = true;
    retry_at_least_ = wait;
  } else {
    ended_ = true;
    deadline_.reset();
    actions_.emplace_back(GiveUp{Failure(Exit::kRefused, error.code, refusal_text(error, SignedBy::kNobody))});
  }
  actions_.emplace_back(HangUp{});
}

void WatchSession::send(const wire::BootstrapRequest& request) {
  actions_.emplace_back(SendLine{wire::encode(request)});
}

void WatchSession::say(std::string text, Severity severity) {
  actions_.emplace_back(Report{severity, std::move(text)});
}

}  // namespace suara::admin
