// The directory server's state machine: who is registered, who listens, who is told what and when.
// Pure: reads through a StoreView, writes and answers by actions. An answer that depends on a write leaves
// only after that write's `Stored`.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "bootstrap-server/core/events.hpp"
#include "common/store/overlay.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace suara::directory {

struct Options {
  std::chrono::seconds ttl{120};  ///< lease granted to native peers
};

/// For operators and tests.
struct Stats {
  std::uint64_t peers = 0;  ///< rows in all networks
  std::uint64_t revision = 0;
  std::size_t connections = 0;
  std::size_t subscriptions = 0;
  std::size_t batches_in_flight = 0;
};

class Server {
 public:
  /// `store` and `rng` outlive the server.
  Server(Options options, const store::StoreView& store, Rng& rng);
  ~Server();

  /// The complete list of actions, in order.
  std::vector<Action> handle(Event event, Now now);
  /// The only timer: when to send `Tick`.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// Whether every write handed out is durable.
  [[nodiscard]] bool all_stored() const;
  [[nodiscard]] Stats stats() const;
  /// A page of a network's rows as GET_PEERS answers it, for the HTTP interface.
  [[nodiscard]] wire::Peers list_peers(const wire::GetPeers& request, Now now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suara::directory
