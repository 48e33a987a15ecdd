// Networks as operators name them.
#pragma once

#include "common/client/program.hpp"
#include "common/wire/address.hpp"

#include <optional>
#include <string>

namespace suara::admin {

/// --network: an id in lower-case hex; "dev" is the built-in network's, "classic" or "" the classic peers' ("").
/// nullopt when it is not given. Throws Failure kUsage.
std::optional<std::string> network_option(const client::Invocation& invocation);

/// For a table: "classic", "dev", or the first digits of the id.
std::string network_label(const std::string& network);

/// ADDR of the command line. Throws Failure kUsage.
wire::Address address_word(const client::Invocation& invocation);

}  // namespace suara::admin
