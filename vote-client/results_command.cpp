// results
#include "common/client/elections.hpp"
#include "vote-client/commands.hpp"

namespace suara::voting {

client::Exit results(const client::Invocation& invocation) {
  return client::show_results(client::NodeApi(node_urls(invocation).front()), invocation);
}

}  // namespace suara::voting
