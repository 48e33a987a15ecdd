// Who may change what others will read.
#pragma once

#include "bootstrap-server/store/row.hpp"

#include <string_view>

namespace suara::directory {

/// REMOVE: whoever registered the row first, judged by the address they call from, or anybody on the server's own host.
bool may_remove(const Row& row, std::string_view caller_host);

/// REGISTER of a row that is there: the same may make it a row of another flavour. Others only renew it; else a lease
/// put on somebody's classic row, and left to end, would be a REMOVE.
bool may_change_flavour(const Row& row, std::string_view caller_host);

}  // namespace suara::directory
