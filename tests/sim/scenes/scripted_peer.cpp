#include "tests/sim/scenes/scripted_peer.hpp"

#include "common/wire/limits.hpp"
#include "peer-node/chain/work.hpp"
#include "tests/support/block_messages.hpp"

#include <algorithm>

namespace suara::sim {
namespace {

chain::Uint256 work_of(const chain::ChainSpec& spec, const std::vector<chain::Block>& blocks) {
  chain::Uint256 work = chain::work_of_target(*chain::target_of(chain::genesis_block(spec).header.bits));
  for (const chain::Block& block : blocks) work += chain::work_of_target(*chain::target_of(block.header.bits));
  return work;
}

}  // namespace

ScriptedPeer::ScriptedPeer(Environment& environment, const LineHostOptions& options, const chain::ChainSpec& spec,
                           Conduct what)
    : LineHost(environment, options),
      conduct(std::move(what)),
      spec_(spec),
      key_(PrivateKey::from_seed("scripted peer " + options.ip)),
      port_(options.port),
      rng_(environment.rng.next()) {}

void ScriptedPeer::daemon_died() {
  handshakes_.clear();
  ready_.clear();
}

std::size_t ScriptedPeer::refused_with(const std::string& code) const {
  const auto found = refusals_.find(code);
  return found == refusals_.end() ? 0 : found->second;
}

void ScriptedPeer::say(const wire::peer::Message& message) { say_line(wire::peer::encode(message)); }

void ScriptedPeer::say_line(const std::string& line) {
  for (const ConnectionId connection : ready_) send(connection, line);
}

void ScriptedPeer::reply(ConnectionId connection, const wire::peer::Message& message) {
  send(connection, wire::peer::encode(message));
}

// -- connections ---------------------------------------------------------------------------------------------------

void ScriptedPeer::opened(const Opened& what) {
  const auto role = what.inbound ? p2p::Role::kAcceptor : p2p::Role::kDialer;
  const auto& handshake =
      handshakes_.try_emplace(what.connection, role, chain::network_id(spec_), key_, rng_).first->second;
  set_max_line_size(what.connection, wire::kMaxPeerLineSizeBytes);
  if (!what.inbound) send_hello(what.connection, handshake);
}

void ScriptedPeer::send_hello(ConnectionId connection, const p2p::Handshake& handshake) {
  wire::peer::Hello hello = handshake.hello();
  if (port_) hello.listen = wire::Address{ip(), *port_};
  hello.height = conduct.claimed_height.value_or(conduct.blocks.size());
  hello.work = chain::to_hash(conduct.claimed_work.value_or(work_of(spec_, conduct.blocks)));
  hello.agent = "script";
  reply(connection, hello);
}

void ScriptedPeer::closed(ConnectionId connection, const Error&) {
  handshakes_.erase(connection);
  ready_.erase(connection);
}

void ScriptedPeer::line(ConnectionId connection, std::string_view line) {
  const auto message = wire::peer::decode(line);
  if (message) take(connection, *message);
}

// -- messages ------------------------------------------------------------------------------------------------------

void ScriptedPeer::take(ConnectionId connection, const wire::peer::Message& message) {
  using namespace wire::peer;
  if (const auto* theirs = std::get_if<Hello>(&message)) {
    hello(connection, *theirs);
  } else if (std::holds_alternative<HelloProof>(message)) {
    const p2p::Handshake& handshake = handshakes_.at(connection);
    if (handshake.role() == p2p::Role::kDialer) reply(connection, handshake.proof());
    ready_.insert(connection);
  } else if (const auto* ping = std::get_if<Ping>(&message)) {
    if (conduct.answers_pings) reply(connection, Pong{ping->nonce});
  } else if (const auto* headers = std::get_if<GetHeaders>(&message)) {
    if (conduct.answers_headers) answer(connection, *headers);
  } else if (const auto* blocks = std::get_if<GetBlocks>(&message)) {
    if (conduct.answers_blocks) answer(connection, *blocks);
  } else if (std::holds_alternative<GetPeers>(message)) {
    if (conduct.answers_addresses) reply(connection, Peers{conduct.addresses});
  } else if (const auto* error = std::get_if<ErrorMessage>(&message)) {
    ++refusals_[error->code];
  }
}

void ScriptedPeer::hello(ConnectionId connection, const wire::peer::Hello& theirs) {
  p2p::Handshake& handshake = handshakes_.at(connection);
  if (!handshake.take(theirs)) return close(connection);
  if (handshake.role() == p2p::Role::kDialer) return;
  send_hello(connection, handshake);
  reply(connection, handshake.proof());
}

void ScriptedPeer::answer(ConnectionId connection, const wire::peer::GetHeaders& request) {
  later(conduct.headers_delay, [this, connection, locator = request.locator] {
    reply(connection, conduct.headers ? conduct.headers(locator) : headers_after(locator));
  });
}

wire::peer::Headers ScriptedPeer::headers_after(const std::vector<Hash256>& locator) const {
  const auto known = std::ranges::find_first_of(locator, conduct.blocks, {}, {}, [](const chain::Block& block) {
    return Hash256(chain::block_id(block.header));
  });
  auto first = conduct.blocks.begin();
  if (known != locator.end()) {
    first = std::ranges::find(conduct.blocks, chain::BlockId(*known),
                              [](const chain::Block& block) { return chain::block_id(block.header); });
    ++first;
  }
  const auto count = std::min<std::ptrdiff_t>(conduct.blocks.end() - first, wire::kMaxHeadersPerMessage);
  return testing::headers_of({first, first + count});
}

void ScriptedPeer::answer(ConnectionId connection, const wire::peer::GetBlocks& request) {
  for (const Hash256& id : request.ids) {
    const auto block = std::ranges::find(conduct.blocks, chain::BlockId(id),
                                         [](const chain::Block& one) { return chain::block_id(one.header); });
    if (block == conduct.blocks.end()) {
      reply(connection, wire::peer::NotFound{{id}, {}});
      continue;
    }
    std::optional<chain::Block> spoilt = conduct.spoils ? conduct.spoils(*block) : std::nullopt;
    later(conduct.body_delay, [this, connection, body = chain::encode(spoilt ? *spoilt : *block)] {
      reply(connection, wire::peer::BlockBody{body});
    });
  }
}

}  // namespace suara::sim
