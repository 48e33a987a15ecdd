// The release, as CMake knows it.
#pragma once

#include <string_view>

namespace suara::directory {

inline constexpr std::string_view kVersion = SUARA_VERSION;

}  // namespace suara::directory
