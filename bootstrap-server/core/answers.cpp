#include "bootstrap-server/core/answers.hpp"

#include "bootstrap-server/core/limits.hpp"

namespace suara::directory {

void Answers::add(StoreToken after, std::string bytes, Then then, std::string_view result) {
  waiting_size_bytes_ += bytes.size();
  waiting_.push_back({after, std::move(bytes), then, next_expected(), result});
  closing_ = closing_ || then == Then::kClose;
}

Asked Answers::next_expected() {
  if (expected_begin_ == expected_.size()) return {};
  const Asked asked = expected_[expected_begin_++];
  if (expected_begin_ == expected_.size()) {
    constexpr std::size_t kWorthKeeping = 16;
    if (expected_.capacity() > kWorthKeeping) std::vector<Asked>().swap(expected_);
    expected_.clear();
    expected_begin_ = 0;
  }
  return asked;
}

void Answers::take(StoreToken stored, std::vector<Action>& actions, RequestMeter& meter) {
  while (!waiting_.empty() && waiting_.front().after <= stored) {
    Answer answer = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_size_bytes_ -= answer.bytes.size();
    meter.answered(answer.asked, answer.result);
    if (!answer.bytes.empty()) {
      actions.push_back(Send{connection_, std::make_shared<const std::string>(std::move(answer.bytes))});
    }
    if (answer.then == Then::kClose) actions.push_back(Close{connection_, "answered"});
  }
}

void Answers::fail(std::string error, std::vector<Action>& actions) {
  waiting_.clear();
  waiting_size_bytes_ = 0;
  closing_ = true;
  actions.push_back(Send{connection_, std::make_shared<const std::string>(std::move(error))});
  actions.push_back(Close{connection_, "not stored"});
}

bool Answers::full() const {
  return waiting_.size() >= kMaxPendingAnswers || waiting_size_bytes_ >= kMaxPendingAnswersSizeBytes;
}

}  // namespace suara::directory
