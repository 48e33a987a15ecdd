// Which addresses are likely to be in one hand: whoever has one address of a provider's block can have many others of
// it. The book spreads what it is told by these groups, and of those it dials at most one per group is connected, so
// that all connections cannot be had cheaply (an eclipse; Heilman et al. 2015).
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace suara::p2p {

class NetGroup {
 public:
  /// Of a host as an address names it, or as the socket says it: public IPv4 by its first 16 bits, mapped or not,
  /// public IPv6 by its first 32. Private, shared (RFC 6598), link-local and loopback addresses, and names, are each
  /// their own.
  explicit NetGroup(std::string_view host);

  /// Whether to connect to only one of the group. A private network may well be in one hand: its own. A name says
  /// nothing before it is resolved; what it led to does.
  [[nodiscard]] bool is_exclusive() const { return exclusive_; }
  /// Equal for members of one group, and for them alone.
  [[nodiscard]] const std::string& text() const { return text_; }

  friend auto operator<=>(const NetGroup&, const NetGroup&) = default;

 private:
  std::string text_;
  bool exclusive_ = false;
};

}  // namespace suara::p2p
