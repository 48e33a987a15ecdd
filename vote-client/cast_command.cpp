// cast: one vote with one key.
#include "common/client/confirmation.hpp"
#include "common/client/elections.hpp"
#include "common/client/failure.hpp"
#include "common/client/files.hpp"
#include "common/client/output.hpp"
#include "common/util/base64.hpp"
#include "peer-node/ledger/transaction.hpp"
#include "vote-client/commands.hpp"

#include <algorithm>

namespace suara::voting {
namespace {

namespace json = boost::json;
using client::Exit;
using client::Failure;
using client::usage_error;

std::uint16_t index_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::uint16_t>(found - names.begin());
  std::string all;
  for (const auto& known : names) all += (all.empty() ? "" : ", ") + known;
  throw Failure(Exit::kRefused, "unknown_candidate",
                "the election has no candidate \"" + name + "\"; it has " + client::printable(all));
}

Exit cast_one(const client::Invocation& invocation) {
  const auto key = client::load_key(invocation.require("key"));
  const auto candidate = invocation.require("candidate");
  client::NodeApi node(node_urls(invocation).front());
  const auto network = node.network();
  const auto election = client::find_election(node, invocation.find("election"), true);
  const auto id = client::text_at(election, "id");
  const auto election_id = ledger::ElectionId::from_hex(id);
  if (!election_id) throw Failure(Exit::kUnavailable, "bad_answer", "the node's election has no proper id");
  const auto index = index_of(candidate_names(election), candidate);
  const auto transaction = ledger::sign(key, network, ledger::CastVote{*election_id, index});
  const auto answer =
      node.require_post("/v1/transactions", json::object{{"transaction", to_base64(ledger::encode(transaction))}});
  const auto transaction_id = client::text_at(answer, "id");
  if (invocation.has("wait")) client::wait_for_block(node, transaction_id);
  if (invocation.json()) {
    client::print_json(json::object{{"id", transaction_id}, {"election", id}, {"candidate", candidate}});
  } else {
    client::print("vote for " + client::printable(candidate) + " in \"" +
                  client::printable(client::text_at(election, "title")) + "\" taken\n  transaction  " +
                  client::printable(transaction_id) + "\n");
  }
  return Exit::kOk;
}

}  // namespace

Exit cast(const client::Invocation& invocation) {
  if (!invocation.has("file")) {
    if (invocation.has("keys")) throw usage_error("--keys belongs to --file; one voter's key is named with --key");
    if (!invocation.has("key")) throw usage_error("either --key FILE and --candidate NAME, or --file FILE.csv");
    return cast_one(invocation);
  }
  if (invocation.has("key") || invocation.has("candidate"))
    throw usage_error("--file names voters and candidates itself: without --key and --candidate");
  if (invocation.has("wait")) throw usage_error("--wait belongs to a single vote, without --file");
  return cast_file(invocation);
}

}  // namespace suara::voting
