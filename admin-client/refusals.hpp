// What a bootstrap server's refusal means for whoever typed the command.
#pragma once

#include "common/wire/bootstrap_messages.hpp"

#include <string>

namespace suara::admin {

/// How the request was signed: what else could be tried depends on it.
enum class SignedBy { kNobody, kOwner, kAdmin };

/// The server's message, and what would help where the client knows.
std::string refusal_text(const wire::ErrorReply& refusal, SignedBy signed_by);

}  // namespace suara::admin
