#include "common/shell/service_manager.hpp"

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

void notify_stopping() { tell("STOPPING=1"); }

}  // namespace suara::shell
