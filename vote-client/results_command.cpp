// results
#include "common/client/elections.hpp"
#include "common/client/output.hpp"
#include "vote-client/commands.hpp"

namespace suara::voting {

client::Exit results(const client::Invocation& invocation) {
  client::NodeApi node(node_urls(invocation).front());
  const auto id = invocation.words().empty() ? std::nullopt : std::optional(invocation.words().front());
  const auto election = client::find_election(node, id, false);
  if (invocation.json()) {
    client::print_json(election);
  } else {
    client::print_results(election);
  }
  return client::Exit::kOk;
}

}  // namespace suara::voting
