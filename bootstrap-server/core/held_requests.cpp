#include "bootstrap-server/core/held_requests.hpp"

#include "bootstrap-server/core/limits.hpp"
#include "bootstrap-server/core/server_error.hpp"

#include <string>

namespace suara::directory {
namespace {

// About what it occupies; texts within other members are short.
std::size_t size_bytes(const HeldRequests::Held& held) {
  std::size_t size = sizeof held;
  if (const auto* request = std::get_if<wire::BootstrapRequest>(&held)) {
    if (const auto* registration = std::get_if<wire::Register>(request)) size += registration->classic_key.size();
    if (const auto* list = std::get_if<wire::GetPeers>(request)) size += list->after.value_or("").size();
  } else {
    size += std::get<BadRequest>(held).error.detail().size();
  }
  return size;
}

}  // namespace

bool HeldRequests::add(Held request) {
  if (closed_) return false;
  if (waiting_.size() >= kMaxPendingAnswers || waiting_size_bytes_ >= kMaxPendingAnswersSizeBytes) {
    closed_ = true;
    request = BadRequest{connection_, too_many_requests(), true};
  }
  waiting_size_bytes_ += size_bytes(request);
  waiting_.push_back(std::move(request));
  return true;
}

HeldRequests::Held HeldRequests::take_first() {
  waiting_size_bytes_ -= size_bytes(waiting_.front());
  Held first = std::move(waiting_.front());
  waiting_.pop_front();
  return first;
}

}  // namespace suara::directory
