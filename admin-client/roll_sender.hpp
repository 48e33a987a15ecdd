// Which parts of a roll are to be sent, sent again, or asked after. Nothing is lost when a node is slow, full,
// restarted or away for a while: a part is settled only when a block has it. Pure; the command does the asking.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace suara::admin {

class RollSender {
 public:
  explicit RollSender(std::size_t parts) : states_(parts, State::kUnsent) {}

  enum class Verdict {
    kGoOn,
    kPause,   ///< the node cannot take more now; it will
    kReplan,  ///< somebody of this part is enrolled meanwhile: look at the roll again
    kGiveUp,  ///< the node will never take it
  };
  /// What a node's answer to a part means. `code`: empty when it took the part, else the refusal's code; "unreachable"
  /// when there was no answer.
  Verdict answered(std::size_t part, std::string_view code);

  enum class Standing { kConfirmed, kWaiting, kUnknown, kNoAnswer };
  void found(std::size_t part, Standing standing);

  [[nodiscard]] std::vector<std::size_t> to_send() const { return in(State::kUnsent); }
  [[nodiscard]] std::vector<std::size_t> to_ask_after() const { return in(State::kSent); }
  [[nodiscard]] std::size_t confirmed() const { return in(State::kConfirmed).size(); }
  [[nodiscard]] bool finished() const { return confirmed() == states_.size(); }
  [[nodiscard]] bool is_confirmed(std::size_t part) const { return states_[part] == State::kConfirmed; }

 private:
  enum class State { kUnsent, kSent, kConfirmed };
  [[nodiscard]] std::vector<std::size_t> in(State state) const;

  std::vector<State> states_;
};

}  // namespace suara::admin
