#include "tests/sim/scenes/wiretap.hpp"

#include <algorithm>

namespace suara::sim {
namespace {

// Messages begin with it (proto-docs/peer.md).
constexpr std::string_view kBeforeType = R"({"type":")";

std::string type_of(std::string_view line) {
  if (!line.starts_with(kBeforeType)) return std::string(line.empty() ? "" : "?");
  line.remove_prefix(kBeforeType.size());
  return std::string(line.substr(0, line.find('"')));
}

}  // namespace

Wiretap::Wiretap(Network& network) {
  network.tap([this, &network](HostId from, HostId to, std::string_view bytes) {
    messages_.push_back({network.now(), from, to, type_of(bytes),
                         std::string(bytes.substr(0, std::min(bytes.size(), kKeptSizeBytes)))});
  });
}

std::vector<Instant> Wiretap::arrivals(HostId from, HostId to, std::string_view type, std::string_view text) const {
  std::vector<Instant> found;
  for (const Message& message : messages_) {
    if (message.from != from || message.to != to || message.type != type) continue;
    if (message.line.find(text) != std::string::npos) found.push_back(message.when);
  }
  return found;
}

std::optional<Instant> Wiretap::first(HostId from, HostId to, std::string_view type, std::string_view text,
                                      Instant since) const {
  for (const Instant when : arrivals(from, to, type, text)) {
    if (when >= since) return when;
  }
  return std::nullopt;
}

}  // namespace suara::sim
