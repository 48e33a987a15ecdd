// election list, election results, election add-candidate, election close.
#include "admin-client/commands.hpp"
#include "admin-client/submit.hpp"
#include "common/client/elections.hpp"
#include "common/client/failure.hpp"
#include "common/client/output.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace suara::admin {

namespace json = boost::json;
using client::Exit;

Exit list_elections(const client::Invocation& invocation) {
  client::NodeApi node(node_url(invocation));
  const auto elections = client::all_elections(node);
  if (invocation.json()) {
    client::print_json(json::object{{"elections", json::array(elections.begin(), elections.end())}});
  } else if (elections.empty()) {
    client::say(node.url() + " knows no election");
  } else {
    client::print_elections(elections);
  }
  return Exit::kOk;
}

Exit election_results(const client::Invocation& invocation) {
  return client::show_results(client::NodeApi(node_url(invocation)), invocation);
}

Exit add_candidates(const client::Invocation& invocation) {
  const auto& word = invocation.words().front();
  const auto id = ledger::ElectionId::from_hex(word);
  if (!id) throw client::usage_error("an election's id has 64 hexadecimal digits, not \"" + word + "\"");
  const auto candidates = invocation.all("candidate");
  if (candidates.empty()) throw client::usage_error("--candidate NAME is missing; repeat it for every candidate");
  client::NodeApi node(node_url(invocation));
  const auto network = node.network();
  const auto key = organiser_key(invocation, network);
  const auto transaction = submit(node, key, network, ledger::AddCandidates{*id, candidates});
  wait_for_block(node, transaction);
  if (invocation.json()) {
    json::array names;
    for (const auto& name : candidates) names.emplace_back(name);
    client::print_json(json::object{{"id", id->hex()}, {"transaction", transaction}, {"candidates", std::move(names)}});
  } else {
    for (const auto& name : candidates)
      client::print(client::printable(name) + " stands in election " + id->hex() + "\n");
  }
  return Exit::kOk;
}

Exit close_election(const client::Invocation& invocation) {
  const auto& word = invocation.words().front();
  const auto id = ledger::ElectionId::from_hex(word);
  if (!id) throw client::usage_error("an election's id has 64 hexadecimal digits, not \"" + word + "\"");
  client::NodeApi node(node_url(invocation));
  const auto network = node.network();
  const auto key = organiser_key(invocation, network);
  const auto transaction = submit(node, key, network, ledger::CloseElection{*id});
  wait_for_block(node, transaction);
  if (invocation.json()) {
    client::print_json(json::object{{"id", id->hex()}, {"transaction", transaction}});
  } else {
    client::print("election " + id->hex() + " is closed\n");
  }
  return Exit::kOk;
}

}  // namespace suara::admin
