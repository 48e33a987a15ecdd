// Joins and leaves for the log: one line each, but a storm of them becomes one line a second.
#pragma once

#include "bootstrap-server/core/actions.hpp"
#include "common/util/time.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace suara::directory {

class ChangeReports {
 public:
  void add(std::string text, Instant now, std::vector<Action>& actions);
  /// Reports what was left out, once its second is over.
  void flush(Instant now, std::vector<Action>& actions);

 private:
  std::optional<Instant> second_began_;
  std::uint32_t reported_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace suara::directory
