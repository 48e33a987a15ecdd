#include "common/util/check.hpp"
#include "peer-node/api/json_response.hpp"
#include "peer-node/api/routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace suara::api {
namespace {

namespace json = boost::json;

std::int64_t ms_between(Instant from, Instant to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

json::value text_or_null(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::value render_alarm(const std::optional<node::ReorganisationAlarms::Last>& last) {
  if (!last) return {};
  return json::object{{"depth_blocks", last->depth_blocks}, {"time_ms", to_unix_ms(last->at)}};
}

json::object render_progress(const node::Progress& progress) {
  return {{"percent", static_cast<std::uint64_t>(progress.percent)},
          {"blocks_per_second", static_cast<std::uint64_t>(progress.blocks_per_second)},
          {"left_ms", progress.left ? json::value(std::chrono::milliseconds(*progress.left).count()) : json::value()}};
}

json::value ping_ms(const node::PeerInfo& peer) {
  if (!peer.ping) return {};
  return std::chrono::ceil<std::chrono::milliseconds>(*peer.ping).count();
}

void add_chain(json::object& out, const NodeView& node) {
  const chain::ChainState* chain = node.chain;
  out["name"] = chain != nullptr ? json::value(chain->spec().name) : json::value();
  out["height"] = chain != nullptr ? node.tip.height : 0;
  out["tip"] = chain != nullptr ? json::value(node.tip.id.hex()) : json::value();
  out["tip_time_ms"] = chain != nullptr ? json::value(node.tip.time_ms) : json::value();
  out["best_header_height"] = chain != nullptr ? chain->best_header().height : 0;
  out["work"] = chain != nullptr ? json::value(node.tip.work.str()) : json::value();
}

}  // namespace

std::string_view name_of(node::MiningMode mode) {
  switch (mode) {
    case node::MiningMode::kOff: return "off";
    case node::MiningMode::kPending: return "pending";
    case node::MiningMode::kAlways: return "always";
  }
  CHECK(false);
}

Result<Answer> status(const NodeView& node, std::string_view, const Query&) {
  const Facts& facts = *node.facts;
  json::object out;
  out["network"] = facts.network.hex();
  add_chain(out, node);
  out["synced"] = node.chain != nullptr && node.synced;
  out["progress"] = render_progress(node.progress);
  out["peers"] = node.peers.size();
  out["mempool"] = json::object{{"transactions", node.mempool != nullptr ? node.mempool->size() : 0},
                                {"size_bytes", node.mempool != nullptr ? node.mempool->size_bytes() : 0}};
  out["mining"] = json::object{{"mode", name_of(facts.mining)},
                               {"threads", facts.mining_threads},
                               {"hashes_per_second", static_cast<std::uint64_t>(facts.hashes_per_second)}};
  out["reorganisations"] = json::object{{"deep", node.alarms.deep},
                                        {"last_deep", render_alarm(node.alarms.last_deep)},
                                        {"refused", node.alarms.refused},
                                        {"last_refused", render_alarm(node.alarms.last_refused)}};
  out["clock_offset_ms"] = node.clock_offset ? json::value(node.clock_offset->count()) : json::value();
  out["version"] = facts.version;
  out["uptime_ms"] = ms_between(facts.started_at, node.now.instant);
  out["time_ms"] = to_unix_ms(node.now.wall);
  out["node_key"] = facts.node_key_hex;
  out["listen"] = text_or_null(facts.listen);
  out["advertise"] = text_or_null(facts.advertise);
  json::array bootstrap;
  for (const auto& [address, state] : node.bootstrap) {
    bootstrap.push_back(json::object{{"address", address}, {"state", state}});
  }
  out["bootstrap"] = std::move(bootstrap);
  return Answer(json_response(out));
}

Result<Answer> peers(const NodeView& node, std::string_view, const Query&) {
  json::array list;
  list.reserve(node.peers.size());
  for (const node::PeerInfo& peer : node.peers) {
    list.push_back(json::object{{"address", peer.address},
                                {"inbound", peer.inbound},
                                {"height", peer.height},
                                {"agent", peer.agent},
                                {"node_key", peer.node_key_hex},
                                {"connected_ms", ms_between(peer.connected_at, node.now.instant)},
                                {"ping_ms", ping_ms(peer)}});
  }
  return Answer(json_response({{"peers", std::move(list)}}));
}

Result<Answer> bans(const NodeView& node, std::string_view, const Query&) {
  json::array list;
  for (const p2p::Ban& ban : node.bans ? node.bans() : std::vector<p2p::Ban>()) {
    list.push_back(json::object{{"subject", ban.subject.text()},
                                {"made_ms", to_unix_ms(ban.made)},
                                {"until_ms", ban.until ? json::value(to_unix_ms(*ban.until)) : json::value()},
                                {"reason", ban.reason}});
  }
  return Answer(json_response({{"bans", std::move(list)}}));
}

Result<Answer> live(const NodeView&, std::string_view, const Query&) {
  return Answer(Response{.content_type = "text/plain; charset=utf-8", .body = "ok\n"});
}

Result<Answer> ready(const NodeView& node, std::string_view, const Query& query) {
  const bool known = node.chain != nullptr;
  const bool synced = known && node.synced;
  std::string body;
  if (query.text("verbose")) {
    body += known ? "[+] specification known\n" : "[-] specification not fetched from a peer yet\n";
    body += synced ? "[+] synced\n" : "[-] a peer has a chain with more work, or no chain has the minimum work yet\n";
  }
  body += synced ? "ready\n" : "not ready\n";
  return Answer(
      Response{.status = synced ? 200U : 503U, .content_type = "text/plain; charset=utf-8", .body = std::move(body)});
}

Result<Answer> metrics(const NodeView&, std::string_view, const Query&) { return Answer(Scrape{}); }

Result<Answer> events(const NodeView&, std::string_view, const Query&) { return Answer(Subscription{}); }

}  // namespace suara::api
