// Members that several bootstrap messages share.
#pragma once

#include "common/wire/bootstrap_messages.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace suara::wire {

/// `address`, required.
Result<Address> address_member(const ObjectReader& reader);
/// `network`: 64 hexadecimal digits, lower case in the result; "" where absent.
Result<std::string> network_member(const ObjectReader& reader);
/// `state`.
Result<RowState> state_member(const ObjectReader& reader);
/// `status`, and nothing where absent.
Result<std::optional<PeerStatus>> status_member(const ObjectReader& reader);
boost::json::object status_object(const PeerStatus& status);
/// `clock_offset_ms`, and nothing where absent.
Result<std::optional<std::int64_t>> clock_offset_member(const ObjectReader& reader);
/// `public_key`, `sequence` and `signature`: all of them or none.
Result<std::optional<Authorization>> authorization_members(const ObjectReader& reader);
void add_authorization(boost::json::object& payload, const std::optional<Authorization>& authorization);
/// `others`, and an empty list where absent.
Result<std::vector<Address>> others_member(const ObjectReader& reader);

}  // namespace suara::wire
