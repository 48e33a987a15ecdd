#include "admin-client/refusals.hpp"

#include "common/client/output.hpp"
#include "common/util/check.hpp"

namespace suara::admin {
namespace {

/// Servers say what would do; what was tried they do not know.
std::string help_when_not_permitted(SignedBy signed_by) {
  switch (signed_by) {
    case SignedBy::kNobody: return "";
    case SignedBy::kOwner: return "the key in --key is not the one that owns this row";
    case SignedBy::kAdmin: return "the key in --admin-key is not this server's";
  }
  CHECK(false);
}

std::string help(const wire::ErrorReply& refusal, SignedBy signed_by) {
  if (refusal.code == "not_found") return "get-peers shows which peers are registered, and in which network";
  if (refusal.code == "not_permitted") return help_when_not_permitted(signed_by);
  if (refusal.code == "sequence_ahead") return "is this machine's clock ahead, or the server's behind?";
  if (refusal.code == "stale_sequence") return "sequences are milliseconds since 1970: is this machine's clock behind?";
  if (refusal.code == "rate_limited" && refusal.retry_after_ms)
    return "try again in " + client::duration_text(*refusal.retry_after_ms + 999);
  return "";
}

}  // namespace

std::string refusal_text(const wire::ErrorReply& refusal, SignedBy signed_by) {
  const auto more = help(refusal, signed_by);
  return more.empty() ? refusal.message : refusal.message + "; " + more;
}

}  // namespace suara::admin
