// Bounds of what is handed to programs written from the book.
#pragma once

#include <cstddef>

namespace suara::classic {

/// Votes in an answer to request_blockchain; the rest is left out.
inline constexpr std::size_t kMaxVotes = 10'000;

/// The whole line of the answer; votes beyond it are left out. Below the shell's send queue.
inline constexpr std::size_t kMaxAnswerSizeBytes = 4 * 1024 * 1024;

}  // namespace suara::classic
