// Members that several bootstrap messages share.
#pragma once

#include "common/wire/bootstrap_messages.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace suara::wire {

/// `address`, required.
Result<Address> address_member(const ObjectReader& reader);
/// `network`: 64 hexadecimal digits, lower case in the result; "" where absent.
Result<std::string> network_member(const ObjectReader& reader);
/// `status`, and nothing where absent.
Result<std::optional<PeerStatus>> status_member(const ObjectReader& reader);
boost::json::object status_object(const PeerStatus& status);
/// The payload of PEERS.
boost::json::object peers_object(const Peers& peers);

}  // namespace suara::wire
