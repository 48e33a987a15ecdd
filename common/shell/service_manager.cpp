#include "common/shell/service_manager.hpp"

#include <chrono>

#ifdef SUARA_HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

namespace suara::shell {
namespace {

void tell(const std::string& state) {
#ifdef SUARA_HAVE_SYSTEMD
  sd_notify(0, state.c_str());  // fails harmlessly where nobody listens
#else
  static_cast<void>(state);
#endif
}

}  // namespace

void notify_ready(const std::string& status) {
  const std::string one_line = status.substr(0, status.find('\n'));
  tell("READY=1\nSTATUS=" + one_line);
}

void notify_reloading() {
  // Of CLOCK_MONOTONIC, by which the manager tells this reload from an earlier one.
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void notify_stopping() { tell("STOPPING=1"); }

}  // namespace suara::shell
