// Integers that cannot be mixed up: `using ConnectionId = StrongId<struct ConnectionTag>`.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace suara {

template <class Tag>
struct StrongId {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
};

/// A line connection, for as long as the process lives; never reused.
using ConnectionId = StrongId<struct ConnectionTag>;
/// A write batch handed to the shell, in the order handed over; `Stored` names it.
using StoreToken = StrongId<struct StoreTag>;
/// An outgoing connection attempt, numbered by whoever asks for it.
using DialId = StrongId<struct DialTag>;
/// A signature handed out to be checked, numbered by whoever asks.
using SignatureCheckId = StrongId<struct SignatureCheckTag>;
/// A question whether somebody is at an address, numbered by whoever asks it.
using ProbeId = StrongId<struct ProbeTag>;

}  // namespace suara

template <class Tag>
struct std::hash<suara::StrongId<Tag>> {
  std::size_t operator()(const suara::StrongId<Tag>& id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
