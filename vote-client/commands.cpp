#include "vote-client/commands.hpp"

#include "common/client/node_api.hpp"

namespace suara::voting {

std::vector<std::string> node_urls(const client::Invocation& invocation) {
  auto urls = invocation.all("node");
  if (urls.empty()) urls.emplace_back(kDefaultNode);
  return urls;
}

std::vector<std::string> candidate_names(const boost::json::object& election) {
  std::vector<std::string> names;
  for (const auto& candidate : client::objects_at(election, "candidates"))
    names.push_back(client::text_at(candidate, "name"));
  return names;
}

}  // namespace suara::voting
