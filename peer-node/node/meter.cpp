#include "peer-node/node/meter.hpp"

#include "peer-node/node/limits.hpp"

#include <algorithm>

namespace suara::node {

void Meter::moved(const chain::ChainState::Step& step, WallTime now) {
  blocks_connected += step.connected.size();
  blocks_disconnected += step.disconnected.size();
  if (step.disconnected.empty()) return;
  ++reorganisations;
  deepest_reorganisation_blocks = std::max<std::uint64_t>(deepest_reorganisation_blocks, step.disconnected.size());
  if (step.disconnected.size() < kDeepReorganisationBlocks) return;
  ++alarms.deep;
  alarms.last_deep = {step.disconnected.size(), now};
}

void Meter::refused(const chain::ChainState::Step& step, WallTime now) {
  for (const auto& refused : step.refused) {
    ++alarms.refused;
    alarms.last_refused = {refused.depth_blocks, now};
  }
}

std::string_view message_type(std::size_t index) {
  // In the order of wire::peer::Message.
  static constexpr std::array<std::string_view, std::variant_size_v<wire::peer::Message>> kNames{
      "hello",
      "hello_proof",
      "bye",
      "error",
      "ping",
      "pong",
      "get_peers",
      "peers",
      "announce",
      "get_headers",
      "headers",
      "get_blocks",
      "block",
      "get_transactions",
      "transactions",
      "not_found",
      "get_mempool",
      "get_spec",
      "spec",
      "get_compact",
      "compact",
      "get_block_transactions",
      "block_transactions",
      "unknown"};
  return kNames.at(index);
}

}  // namespace suara::node
