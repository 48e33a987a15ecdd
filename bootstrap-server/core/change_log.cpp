#include "bootstrap-server/core/change_log.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/store/counter.hpp"
#include "bootstrap-server/store/keys.hpp"
#include "bootstrap-server/store/schema.hpp"
#include "common/util/check.hpp"

#include <algorithm>

namespace suara::directory {
namespace {

constexpr std::string_view kRevision = "revision";
constexpr std::string_view kFirstRevision = "first_revision";

// A change's value: '+' and the row's state as a digit, or '-' and the reason as one; the address.
std::string encode_change(const Change& change) {
  const auto digit = [](auto value) { return static_cast<char>('0' + static_cast<int>(value)); };
  if (const auto* joined = std::get_if<wire::PeerJoined>(&change)) {
    return std::string("+") + digit(joined->state) + joined->address.text();
  }
  const auto& left = std::get<wire::PeerLeft>(change);
  return std::string("-") + digit(left.reason) + left.address.text();
}

Change decode_change(std::string_view key, std::string_view value) {
  CHECK(value.size() > 2 && key.size() > 8);
  const auto address = wire::parse_address(value.substr(2));
  CHECK(address);
  const std::uint64_t revision = u64_of(key.substr(key.size() - 8));
  const int digit = value[1] - '0';
  CHECK(digit >= 0 && digit <= 2);  // each has three values
  if (value[0] == '+') {
    return wire::PeerJoined{*address, network_of(key), revision, static_cast<wire::RowState>(digit)};
  }
  return wire::PeerLeft{*address, network_of(key), static_cast<wire::LeaveReason>(digit), revision};
}

}  // namespace

std::uint64_t revision_of(const store::StoreView& view) { return counter(view, kRevision); }

void append_change(store::Draft& draft, Change& change, WallTime now) {
  std::uint64_t revision = revision_of(draft) + 1;
  if (revision == 1) {
    revision = std::max<std::uint64_t>(1, to_unix_ms(now));
    draft.put(kMeta, kFirstRevision, u64_key(revision));
  }
  draft.put(kMeta, kRevision, u64_key(revision));
  const std::string network = std::visit(
      [&](auto& event) {
        event.revision = revision;
        return network_key(event.network);
      },
      change);
  draft.put(kChanges, network + u64_key(revision), encode_change(change));
  draft.put(kChangeOrder, u64_key(revision), network);

  if (revision <= kChangesKept) return;
  const std::string oldest = u64_key(revision - kChangesKept);
  if (const auto its_network = draft.get(kChangeOrder, oldest)) {
    draft.remove(kChanges, *its_network + oldest);
    draft.remove(kChangeOrder, oldest);
  }
}

std::optional<std::string> changes_since(const store::StoreView& view, std::string_view network, std::uint64_t since) {
  const std::uint64_t revision = revision_of(view);
  if (since == revision) return std::string();
  const std::uint64_t first = counter(view, kFirstRevision);
  const std::uint64_t oldest_kept = std::max(first, revision < kChangesKept ? 0 : revision - kChangesKept + 1);
  if (since > revision || since + 1 < oldest_kept) return std::nullopt;

  const std::string prefix = network_key(network);
  std::optional<std::string> events = std::string();
  view.scan(kChanges, prefix + u64_key(since + 1), [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(prefix)) return false;
    events->append(encode_event(decode_change(key, value)));
    if (events->size() > kMaxResumeSizeBytes) events.reset();
    return events.has_value();
  });
  return events;
}

std::string encode_event(const Change& change) {
  return std::visit([](const auto& event) { return wire::encode(wire::BootstrapReply(event)); }, change);
}

}  // namespace suara::directory
