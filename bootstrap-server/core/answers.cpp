#include "bootstrap-server/core/answers.hpp"

#include "bootstrap-server/core/limits.hpp"

namespace suara::directory {

void Answers::add(StoreToken after, std::string bytes, Then then) {
  waiting_size_bytes_ += bytes.size();
  waiting_.push_back({after, std::move(bytes), then});
  closing_ = closing_ || then == Then::kClose;
}

void Answers::take(StoreToken stored, std::vector<Action>& actions) {
  while (!waiting_.empty() && waiting_.front().after <= stored) {
    Answer answer = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_size_bytes_ -= answer.bytes.size();
    if (!answer.bytes.empty()) {
      actions.push_back(Send{connection_, std::make_shared<const std::string>(std::move(answer.bytes))});
    }
    if (answer.then == Then::kClose) actions.push_back(Close{connection_, "answered"});
  }
}

bool Answers::full() const {
  return waiting_.size() >= kMaxPendingAnswers || waiting_size_bytes_ >= kMaxPendingAnswersSizeBytes;
}

}  // namespace suara::directory
