#include "bootstrap-server/core/change_reports.hpp"

#include "bootstrap-server/core/limits.hpp"

namespace suara::directory {

void ChangeReports::add(std::string text, Instant now, std::vector<Action>& actions) {
  flush(now, actions);
  if (!second_began_) second_began_ = now;
  if (reported_ == kMaxReportsPerSecond) {
    ++left_out_;
    return;
  }
  ++reported_;
  actions.push_back(Report{Severity::kInfo, std::move(text)});
}

void ChangeReports::flush(Instant now, std::vector<Action>& actions) {
  if (!second_began_ || now - *second_began_ < std::chrono::seconds(1)) return;
  if (left_out_ > 0) {
    actions.push_back(Report{Severity::kInfo, "and " + std::to_string(left_out_) + " more joins and leaves"});
  }
  second_began_.reset();
  reported_ = 0;
  left_out_ = 0;
}

}  // namespace suara::directory
