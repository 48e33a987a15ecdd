// What counts as text on the ledger: it will be shown to voters and auditors by programs we do not know.
#pragma once

#include <string_view>

namespace suara::ledger {

/// Well-formed UTF-8 (RFC 3629: shortest forms, no surrogates, at most U+10FFFF), not empty, without control
/// characters (U+0000 to U+001F, U+007F to U+009F): a title or a name is one line and cannot drive a terminal.
[[nodiscard]] bool is_one_line_text(std::string_view text);

/// Likewise, but tabs and line feeds are allowed: what a record holds.
[[nodiscard]] bool is_text(std::string_view text);

}  // namespace suara::ledger
