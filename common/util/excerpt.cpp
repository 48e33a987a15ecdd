#include "common/util/excerpt.hpp"

namespace suara {

std::string excerpt(std::string_view text) {
  constexpr std::size_t kMaxShown = 80;
  std::string shown;
  for (const char c : text.substr(0, kMaxShown)) shown += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > kMaxShown) shown += "...";
  return "\"" + shown + "\"";
}

}  // namespace suara
