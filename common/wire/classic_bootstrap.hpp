// The bootstrap protocol as programs written from the book speak it: v0, v1 and v2 beside the native one, on the
// same port. The bytes are in proto-docs/bootstrap.md, "Classic clients".
#pragma once

#include "common/wire/bootstrap_messages.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace suara::wire {

// What v1 is answered, each on a line of its own. v0 and v2 get no answer: their connection is closed.
inline constexpr std::string_view kClassicRegistered = "Peer registered successfully\n";
inline constexpr std::string_view kClassicRefreshed = "Peer already registered\n";
inline constexpr std::string_view kClassicRemoved = "Peer removed successfully\n";
inline constexpr std::string_view kClassicNotFound = "Peer not found\n";

/// A peer as the classic flavours know it. `key` is the opaque `publicKey` of v2, empty where there is none.
struct ClassicPeer {
  Address address;
  std::string key;
};

/// The members that classic requests have, in small letters: their programs match names without regard to case.
boost::json::object with_classic_names(const boost::json::object& object);

/// v0: an object without `type`, with an `address`.
Result<BootstrapRequest> decode_classic_v0(std::string_view object);

/// v1 or v2: `payload` is a host:port, or base64 of an object with an `address`.
Result<BootstrapRequest> decode_classic(std::string_view type, std::string_view payload);

/// The answer to a classic GET_PEERS: one array on one line, `publicKey` where there is one.
std::string encode_classic_peers(const std::vector<ClassicPeer>& peers);

enum class ClassicNotice : std::uint8_t { kJoined, kLeft };

/// What a classic peer is told by dial, in the shape of the flavour `receiver` registered with.
std::string encode_classic_notice(ClassicNotice notice, Flavour receiver, const ClassicPeer& peer);

}  // namespace suara::wire
