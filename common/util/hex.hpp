// Lower-case hexadecimal.
#pragma once

#include "common/util/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace suara {

std::string to_hex(ByteView bytes);

/// nullopt unless `text` is an even number of hexadecimal digits (either case).
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace suara
