// REGISTER and REMOVE.
#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/address_rules.hpp"
#include "bootstrap-server/core/directory.hpp"
#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/peer_entries.hpp"
#include "bootstrap-server/core/sequences.hpp"
#include "common/wire/classic_bootstrap.hpp"

#include <algorithm>

namespace suara::directory {
namespace {

using wire::Flavour;

std::optional<std::int64_t> clock_offset_ms(const std::optional<wire::PeerStatus>& status, WallTime now) {
  if (!status || status->time_ms == 0) return std::nullopt;
  constexpr std::uint64_t kMost = INT64_MAX;
  const std::uint64_t ours = to_unix_ms(now);
  const std::uint64_t theirs = status->time_ms;
  return theirs >= ours ? static_cast<std::int64_t>(std::min(theirs - ours, kMost))
                        : -static_cast<std::int64_t>(std::min(ours - theirs, kMost));
}

template <class Request>
std::uint64_t last_sequence(const store::StoreView& view, const std::optional<Row>& row, const Request& request) {
  const PublicKey& key = request.authorization->key;
  if (row && row->key == key) return row->sequence;
  return remembered_sequence(view, request.network, request.address, key);
}

// What a signed request leaves behind: its key on the row, its sequence, and where that is not the row's key's, its
// sequence in memory.
void leave_signature(store::Draft& draft, Row& row, const std::optional<Row>& previous,
                     const wire::Authorization& signature, bool is_admin) {
  if (row.key == signature.key) {
    row.sequence = signature.sequence;
  } else if (is_admin) {
    remember_sequence(draft, row.network, row.address, signature.key, signature.sequence);
  } else {
    if (previous && previous->key) {
      remember_sequence(draft, row.network, row.address, *previous->key, previous->sequence);
    }
    forget_sequence(draft, row.network, row.address, signature.key);
    row.key = signature.key;
    row.sequence = signature.sequence;
  }
}

// Whether what was found out about the row before says nothing about it any more.
bool is_news(const std::optional<Row>& previous, const Row& row) {
  return !previous || previous->first_seen_ms != row.first_seen_ms || previous->key != row.key ||
         (previous->flavour == Flavour::kNative) != (row.flavour == Flavour::kNative);
}

}  // namespace

void Server::State::register_peer(Connection& connection, wire::Register& request, bool signature_holds) {
  const Connected& caller = connection.opened;
  const auto listable = check_listable(request.address, request.flavour, caller.remote_host);
  if (!listable) return refuse(connection, listable.error());
  if (const auto error = cannot_write()) return refuse(connection, *error);

  const std::optional<Row> previous = find_row(overlay, request.network, request.address);
  const Requester asks = requester(connection, request.authorization);
  const auto renewal = previous ? may_renew(*previous, asks) : Renewal::kChanged;
  if (!renewal) return refuse_by_rows(connection, renewal.error());
  if (request.authorization) {
    if (!is_fresh(connection, *request.authorization, last_sequence(overlay, previous, request))) return;
    if (!signature_holds) return check_signature(connection, {caller.connection, std::move(request)});
  }

  store::Draft draft(overlay);
  Row row = previous && *renewal != Renewal::kTakenOver ? *previous : Row{};
  if (row.first_seen_ms == 0) {
    row.address = request.address;
    row.network = request.network;
    row.first_seen_ms = to_unix_ms(now.wall);
    row.source_host = caller.remote_host;
  }
  if (request.authorization && *renewal != Renewal::kAsItIs) {
    leave_signature(draft, row, previous, *request.authorization, asks.is_admin);
  }
  if (*renewal != Renewal::kAsItIs || row.flavour == request.flavour) {
    row.flavour = request.flavour;
    row.classic_key = std::move(request.classic_key);
    row.clock_offset_ms = clock_offset_ms(request.status, now.wall);
    row.status = std::move(request.status);
  }
  row.lease_ends_ms = row.flavour == Flavour::kNative ? now_ms() + ttl_ms() : 0;
  const bool ask = is_news(previous, row) && begin_checks(row, caller.remote_host);
  row.listed = (previous && previous->listed) || row.verified || options.verify != Verify::kRequire;

  keep(draft, row, previous);
  ++(previous ? renewed : registered);
  if (row.listed && !(previous && previous->listed)) record_join(draft, row);
  const StoreToken token = commit(draft);
  if (ask) checks.want(row, token, check_interval_ms(row, caller.remote_host), now_ms());
  answer_registered(connection, row, request.flavour, previous.has_value(), token);
}

void Server::State::answer_registered(Connection& connection, const Row& row, Flavour asked, bool refreshed,
                                      StoreToken token) {
  if (asked == Flavour::kClassicV1) {
    return answer(connection, token, std::string(refreshed ? wire::kClassicRefreshed : wire::kClassicRegistered));
  }
  if (asked != Flavour::kNative) return answer(connection, token, {}, Then::kClose);

  // A third of the lease, give or take a tenth, so that peers that started together do not stay together.
  const std::uint64_t refresh_seconds = ttl_ms() * (900 + rng.below(201)) / 3'000'000;
  const Connected& caller = connection.opened;
  answer(
      connection, token,
      wire::encode(wire::BootstrapReply(wire::Registered{
          row.address, refreshed, static_cast<std::uint32_t>(options.ttl.count()),
          static_cast<std::uint32_t>(std::max<std::uint64_t>(1, refresh_seconds)),
          wire::Address{caller.remote_host, caller.remote_port}.text(), state_of(row), revision(), options.others})));
}

void Server::State::remove_peer(Connection& connection, wire::Remove& request, bool signature_holds) {
  const std::optional<Row> row = find_row(readable(), request.network, request.address);
  if (!row) {
    switch (request.flavour) {
      case Flavour::kNative: return refuse_by_rows(connection, Error(ServerError::kNotFound, request.address.text()));
      case Flavour::kClassicV1: return answer(connection, readable_token(), std::string(wire::kClassicNotFound));
      case Flavour::kClassicV0:
      case Flavour::kClassicV2: return answer(connection, readable_token(), {}, Then::kClose);
    }
  }
  const Requester asks = requester(connection, request.authorization);
  const auto permitted = may_remove(*row, asks);
  if (!permitted) return refuse_by_rows(connection, permitted.error());
  if (const auto error = cannot_write()) return refuse(connection, *error);
  if (request.authorization) {
    if (!is_fresh(connection, *request.authorization, last_sequence(overlay, row, request))) return;
    if (!signature_holds) return check_signature(connection, {connection.opened.connection, std::move(request)});
  }

  store::Draft draft(overlay);
  Row last = *row;
  if (request.authorization && (asks.is_admin || last.key == request.authorization->key)) {
    leave_signature(draft, last, row, *request.authorization, asks.is_admin);
  }
  let_go(draft, last, wire::LeaveReason::kRemoved, "removed");
  const StoreToken token = commit(draft);
  switch (request.flavour) {
    case Flavour::kNative:
      return answer(connection, token, wire::encode(wire::BootstrapReply(wire::Removed{last.address, revision()})));
    case Flavour::kClassicV1: return answer(connection, token, std::string(wire::kClassicRemoved));
    case Flavour::kClassicV0:
    case Flavour::kClassicV2: return answer(connection, token, {}, Then::kClose);
  }
}

}  // namespace suara::directory
