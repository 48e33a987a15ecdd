// Who broke the protocol's rules and is not welcome for a while. The first violation costs the connection; the second
// within kViolationsRemembered discourages for kDiscouragedFor: by the key that the node proved, and by the host it
// came from. Of hosts in private networks only keys count, for many honest nodes may share such an address; of IPv6
// hosts the /64 counts, of which everybody has a whole one. Not on disk: a restart forgives.
//
// Bounded by kMaxOffenders; when full, whoever offended longest ago is forgotten.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/util/time.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace suara::p2p {

class Discouragement {
 public:
  /// A key or a host, in the form that is remembered.
  using Subject = std::string;
  static Subject subject_of(const PublicKey& key);
  /// nullopt for hosts that are shared, and for what is no address literal.
  static std::optional<Subject> subject_of(const std::string& host);

  /// True when this discourages it from now on.
  bool violated(const Subject& subject, Instant now);
  [[nodiscard]] bool discourages(const Subject& subject, Instant now) const;
  /// Whether the log may hear again of this subject, which is turned away as often as it likes: true once in
  /// kDiscouragedToldEvery.
  bool may_tell(const Subject& subject, Instant now);

  [[nodiscard]] std::size_t size() const { return offenders_.size(); }

 private:
  struct Offender {
    Instant last;
    std::optional<Instant> until;  // discouraged
    std::optional<Instant> told_at;
  };
  void forget_old(Instant now);

  std::map<Subject, Offender> offenders_;
  std::set<std::pair<Instant, Subject>> by_age_;  // of all, by `last`
};

}  // namespace suara::p2p
