// A machine that speaks the peer protocol, with a real proof, and does what its script says instead of what a node
// does: it claims what it likes, and answers, withholds, delays or spoils what it is asked for.
#pragma once

#include "common/wire/peer_messages.hpp"
#include "peer-node/chain/block.hpp"
#include "peer-node/chain/chain_spec.hpp"
#include "peer-node/p2p/handshake.hpp"
#include "tests/sim/line_host.hpp"

#include <functional>
#include <map>
#include <set>
#include <vector>

namespace suara::sim {

struct Conduct {
  std::vector<chain::Block> blocks = {};  ///< the chain it has, from height 1; its hello claims its height and work
  std::optional<chain::Uint256> claimed_work = {};  ///< instead; likewise:
  std::optional<std::uint64_t> claimed_height = {};
  bool answers_pings = true;
  bool answers_headers = true;
  bool answers_blocks = true;
  bool answers_addresses = true;  ///< with `addresses`
  Duration body_delay{0};
  Duration headers_delay{0};
  /// What it answers to get_headers with this locator; nothing: with what `blocks` has.
  std::function<wire::peer::Headers(const std::vector<Hash256>& locator)> headers = {};
  /// What it sends in a block's place; nothing: the block.
  std::function<std::optional<chain::Block>(const chain::Block&)> spoils = {};
  std::vector<wire::Address> addresses = {};
};

class ScriptedPeer final : public LineHost {
 public:
  ScriptedPeer(Environment& environment, const LineHostOptions& options, const chain::ChainSpec& spec, Conduct conduct);

  void dial(const wire::Address& address) { environment_.network.dial(id(), DialId{++last_dial_}, address); }
  /// To all whose proof has been seen.
  void say(const wire::peer::Message& message);
  void say_line(const std::string& line);
  [[nodiscard]] std::set<ConnectionId> connections() const { return ready_; }
  /// How often somebody ended a connection with this error code.
  [[nodiscard]] std::size_t refused_with(const std::string& code) const;

  Conduct conduct;

 private:
  void daemon_started() override {}
  void daemon_died() override;
  void opened(const Opened& opened) override;
  void dial_failed(DialId, const Error&) override {}
  void line(ConnectionId connection, std::string_view line) override;
  void bad_line(ConnectionId connection, const Error&) override { close(connection); }
  void closed(ConnectionId connection, const Error& reason) override;
  void stored(StoreToken) override {}
  void tick() override {}
  std::optional<Instant> next_deadline() const override { return std::nullopt; }

  void reply(ConnectionId connection, const wire::peer::Message& message);
  void send_hello(ConnectionId connection, const p2p::Handshake& handshake);
  void take(ConnectionId connection, const wire::peer::Message& message);
  void hello(ConnectionId connection, const wire::peer::Hello& theirs);
  void answer(ConnectionId connection, const wire::peer::GetHeaders& request);
  void answer(ConnectionId connection, const wire::peer::GetBlocks& request);
  [[nodiscard]] wire::peer::Headers headers_after(const std::vector<Hash256>& locator) const;

  chain::ChainSpec spec_;
  PrivateKey key_;
  std::optional<std::uint16_t> port_;
  SeededRng rng_;
  std::uint64_t last_dial_ = 0;
  std::map<ConnectionId, p2p::Handshake> handshakes_;
  std::set<ConnectionId> ready_;
  std::map<std::string, std::size_t> refusals_;
};

}  // namespace suara::sim
