#include "peer-node/p2p/discovery.hpp"

#include "common/util/check.hpp"
#include "common/util/excerpt.hpp"

namespace suara::p2p {

ErrorText describe(DiscoveryError error) {
  switch (error) {
    case DiscoveryError::kUnknownWay:
      return {"unknown_way", "give any of push, poll, announce and gossip, with commas between them, or none"};
  }
  CHECK(false);
}

Result<Discovery> parse_discovery(std::string_view text) {
  Discovery chosen{false, false, false, false};
  if (text == "none") return chosen;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    if (word == "push") {
      chosen.push = true;
    } else if (word == "poll") {
      chosen.poll = true;
    } else if (word == "announce") {
      chosen.announce = true;
    } else if (word == "gossip") {
      chosen.gossip = true;
    } else {
      return Error(DiscoveryError::kUnknownWay, excerpt(word) + " is no way of finding peers");
    }
    if (comma == std::string_view::npos) return chosen;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace suara::p2p
