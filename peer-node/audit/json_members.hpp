// Members that lines of bundles and receipts have in common.
#pragma once

#include "common/wire/json_reader.hpp"
#include "peer-node/chain/seal.hpp"
#include "peer-node/ledger/transaction.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace suara::audit {

// Errors of all: AuditError::kBadLine, naming the member.
Result<boost::json::object> read_object(std::string_view text);
Result<Hash256> hash_member(const wire::ObjectReader& in, std::string_view name);
Result<chain::Header> header_member(const wire::ObjectReader& in);
/// None where there is no such member; whether there has to be one is the specification's to say.
Result<std::optional<chain::Seal>> seal_member(const wire::ObjectReader& in);
Result<ledger::Transaction> transaction_member(const wire::ObjectReader& in);
Result<std::vector<Hash256>> path_member(const wire::ObjectReader& in);
Result<chain::ChainSpec> spec_member(const boost::json::object& object);

boost::json::array path_json(const std::vector<Hash256>& path);
boost::json::value spec_json(const chain::ChainSpec& spec);

/// kBadLine for an error of a lower layer.
Error bad_line(const Error& cause);
Error bad_line(std::string_view member, std::string_view should_be);

}  // namespace suara::audit
