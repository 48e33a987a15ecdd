// The directory server's state machine: who is registered, who listens, who is told what and when.
// Pure: reads through a StoreView, writes and answers by actions. An answer that depends on a write leaves
// only after that write's `Stored`.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "bootstrap-server/core/events.hpp"
#include "bootstrap-server/core/rate_limits.hpp"
#include "bootstrap-server/core/request_meter.hpp"
#include "common/store/overlay.hpp"
#include "common/util/cidr_list.hpp"
#include "common/util/rng.hpp"
#include "common/util/time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace suara::directory {

/// Whether addresses are dialled to see who is there.
enum class Verify : std::uint8_t {
  kOff,      ///< no; classic rows live until REMOVE
  kMark,     ///< yes; rows are listed at once, and say whether somebody was there
  kRequire,  ///< yes; rows are listed once somebody was there
};

struct Options {
  std::chrono::seconds ttl{120};  ///< lease granted to native peers
  Verify verify = Verify::kMark;
  Rates rates = {};  ///< per caller
  /// Callers who may ask as often as they like.
  CidrList rate_exempt = CidrList::loopback();
  std::vector<PublicKey> admin_keys = {};  ///< whose signed requests are permitted about every row
  std::vector<wire::Address> others = {};  ///< other bootstrap servers, named to peers; at most wire::kMaxOtherServers
};

/// For operators and tests.
struct Stats {
  std::uint64_t peers = 0;  ///< listed rows in all networks
  std::uint64_t peers_verified = 0;
  std::uint64_t peers_unverified = 0;
  std::uint64_t peers_unchecked = 0;
  std::uint64_t peers_unlisted = 0;  ///< wait for their first check to be listed
  std::uint64_t revision = 0;
  std::size_t connections = 0;
  std::size_t subscriptions = 0;
  std::size_t batches_in_flight = 0;
  bool disk_full = false;
  std::size_t limited_callers = 0;                           ///< whose token buckets are not all full
  std::uint64_t registered = 0;                              ///< since the start: REGISTER that made a row
  std::uint64_t renewed = 0;                                 ///< or found one
  std::array<std::uint64_t, wire::kLeaveReasons> removed{};  ///< likewise, rows that went, by wire::LeaveReason
  std::size_t networks_paused = 0;                           ///< in which nobody expires (expiry_guard.hpp)
  std::size_t checks_in_flight = 0;
  std::size_t checks_waiting = 0;
  std::uint64_t notices_dropped = 0;  ///< to classic peers nobody has reached, since the start
};

class Server {
 public:
  /// `store` and `rng` outlive the server.
  Server(Options options, const store::StoreView& store, Rng& rng);
  ~Server();

  /// The complete list of actions, in order.
  std::vector<Action> handle(Event event, Now now);
  /// Other options from the next event on. Leases granted keep their end.
  void reconfigure(Options options);
  /// The actions of the last event were performed by then: for measuring how long requests take.
  void handed_over(Instant when);
  /// The only timer: when to send `Tick`.
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  /// Whether every write asked for is durable; one whose signature is being checked is not yet.
  [[nodiscard]] bool all_stored() const;
  [[nodiscard]] Stats stats() const;
  [[nodiscard]] const RequestMeter& requests() const;
  /// The payload of the PEERS that GET_PEERS is answered with, for the HTTP interface.
  [[nodiscard]] std::string list_peers(const wire::GetPeers& request, Now now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace suara::directory
