// The directory server's state machine: who is registered, who listens, who is told what and when.
// Pure: reads through a StoreView, writes and answers by actions. An answer that depends on a write leaves
// only after that write's `Stored`.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "bootstrap-server/core/events.hpp"
#include "common/store/overlay.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace suara::directory {

struct Options {
  std::chrono::seconds ttl{120};  ///< lease granted to native peers
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

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suara::directory
