// Tells systemd (Type=notify) where the daemon stands; without one, or built without libsystemd, does nothing.
#pragma once

#include <string>

namespace suara::shell {

void notify_ready(const std::string& status);
/// To be followed by notify_ready().
void notify_reloading();
void notify_stopping();

}  // namespace suara::shell
