#include "admin-client/submit.hpp"

#include "common/client/failure.hpp"
#include "common/client/files.hpp"
#include "common/util/base64.hpp"
#include "peer-node/chain/chain_spec.hpp"

namespace suara::admin {

namespace json = boost::json;

PrivateKey organiser_key(const client::Invocation& invocation, const NetworkId& network) {
  if (const auto file = invocation.find("key")) return client::load_key(*file);
  if (network == chain::network_id(chain::dev_chain_spec())) return chain::dev_organiser_key();
  throw client::usage_error("--key FILE is missing: the organiser's key; only the dev network has a published one");
}

std::string submit(client::NodeApi& node, const PrivateKey& key, const NetworkId& network,
                   ledger::Statement statement) {
  const auto transaction = ledger::sign(key, network, std::move(statement));
  const auto answer =
      node.require_post("/v1/transactions", json::object{{"transaction", to_base64(ledger::encode(transaction))}});
  return client::text_at(answer, "id");
}

}  // namespace suara::admin
