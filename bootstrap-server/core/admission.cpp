// Whether a caller is served now, or has asked too often (rate_limits.hpp).
#include "bootstrap-server/core/server_state.hpp"

#include <array>

namespace suara::directory {
namespace {

// The buckets a request takes from; the second may be none.
using Wanted = std::array<std::optional<Bucket>, 2>;

struct WantedBy {
  const Caller& caller;

  Wanted operator()(const wire::Register& request) const {
    if (Caller::of(request.address.host) == caller) return {Bucket::kRegister, std::nullopt};
    return {Bucket::kRegister, Bucket::kForeign};
  }
  Wanted operator()(const wire::GetPeers&) const { return {Bucket::kGetPeers, std::nullopt}; }
  Wanted operator()(const wire::Remove&) const { return {Bucket::kRemove, std::nullopt}; }
  Wanted operator()(const wire::Subscribe&) const { return {Bucket::kSubscribe, std::nullopt}; }
  Wanted operator()(const wire::Inspect&) const { return {Bucket::kGetPeers, std::nullopt}; }
  Wanted operator()(const wire::Ping&) const { return {Bucket::kPing, std::nullopt}; }
};

}  // namespace

void Server::State::recognise(Connection& connection) {
  // The caller of a link-local connection comes with its zone.
  const std::string_view host = connection.opened.remote_host;
  const auto address = IpAddress::parse(host.substr(0, host.find('%')));
  connection.caller = address ? Caller::of(*address) : Caller{};
  connection.unlimited = address && options.rate_exempt.contains(*address);
}

bool Server::State::admit(Connection& connection, const wire::BootstrapRequest& request) {
  if (connection.unlimited) return true;
  for (const std::optional<Bucket>& bucket : std::visit(WantedBy{connection.caller}, request)) {
    const auto wait = bucket ? rate_limits.take(connection.caller, *bucket, now.instant) : std::nullopt;
    if (!wait) continue;
    // Who goes on asking all the same is disconnected: refusals cost too.
    const bool stubborn = rate_limits.take(connection.caller, Bucket::kMistakes, now.instant).has_value();
    refuse_until(connection, *bucket, *wait, stubborn ? Then::kClose : Then::kKeepOpen);
    return false;
  }
  return true;
}

bool Server::State::forgive(Connection& connection) {
  if (connection.unlimited) return true;
  const auto wait = rate_limits.take(connection.caller, Bucket::kMistakes, now.instant);
  if (wait) refuse_until(connection, Bucket::kMistakes, *wait, Then::kClose);
  return !wait;
}

void Server::State::refuse_until(Connection& connection, Bucket empty, std::chrono::milliseconds wait, Then then) {
  meter.rate_limited(empty);
  const std::string closed = then == Then::kClose ? "; the connection is closed" : "";
  const Error error(ServerError::kRateLimited, "try again in " + std::to_string(wait.count()) + " ms" + closed);
  refuse(connection, {std::string(error.name()), error.message(), static_cast<std::uint64_t>(wait.count())}, then);
}

}  // namespace suara::directory
