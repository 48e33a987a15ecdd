// Tells systemd (Type=notify) where the daemon stands; without one, or built without libsystemd, does nothing.
#pragma once

#include <string>

namespace suara::shell {

void notify_ready(const std::string& status);
void notify_stopping();

}  // namespace suara::shell
