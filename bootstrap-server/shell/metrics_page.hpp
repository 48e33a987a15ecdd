// GET /metrics of the directory server. What each metric counts is said by its help text, and listed in
// proto-docs/bootstrap.md.
#pragma once

#include "bootstrap-server/shell/http_routes.hpp"

#include <string>

namespace suara::directory {

std::string metrics_page(const HttpContext& context);

}  // namespace suara::directory
