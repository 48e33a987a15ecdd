// Signatures are checked elsewhere: a signed request waits for the answer, and what its connection asks behind it waits
// for it. What can be refused without a check is refused at once.
#include "bootstrap-server/core/server_state.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "common/util/check.hpp"
#include "common/wire/request_signing.hpp"

#include <algorithm>

namespace suara::directory {

Requester Server::State::requester(const Connection& connection,
                                   const std::optional<wire::Authorization>& authorization) const {
  Requester asks{connection.opened.remote_host};
  if (authorization) {
    asks.signer = &authorization->key;
    asks.is_admin = std::ranges::find(options.admin_keys, authorization->key) != options.admin_keys.end();
  }
  return asks;
}

bool Server::State::is_fresh(Connection& connection, const wire::Authorization& authorization,
                             std::uint64_t last_sequence) {
  const std::uint64_t latest = to_unix_ms(now.wall + kMaxSequenceAhead);
  if (authorization.sequence > latest) {
    refuse(connection, Error(ServerError::kSequenceAhead, std::to_string(authorization.sequence)));
    return false;
  }
  if (authorization.sequence > last_sequence) return true;
  const Error error(ServerError::kStaleSequence, "greater than " + std::to_string(last_sequence));
  refuse_by_rows(connection,
                 {std::string(error.name()), error.message(), /*retry_after_ms=*/std::nullopt, last_sequence});
  return false;
}

void Server::State::check_signature(Connection& connection, SignedRequest request) {
  if (signature_checks.size() >= kMaxSignatureChecks) return refuse(connection, ServerError::kBusy);
  last_check = SignatureCheckId{last_check.value + 1};
  std::visit(
      [&](const auto& one) {
        const wire::Authorization& authorization = *one.authorization;
        actions.push_back(
            CheckSignature{last_check, authorization.key, wire::digest_to_sign(one), authorization.signature});
      },
      request.request);
  signature_checks.emplace(last_check, std::move(request));
  pause(connection);
}

// Much may have happened since the check was asked for, so everything else is looked at again.
void Server::State::on(const SignatureChecked& event) {
  if (proof_checks.contains(event.check)) return proof_checked(event);
  auto checked = signature_checks.extract(event.check);
  CHECK(!checked.empty());
  Connection* connection = find(checked.mapped().connection);
  CHECK(connection != nullptr && connection->held);  // until now
  if (!event.valid) {
    refuse(*connection, ServerError::kBadSignature);
  } else if (auto* registration = std::get_if<wire::Register>(&checked.mapped().request)) {
    register_peer(*connection, *registration, true);
  } else {
    remove_peer(*connection, std::get<wire::Remove>(checked.mapped().request), true);
  }
  resume(*connection);
}

}  // namespace suara::directory
