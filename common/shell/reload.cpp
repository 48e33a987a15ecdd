#include "common/shell/reload.hpp"

#include "common/shell/logging.hpp"
#include "common/shell/service_manager.hpp"
#include "common/shell/start_up.hpp"

namespace suara::shell {

void reload(const std::function<void()>& apply, const std::string& status) {
  notify_reloading();
  try {
    apply();
    log(Severity::kInfo, "the configuration has been read again");
  } catch (const StartUpFailure& failure) {
    log(Severity::kError, std::string("the configuration stays as it was: ") + failure.what());
  }
  notify_ready(status);
}

}  // namespace suara::shell
