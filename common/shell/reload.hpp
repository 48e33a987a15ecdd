// What SIGHUP asks for: the configuration is read again, and applied whole or not at all.
#pragma once

#include <functional>
#include <string>

namespace suara::shell {

/// Tells the service manager when it begins and, with `status`, that it is over. `apply` throws a StartUpFailure before
/// it changes anything when the configuration does not fit: the log then says why, and the old one stays.
void reload(const std::function<void()>& apply, const std::string& status);

}  // namespace suara::shell
