// Whom the operator does not want here: IP addresses, prefixes and node keys, each until a time or for good. On disk,
// in the family kAdmin, so that a ban outlives a restart. Bounded by kMaxBans; more are refused.
#pragma once

#include "common/crypto/p256.hpp"
#include "common/store/store_view.hpp"
#include "common/util/cidr_list.hpp"
#include "common/util/result.hpp"
#include "common/util/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace suara::p2p {

enum class BanError {
  kBadSubject,   ///< neither address, prefix nor node key
  kTooManyBans,  ///< kMaxBans are there
  kNotBanned,    ///< nothing to take back
};
ErrorText describe(BanError error);

/// Who: a prefix (an address is one for itself alone) or a node key.
class BanSubject {
 public:
  /// "192.0.2.7", "192.0.2.0/24", "2001:db8::/32", or a key's 128 hexadecimal digits.
  static Result<BanSubject> parse(std::string_view text);

  /// The one way this subject is written.
  [[nodiscard]] const std::string& text() const { return text_; }
  /// `host`: an address literal; a name is nobody here.
  [[nodiscard]] bool names_host(const std::string& host) const;
  [[nodiscard]] bool names_key(const PublicKey& key) const;

 private:
  BanSubject() = default;

  std::string text_;
  CidrList hosts_;
  std::optional<PublicKey> key_;
};

struct Ban {
  BanSubject subject;
  WallTime made;
  std::optional<WallTime> until;  ///< none: for good
  std::string reason;             ///< as the operator gave it, at most kMaxCommandReasonSizeBytes
};

class BanList {
 public:
  /// What the store holds; unreadable rows are left out (`peer-node --check` names them).
  void load(const store::StoreView& view);

  /// A ban of the same subject is replaced. Errors: kTooManyBans.
  Result<void> add(Ban ban, WallTime now, store::WriteBatch& writes);
  /// Errors: kNotBanned.
  Result<void> remove(const BanSubject& subject, WallTime now, store::WriteBatch& writes);

  /// The ban that keeps this host or key out, if one does.
  [[nodiscard]] const Ban* of_host(const std::string& host, WallTime now) const;
  [[nodiscard]] const Ban* of_key(const PublicKey& key, WallTime now) const;
  /// Those in force, by the subject's text.
  [[nodiscard]] std::vector<Ban> list(WallTime now) const;

 private:
  void forget_expired(WallTime now, store::WriteBatch& writes);

  std::map<std::string, Ban> bans_;  // by the subject's text
};

/// A row of kAdmin is a ban or the last command's sequence, and can be read.
bool is_admin_row(std::string_view key, std::string_view value);

/// The sequence of the last command that was obeyed; 0: none.
std::uint64_t last_sequence(const store::StoreView& view);
void put_last_sequence(std::uint64_t sequence, store::WriteBatch& writes);

}  // namespace suara::p2p
