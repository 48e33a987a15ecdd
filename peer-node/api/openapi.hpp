// proto-docs/openapi.yaml, as built into the program.
#pragma once

#include <string_view>

namespace suara::api {

extern const std::string_view kOpenApi;

}  // namespace suara::api
