// Who joined and who left, numbered. The last kChangesKept are in the store, so that a subscriber who was away, or
// whose server was, hears what it missed.
#pragma once

#include "common/store/draft.hpp"
#include "common/util/time.hpp"
#include "common/wire/bootstrap_messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace suara::directory {

/// One change; the members `revision` are set by append_change.
using Change = std::variant<wire::PeerJoined, wire::PeerLeft>;

/// Of the latest change; 0 before the first. A new database begins at its wall time in ms, so that revisions of one
/// that was lost are not mistaken for its own.
std::uint64_t revision_of(const store::StoreView& view);

/// Numbers the change, writes it, and drops the oldest when there are more than kChangesKept.
void append_change(store::Draft& draft, Change& change, WallTime now);

/// The changes of a network after `since`, encoded as the events they were. nullopt: some are no longer kept, or they
/// are more than kMaxResumeSizeBytes; the list must be read again.
std::optional<std::string> changes_since(const store::StoreView& view, std::string_view network, std::uint64_t since);

std::string encode_event(const Change& change);

}  // namespace suara::directory
