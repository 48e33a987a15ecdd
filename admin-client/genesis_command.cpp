// genesis id: what a specification's network is called, computed here and not asked of anybody.
#include "admin-client/commands.hpp"
#include "common/client/failure.hpp"
#include "common/client/files.hpp"
#include "common/client/output.hpp"
#include "peer-node/chain/chain_spec.hpp"

#include <boost/json/object.hpp>

namespace suara::admin {

client::Exit genesis_id(const client::Invocation& invocation) {
  const auto& path = invocation.words().front();
  const auto spec = chain::parse_chain_spec(client::read_file(path, 1024 * 1024));
  if (!spec) {
    throw client::Failure(client::Exit::kConfiguration, std::string(spec.error().name()),
                          path + ": " + spec.error().message());
  }
  const auto id = chain::network_id(*spec).hex();
  if (invocation.json()) {
    client::print_json(boost::json::object{{"network", id}, {"name", spec->name}});
  } else {
    client::print(id + "\n");
  }
  return client::Exit::kOk;
}

}  // namespace suara::admin
