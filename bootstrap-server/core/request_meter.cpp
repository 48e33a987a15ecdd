#include "bootstrap-server/core/request_meter.hpp"

#include "common/util/check.hpp"

namespace suara::directory {
namespace {

struct KindOf {
  RequestKind operator()(const wire::Register&) const { return RequestKind::kRegister; }
  RequestKind operator()(const wire::GetPeers&) const { return RequestKind::kGetPeers; }
  RequestKind operator()(const wire::Remove&) const { return RequestKind::kRemove; }
  RequestKind operator()(const wire::Subscribe&) const { return RequestKind::kSubscribe; }
  RequestKind operator()(const wire::Inspect&) const { return RequestKind::kInspect; }
  RequestKind operator()(const wire::Ping&) const { return RequestKind::kPing; }
};

}  // namespace

RequestKind kind_of(const wire::BootstrapRequest& request) { return std::visit(KindOf{}, request); }

std::string_view text_of(RequestKind kind) {
  switch (kind) {
    case RequestKind::kRegister: return "register";
    case RequestKind::kGetPeers: return "get_peers";
    case RequestKind::kRemove: return "remove";
    case RequestKind::kSubscribe: return "subscribe";
    case RequestKind::kInspect: return "inspect";
    case RequestKind::kPing: return "ping";
    case RequestKind::kNone: return "none";
  }
  CHECK(false);
}

std::string_view RequestMeter::result_of(std::string_view error_code) {
  if (error_code.empty()) return {};
  const auto known = results_.find(error_code);
  return known != results_.end() ? *known : *results_.emplace(error_code).first;
}

void RequestMeter::answered(const Asked& asked, std::string_view result) {
  if (asked.kind == RequestKind::kNone) return;
  Kind& kind = kinds_[static_cast<std::size_t>(asked.kind)];
  ++(result.empty() ? kind.granted : kind.refused[result]);
  departing_.push_back(asked);
}

void RequestMeter::handed_over(Instant when) {
  for (const Asked& asked : departing_) kinds_[static_cast<std::size_t>(asked.kind)].took.observe(when - asked.at);
  departing_.clear();
}

}  // namespace suara::directory
