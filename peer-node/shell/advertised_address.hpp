// The address that others can dial this node at, as far as it can tell by itself.
#pragma once

#include "common/wire/address.hpp"

#include <optional>
#include <vector>

namespace suara::node_shell {

/// `listen`: as bound. Its own host where it names one; where it listens on all (0.0.0.0, ::), the local address from
/// which the first bootstrap server that resolves is reached; nullopt when there is none. Resolves names: start-up
/// only.
std::optional<wire::Address> guess_advertised(const wire::Address& listen, const std::vector<wire::Address>& bootstrap);

}  // namespace suara::node_shell
