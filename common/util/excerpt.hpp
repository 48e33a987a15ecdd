// What of a stranger's text is worth repeating in an error or a log line: quoted, printable, bounded.
#pragma once

#include <string>
#include <string_view>

namespace suara {

/// At most 80 of its characters, unprintable ones as '?', in double quotes.
std::string excerpt(std::string_view text);

}  // namespace suara
