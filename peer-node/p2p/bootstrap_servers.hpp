// The bootstrap servers a node talks to: those its operator named, for good, and those that others named in their
// answers (`others`), which are remembered on disk. So a node that once registered finds its way even when all that
// were configured have moved.
//
// Anybody who runs a server may name anything. So there are at most kMaxLearntServers of those learnt; they are dialed
// more and more seldom while they do not answer, take nobody's place, and are forgotten when they have not answered for
// kLearntServerKept (kUnansweredServerKept if they never did) while some other server does. While none does, it may be
// this node that is cut off: nothing is forgotten.
#pragma once

#include "common/store/store_view.hpp"
#include "peer-node/p2p/bootstrap_client.hpp"

#include <functional>
#include <list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace suara::p2p {

class BootstrapServers {
 public:
  using MakeClient = std::function<BootstrapClient(const wire::Address& server, BootstrapClient::Standing standing)>;
  BootstrapServers(std::span<const wire::Address> configured, MakeClient make);
  /// Those learnt in earlier lives; unreadable rows are left out.
  void load(const store::StoreView& view);

  /// Configured ones first. Pointers stay as long as the server does; learn() removes none, give_up() may.
  [[nodiscard]] std::list<BootstrapClient>& all() { return clients_; }
  [[nodiscard]] const std::list<BootstrapClient>& all() const { return clients_; }
  /// nullptr: another's.
  [[nodiscard]] BootstrapClient* dialing(DialId dial);
  [[nodiscard]] BootstrapClient* connected(ConnectionId connection);

  /// A server named these. Which were not known and are dialed from now on.
  std::vector<wire::Address> learn(std::span<const wire::Address> others, Now now);
  /// It granted a registration.
  void answered(const BootstrapClient& client, Now now);
  /// Forgets those that have not answered for long. Which.
  std::vector<wire::Address> give_up(Now now);

  [[nodiscard]] bool has_changes() const { return !unsaved_.empty(); }
  [[nodiscard]] store::WriteBatch flush();

 private:
  struct Learnt {
    std::uint64_t named_ms = 0;
    std::uint64_t answered_ms = 0;  // 0: never
  };

  [[nodiscard]] bool knows(const wire::Address& server) const;

  MakeClient make_;
  std::list<BootstrapClient> clients_;
  std::map<wire::Address, Learnt> learnt_;
  std::set<wire::Address> unsaved_;
};

}  // namespace suara::p2p
