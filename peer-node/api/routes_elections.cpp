#include "common/util/hex.hpp"
#include "peer-node/api/api_error.hpp"
#include "peer-node/api/json_response.hpp"
#include "peer-node/api/render.hpp"
#include "peer-node/api/routes.hpp"
#include "peer-node/ledger/election_store.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace suara::api {
namespace {

namespace json = boost::json;

Result<ledger::ElectionState> find(const NodeView& node, std::string_view name) {
  const auto id = ledger::ElectionId::from_hex(name);
  if (!id) return Error(ApiError::kBadParameter, "an election is named by its id of 64 hex digits");
  auto election = ledger::find_election(*node.store, *id);
  if (!election) return Error(ApiError::kUnknownElection);
  return std::move(*election);
}

Result<std::optional<PublicKey>> read_key(const Query& query, std::string_view name) {
  const auto text = query.text(name);
  if (!text) return std::optional<PublicKey>();
  const auto bytes = from_hex(*text);
  PublicKey key;
  if (!bytes || bytes->size() != key.bytes.size()) {
    return Error(ApiError::kBadParameter, "'" + std::string(name) + "' is a public key of 128 hexadecimal digits");
  }
  std::copy(bytes->begin(), bytes->end(), key.bytes.begin());
  return std::optional<PublicKey>(key);
}

}  // namespace

Result<Answer> elections(const NodeView& node, std::string_view, const Query& query) {
  const auto limit = query.limit(kElectionsPage);
  if (!limit) return limit.error();
  const auto after = query.hash("after");
  if (!after) return after.error();
  const auto start = *after ? std::optional<ledger::ElectionId>(**after) : std::nullopt;
  auto page = ledger::elections(*node.store, start, *limit + 1);  // one more tells whether there is a next page
  const bool more = page.size() > *limit;
  if (more) page.pop_back();
  json::array list;
  list.reserve(page.size());
  for (const auto& election : page) list.push_back(render(election, *node.store, node.tip, node.now.wall));
  return Answer(json_response(
      {{"elections", std::move(list)}, {"next", more ? json::value(page.back().id.hex()) : json::value()}}));
}

Result<Answer> election(const NodeView& node, std::string_view parameter, const Query&) {
  const auto election = find(node, parameter);
  if (!election) return election.error();
  return Answer(json_response(render(*election, *node.store, node.tip, node.now.wall)));
}

Result<Answer> votes(const NodeView& node, std::string_view parameter, const Query& query) {
  const auto election = find(node, parameter);
  if (!election) return election.error();
  const auto limit = query.limit(kVotesPage);
  if (!limit) return limit.error();
  const auto after = read_key(query, "after");
  if (!after) return after.error();
  auto page = ledger::votes(*node.store, election->id, *after, *limit + 1);
  const bool more = page.size() > *limit;
  if (more) page.pop_back();
  json::array list;
  list.reserve(page.size());
  for (const auto& [voter, candidate, transaction] : page) {
    list.push_back(
        json::object{{"voter", to_hex(voter.view())}, {"candidate", candidate}, {"transaction", transaction.hex()}});
  }
  return Answer(json_response(
      {{"votes", std::move(list)}, {"next", more ? json::value(to_hex(page.back().voter.view())) : json::value()}}));
}

Result<Answer> roll(const NodeView& node, std::string_view parameter, const Query& query) {
  const auto election = find(node, parameter);
  if (!election) return election.error();
  const auto limit = query.limit(kRollPage);
  if (!limit) return limit.error();
  const auto after = read_key(query, "after");
  if (!after) return after.error();
  auto page = ledger::roll(*node.store, election->id, *after, *limit + 1);
  const bool more = page.size() > *limit;
  if (more) page.pop_back();
  json::array list;
  list.reserve(page.size());
  for (const auto& [voter, key] : page) list.push_back(json::object{{"voter", voter}, {"key", to_hex(key.view())}});
  return Answer(json_response(
      {{"voters", std::move(list)}, {"next", more ? json::value(to_hex(page.back().key.view())) : json::value()}}));
}

}  // namespace suara::api
