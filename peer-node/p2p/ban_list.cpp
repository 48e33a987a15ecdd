#include "peer-node/p2p/ban_list.hpp"

#include "common/util/byte_reader.hpp"
#include "common/util/byte_writer.hpp"
#include "common/util/hex.hpp"
#include "common/wire/node_command.hpp"
#include "peer-node/p2p/limits.hpp"
#include "peer-node/store/schema.hpp"

#include <cstring>

namespace suara::p2p {
namespace {

// Rows of kAdmin: this name, and those with this prefix before a ban's subject.
constexpr std::string_view kSequenceRow = "sequence";
constexpr std::string_view kBanPrefix = "ban ";

std::string text_of(const Cidr& cidr) {
  constexpr std::size_t kAllBits = 128;
  constexpr std::size_t kMappedBits = 96;
  if (cidr.prefix_bits == kAllBits) return cidr.first.text();
  const bool v4 = cidr.prefix_bits >= kMappedBits && cidr.first.is_v4();
  return cidr.first.text() + "/" + std::to_string(cidr.prefix_bits - (v4 ? kMappedBits : 0));
}

// made u64 ‖ until u64, 0 for good ‖ reason, all in milliseconds since 1970.
std::string encode(const Ban& ban) {
  ByteWriter row;
  row.u64(to_unix_ms(ban.made));
  row.u64(ban.until ? to_unix_ms(*ban.until) : 0);
  row.sized(ban.reason);
  return std::string(as_text(row.view()));
}

std::optional<Ban> decode(std::string_view key, std::string_view value) {
  if (!key.starts_with(kBanPrefix)) return std::nullopt;
  auto subject = BanSubject::parse(key.substr(kBanPrefix.size()));
  if (!subject || subject->text() != key.substr(kBanPrefix.size())) return std::nullopt;
  ByteReader row(as_bytes(value));
  const std::uint64_t made_ms = row.u64();
  const std::uint64_t until_ms = row.u64();
  std::string reason = row.sized_text(wire::kMaxCommandReasonSizeBytes);
  if (!row.finished()) return std::nullopt;
  Ban ban{std::move(*subject), from_unix_ms(made_ms), {}, std::move(reason)};
  if (until_ms != 0) ban.until = from_unix_ms(until_ms);
  return ban;
}

std::string row_of(const BanSubject& subject) { return std::string(kBanPrefix) + subject.text(); }

bool in_force(const Ban& ban, WallTime now) { return !ban.until || now < *ban.until; }

}  // namespace

ErrorText describe(BanError error) {
  switch (error) {
    case BanError::kBadSubject:
      return {"bad_subject",
              "name an IP address (192.0.2.7, without a port), a prefix (192.0.2.0/24) or a node key (128 hexadecimal "
              "digits)"};
    case BanError::kTooManyBans: return {"too_many_bans", "no more can be banned; ban a prefix, or unban somebody"};
    case BanError::kNotBanned: return {"not_banned", "nothing is banned under this name; GET /v1/bans lists what is"};
  }
  return {"unknown", "unknown"};
}

Result<BanSubject> BanSubject::parse(std::string_view text) {
  BanSubject subject;
  if (const auto bytes = from_hex(text); bytes && bytes->size() == sizeof(PublicKey::bytes)) {
    subject.key_.emplace();
    std::memcpy(subject.key_->bytes.data(), bytes->data(), bytes->size());
    subject.text_ = to_hex(subject.key_->view());
    return subject;
  }
  const auto cidr = Cidr::parse(text);
  if (!cidr) return Error(BanError::kBadSubject, "\"" + std::string(text) + "\" is none: " + cidr.error().message());
  subject.hosts_ = CidrList({*cidr});
  subject.text_ = p2p::text_of(*cidr);
  return subject;
}

bool BanSubject::names_host(const std::string& host) const {
  const auto address = IpAddress::parse(host);
  return address && hosts_.contains(*address);
}

bool BanSubject::names_key(const PublicKey& key) const { return key_ == key; }

void BanList::load(const store::StoreView& view) {
  view.scan(node_store::kAdmin, kBanPrefix, [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(kBanPrefix)) return false;
    if (auto ban = decode(key, value)) {
      std::string text = ban->subject.text();
      bans_.emplace(std::move(text), std::move(*ban));
    }
    return true;
  });
}

Result<void> BanList::add(Ban ban, WallTime now, store::WriteBatch& writes) {
  forget_expired(now, writes);
  if (bans_.size() >= kMaxBans && !bans_.contains(ban.subject.text())) {
    return Error(BanError::kTooManyBans, "there are " + std::to_string(kMaxBans));
  }
  writes.put(node_store::kAdmin, row_of(ban.subject), encode(ban));
  std::string text = ban.subject.text();
  bans_.insert_or_assign(std::move(text), std::move(ban));
  return {};
}

Result<void> BanList::remove(const BanSubject& subject, WallTime now, store::WriteBatch& writes) {
  forget_expired(now, writes);
  if (bans_.erase(subject.text()) == 0) return Error(BanError::kNotBanned, subject.text());
  writes.remove(node_store::kAdmin, row_of(subject));
  return {};
}

const Ban* BanList::of_host(const std::string& host, WallTime now) const {
  for (const auto& [text, ban] : bans_) {
    if (in_force(ban, now) && ban.subject.names_host(host)) return &ban;
  }
  return nullptr;
}

const Ban* BanList::of_key(const PublicKey& key, WallTime now) const {
  const auto found = bans_.find(to_hex(key.view()));
  return found != bans_.end() && in_force(found->second, now) ? &found->second : nullptr;
}

std::vector<Ban> BanList::list(WallTime now) const {
  std::vector<Ban> list;
  for (const auto& [text, ban] : bans_) {
    if (in_force(ban, now)) list.push_back(ban);
  }
  return list;
}

void BanList::forget_expired(WallTime now, store::WriteBatch& writes) {
  std::erase_if(bans_, [&](const auto& entry) {
    if (in_force(entry.second, now)) return false;
    writes.remove(node_store::kAdmin, row_of(entry.second.subject));
    return true;
  });
}

bool is_admin_row(std::string_view key, std::string_view value) {
  return key == kSequenceRow ? value.size() == sizeof(std::uint64_t) : decode(key, value).has_value();
}

std::uint64_t last_sequence(const store::StoreView& view) {
  const auto value = view.get(node_store::kAdmin, kSequenceRow);
  if (!value || value->size() != sizeof(std::uint64_t)) return 0;
  return ByteReader(as_bytes(*value)).u64();
}

void put_last_sequence(std::uint64_t sequence, store::WriteBatch& writes) {
  ByteWriter row;
  row.u64(sequence);
  writes.put(node_store::kAdmin, std::string(kSequenceRow), std::string(as_text(row.view())));
}

}  // namespace suara::p2p
