// Base64 of RFC 4648 section 4: padded, one line.
#pragma once

#include "common/util/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace suara {

std::string to_base64(ByteView bytes);

/// nullopt unless `text` is the one canonical encoding of some bytes (no white space, zero pad bits).
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace suara
