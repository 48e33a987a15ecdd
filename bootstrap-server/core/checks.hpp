// Dial-backs: which addresses are asked, when, and what came of it. What the answer means for a row is
// verification.cpp's business.
//
// What it guards against: strangers who register other people's addresses to have them called, called often, or called
// by many. Attempts to one address are a TTL apart, whatever rows of whatever networks name it; all of them share what
// one attempt finds, so that an address nobody answers at costs its owner three attempts in all. Those who register the
// address they call from do not wait behind names and addresses that swallow connections: others may use only a part
// of the places.
#pragma once

#include "bootstrap-server/store/row.hpp"
#include "common/util/strong_id.hpp"
#include "common/util/time.hpp"
#include "common/wire/dial_back.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace suara::directory {

/// What an attempt showed.
struct Finding {
  std::uint64_t at_ms = 0;  ///< when it began
  bool connected = false;   ///< somebody accepts connections there
  bool asked = false;       ///< the native question was put; else only a connection was opened
  /// Whoever is there answered with our nonce; its proof is none that was checked and does not hold.
  std::optional<wire::DialBackAnswer> answer;
  bool proved = false;  ///< the answer's proof was checked and holds
  bool counts = true;   ///< as a failure, if it is one; asked for by an operator it does not
  std::string error;    ///< why not
};

enum class Judgement : std::uint8_t { kHolds, kFails, kSaysNothing };
Judgement judge(const Row& row, const Finding& finding);
/// A sentence, at most kMaxCheckErrorSizeBytes.
std::string why_not(const Row& row, const Finding& finding);

struct RowName {
  std::string network;
  wire::Address address;
  friend auto operator<=>(const RowName&, const RowName&) = default;
};

class Checks {
 public:
  using Line = std::shared_ptr<const std::string>;

  /// A classic notice that waits for an attempt to end.
  struct Held {
    RowName receiver;
    Line line;
  };
  /// One attempt, from being wanted to being forgotten a TTL after it began.
  struct Attempt {
    enum class Stage : std::uint8_t { kWaiting, kUnderWay, kDone };
    wire::Address address;
    Stage stage = Stage::kWaiting;
    bool native = false;  ///< the question is put
    bool counts = true;
    StoreToken after;
    Hash256 nonce;
    std::uint64_t began_ms = 0;
    std::vector<RowName> rows;  ///< who is judged by it
    std::vector<Held> held;
    std::vector<ConnectionId> inspectors;  ///< who waits to hear of it
    std::optional<Finding> finding;        ///< once done
  };
  struct Start {
    ProbeId probe;
    Attempt* attempt;
    Line notice;  ///< what a classic peer is told by it, if there is anything
  };

  explicit Checks(std::chrono::seconds ttl) { set_ttl(ttl); }
  void set_ttl(std::chrono::seconds ttl) { ttl_ms_ = static_cast<std::uint64_t>(ttl.count()) * 1000; }

  /// What the last attempt found, if that is less than `within` ago and it is over.
  [[nodiscard]] const Finding* known(const wire::Address& address, std::uint64_t within_ms, std::uint64_t now_ms) const;

  /// An attempt at the address is to come or under way, and no further row can be judged by it at once.
  [[nodiscard]] bool is_crowded(const wire::Address& address) const;

  /// An attempt is wanted for the row, once everything up to `after` is durable: its own or one that is under way.
  /// Where the last is less than `within` ago, or too many are remembered, nothing happens; the row's next check will
  /// come.
  void want(const Row& row, StoreToken after, std::uint64_t within_ms, std::uint64_t now_ms);
  /// A classic row that nobody has reached is to be told something: that is an attempt too. Waits for one that has not
  /// ended; is dropped where the last one failed.
  void tell(const Row& row, const Line& line, std::uint64_t now_ms);
  /// Somebody who may wants to know now, whatever was found before. False when too many are remembered.
  [[nodiscard]] bool inspect(const Row& row, ConnectionId inspector, std::uint64_t now_ms);

  /// The next attempt to begin, if one may.
  std::optional<Start> next(StoreToken stored, Instant now, std::uint64_t now_ms);
  [[nodiscard]] Attempt* under_way(ProbeId probe);
  /// It is over: takes what waited for it.
  [[nodiscard]] Attempt finish(ProbeId probe, const Finding& finding);

  /// When the pace allows the next attempt, if one waits for that.
  [[nodiscard]] std::optional<Instant> deadline(Instant now) const;
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::size_t waiting() const { return own_.size() + others_.size(); }
  [[nodiscard]] std::uint64_t notices_dropped() const { return notices_dropped_; }

 private:
  struct Place {
    std::string key;
    bool own = false;
  };

  Attempt* find(const std::string& key, std::uint64_t now_ms);
  Attempt* add(const std::string& key, const Row& row, std::uint64_t now_ms);
  Attempt* again(const std::string& key, const Row& row);
  static void join(Attempt& attempt, const Row& row);
  void hold(Attempt& attempt, Held notice);
  void forget_old(std::uint64_t now_ms);
  bool may_start(bool own) const;

  std::uint64_t ttl_ms_ = 0;
  std::map<std::string, Attempt> attempts_;               // by address, its host in lower case
  std::set<std::pair<std::uint64_t, std::string>> done_;  // began_ms and key of those that are done
  std::deque<std::string> own_;                           // waiting: rows of those who registered themselves
  std::deque<std::string> others_;                        // waiting: all others
  std::map<ProbeId, Place> in_flight_;
  std::size_t others_in_flight_ = 0;
  std::size_t held_ = 0;
  std::uint64_t notices_dropped_ = 0;
  std::uint64_t next_probe_ = 1;
  Instant next_start_{};
};

}  // namespace suara::directory
